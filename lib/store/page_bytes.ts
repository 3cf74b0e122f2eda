/** Bytes of a page in the making: grows as needed and is used again for the next one. */
export class PageBytes {
  bytes = new Uint8Array(1 << 16);
  length = 0;

  /** Makes room for `count` more bytes; `bytes` may be another array afterwards. */
  room(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  append(part: Uint8Array): void {
    this.room(part.length);
    this.bytes.set(part, this.length);
    this.length += part.length;
  }

  /** Appends a few bytes, those from `from` to `end`: quicker than to make an array of them. */
  appendPart(part: Uint8Array, { from, end }: { readonly from: number; readonly end: number }): void {
    this.room(end - from);
    const { bytes } = this;
    let at = this.length;
    for (let place = from; place < end; place++) bytes[at++] = part[place];
    this.length = at;
  }

  /** Appends a whole number below 2^53 as ULEB128. */
  appendVarint(value: number): void {
    this.room(8);
    while (value >= 0x80) {
      this.bytes[this.length++] = value % 0x80 + 0x80;
      value = Math.floor(value / 0x80);
    }
    this.bytes[this.length++] = value;
  }

  /** Appends a whole number between ±2^52 as a zigzag ULEB128. */
  appendZigZag(value: number): void {
    this.appendVarint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** What was written; it stands until the next write or {@link clear}. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }
}

/** Bytes of a page being read. */
export class PageCursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @throws {RangeError} if the page ends before the number does, or the number is not below 2^53 */
  varint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 49; scale *= 0x80) {
      const byte = this.view.getUint8(this.at++);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new RangeError(`a number of the page at byte ${this.at} is not below 2^53`);
  }

  zigZag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
