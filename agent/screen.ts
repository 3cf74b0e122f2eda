/** The last line of a terminal, drawn again and again in place. */
export interface Screen {
  /** Width of the terminal in characters. */
  readonly columns: () => number;
  /** Puts a line in place of the one drawn before; it must be narrower than the terminal. */
  readonly draw: (line: string) => void;
  /** Removes the line, so that others can be printed. */
  readonly clear: () => void;
}

/** A screen on a terminal, with its control sequences (ECMA-48). */
export function terminalScreen(
  write: (text: string) => void,
  columns: () => number,
): Screen {
  let drawn = false;
  return {
    columns,
    // What is left of the longer line before is erased after the text, so that nothing is empty in between.
    draw: (line) => {
      write(`\r${line}\x1b[K`);
      drawn = true;
    },
    clear: () => {
      if (drawn) write("\r\x1b[K");
      drawn = false;
    },
  };
}
