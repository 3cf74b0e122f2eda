/**
 * Stands in for the colour library of Chart.js: colours are what the style sheet says, and are never taken apart or
 * mixed. One that cannot be read is set at once instead of passing through others.
 */
export class Color {
  readonly valid = false;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  saturate(): this {
    return this;
  }

  darken(): this {
    return this;
  }

  hexString(): string {
    return this.#text;
  }
}
