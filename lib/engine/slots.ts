/** The keys of an answer, numbered. */
export class Slots {
  readonly keys: string[] = [];
  readonly #numbers = new Map<string, number>();

  /** The slot of a key, a new one if there is none. */
  of(key: string): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.keys.length);
    return this.keys.push(key) - 1;
  }
}
