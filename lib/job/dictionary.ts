/** Texts numbered in the order of their first appearance; code 0 stands for no text. */
export class Dictionary {
  readonly #texts: (string | null)[];
  /** Codes by text; made when first asked for, as a dictionary that is only read needs none. */
  #codes: Map<string, number> | null = null;

  /** @param texts distinct texts, which get the codes from 1 on */
  constructor(texts: readonly string[] = []) {
    this.#texts = [null, ...texts];
  }

  /** How many codes there are; each is below it. */
  get size(): number {
    return this.#texts.length;
  }

  /** The code of a text, a new one if it was never seen. */
  intern(text: string | null): number {
    if (text === null) return 0;
    const codes = this.#byText();
    const known = codes.get(text);
    if (known !== undefined) return known;
    const code = this.#texts.length;
    this.#texts.push(text);
    codes.set(text, code);
    return code;
  }

  /** The code of a text, or undefined if it was never seen. */
  find(text: string): number | undefined {
    return this.#byText().get(text);
  }

  /** The text of a code, null for 0. */
  text(code: number): string | null {
    return this.#texts[code] ?? null;
  }

  #byText(): Map<string, number> {
    if (this.#codes !== null) return this.#codes;
    const codes = new Map<string, number>();
    for (let code = 1; code < this.#texts.length; code++) codes.set(this.#texts[code] ?? "", code);
    return this.#codes = codes;
  }
}
