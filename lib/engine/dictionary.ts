/** Texts numbered in the order of their first appearance; code 0 stands for no text. */
export class Dictionary {
  readonly #texts: (string | null)[] = [null];
  readonly #codes = new Map<string, number>();

  /** How many codes there are; each is below it. */
  get size(): number {
    return this.#texts.length;
  }

  /** The code of a text, a new one if it was never seen. */
  intern(text: string | null): number {
    if (text === null) return 0;
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    const code = this.#texts.length;
    this.#texts.push(text);
    this.#codes.set(text, code);
    return code;
  }

  /** The code of a text, or undefined if it was never seen. */
  find(text: string): number | undefined {
    return this.#codes.get(text);
  }

  /** The text of a code, null for 0. */
  text(code: number): string | null {
    return this.#texts[code] ?? null;
  }
}
