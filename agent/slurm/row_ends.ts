/** More characters than these after the last end of a row are not looked at. */
const CHARACTERS = 100_000;
/** The first characters of JobIDRaw, or all of it. */
const ID_BEGUN = /^\d{1,10}(?:\.[A-Za-z0-9+]{0,21})?/;

/** Watches output of sacct for its end: a program that dies quietly, or a full pipe's other side, cuts it anywhere. */
export class RowEnds {
  readonly #delimiter: string;
  readonly #end: string;
  /** Bytes, as characters, after the last delimiter that a newline follows. */
  #rest = "";
  /** Whether a delimiter was in what is not looked at any more. */
  #begun = false;

  /** @param delimiter what follows every field; ASCII */
  constructor(delimiter: string) {
    this.#delimiter = delimiter;
    this.#end = `${delimiter}\n`;
  }

  add(chunk: Uint8Array): void {
    const joined = this.#rest + LATIN_1.decode(chunk);
    const text = joined.includes("\r\n") ? joined.replaceAll("\r\n", "\n") : joined;
    const end = text.lastIndexOf(this.#end);
    if (end !== -1) this.#begun = false;
    this.#rest = end === -1 ? text : text.slice(end + this.#end.length);
    if (this.#rest.length <= CHARACTERS) return;
    this.#begun ||= this.#rest.includes(this.#delimiter);
    this.#rest = this.#rest.slice(-CHARACTERS);
  }

  /**
   * Whether the output ends inside a row. Text after the last row that holds no field, and whose last line is no
   * beginning of one, is somebody else's words.
   */
  get cut(): boolean {
    if (this.#begun || this.#rest.includes(this.#delimiter)) return true;
    const line = this.#rest.slice(this.#rest.lastIndexOf("\n") + 1);
    const id = ID_BEGUN.exec(line)?.[0];
    return id !== undefined && this.#delimiter.startsWith(line.slice(id.length));
  }
}

/** One character for each byte: delimiter and newline are found wherever a chunk ends. */
const LATIN_1 = new TextDecoder("latin1");
