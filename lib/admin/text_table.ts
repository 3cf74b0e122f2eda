/** Lines of columns for a terminal: the first column to the left, numbers and all others to the right. */
export function textTable(rows: readonly (readonly (string | number)[])[]): string {
  const cells = rows.map((row) => row.map((cell) => typeof cell === "number" ? grouped(cell) : shown(cell)));
  const widths = (cells[0] ?? []).map((_, at) => Math.max(...cells.map((row) => row[at].length)));
  return cells.map((row) => {
    const line = row.map((cell, at) => at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]));
    return `${line.join("  ").trimEnd()}\n`;
  }).join("");
}

/** Characters that a terminal would obey; a file's name may hold any. */
const CONTROL = /(?!\n)\p{Cc}|\u2028|\u2029/gu;

/** Text of a file's name, or that speaks of one, as it can be shown: on one line, without control characters. */
export function shown(text: string): string {
  return text.replaceAll("\n", "\\n").replace(
    CONTROL,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A number with a comma after the thousands. */
export function grouped(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 1 });
}
