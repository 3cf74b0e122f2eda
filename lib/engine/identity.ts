/** A hash table from a job's id and submission to the rows that have them: 12 bytes or fewer per entry. */
export class IdentityIndex {
  #rows = new Int32Array(1024).fill(-1);
  #hashes = new Uint32Array(1024);
  #count = 0;

  /** Adds a row under a hash, once however often it is added; several rows may share one. */
  add(hash: number, row: number): void {
    if (this.#count * 2 >= this.#rows.length) this.#grow();
    if (this.#put(hash, row)) this.#count++;
  }

  /** Rows under a hash. Rows of other hashes do not come, but two jobs may share one: compare them. */
  *rows(hash: number): Generator<number> {
    const mask = this.#rows.length - 1;
    for (let slot = hash & mask; this.#rows[slot] >= 0; slot = (slot + 1) & mask) {
      if (this.#hashes[slot] === hash) yield this.#rows[slot];
    }
  }

  /** Whether it was not there before. */
  #put(hash: number, row: number): boolean {
    const mask = this.#rows.length - 1;
    let slot = hash & mask;
    while (this.#rows[slot] >= 0) {
      if (this.#rows[slot] === row && this.#hashes[slot] === hash) return false;
      slot = (slot + 1) & mask;
    }
    this.#rows[slot] = row;
    this.#hashes[slot] = hash;
    return true;
  }

  #grow(): void {
    const rows = this.#rows;
    const hashes = this.#hashes;
    this.#rows = new Int32Array(rows.length * 2).fill(-1);
    this.#hashes = new Uint32Array(rows.length * 2);
    rows.forEach((row, slot) => {
      if (row >= 0) this.#put(hashes[slot], row);
    });
  }
}

/** Hash of a job's raw id and submission time, an unsigned 32-bit number (FNV-1a, then a final mix). */
export function identityHash(id_raw: string, submit_s: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id_raw.length; i++) hash = Math.imul(hash ^ id_raw.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (Number.isNaN(submit_s) ? 0 : submit_s), 0x85ebca6b);
  return (hash ^ (hash >>> 15)) >>> 0;
}
