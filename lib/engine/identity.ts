import type { IdParts } from "../job/ids.ts";

/** A hash table from hashes to numbers, such as rows: 16 bytes or fewer per entry. */
export class IdentityIndex {
  #entries = new Int32Array(64).fill(-1);
  #hashes = new Uint32Array(64);
  #count = 0;

  /** Adds a number under a hash, once however often it is added; several may share one. */
  add(hash: number, entry: number): void {
    if (this.#count * 2 >= this.#entries.length) this.#grow();
    if (this.#put(hash, entry)) this.#count++;
  }

  /** Whether there is anything under a hash. */
  has(hash: number): boolean {
    const mask = this.#entries.length - 1;
    for (let slot = hash & mask; this.#entries[slot] >= 0; slot = (slot + 1) & mask) {
      if (this.#hashes[slot] === hash) return true;
    }
    return false;
  }

  /** The first entry under a hash that is accepted, or -1. Two jobs may share a hash: compare them. */
  find(hash: number, accept: (entry: number) => boolean): number {
    const mask = this.#entries.length - 1;
    for (let slot = hash & mask; this.#entries[slot] >= 0; slot = (slot + 1) & mask) {
      if (this.#hashes[slot] === hash && accept(this.#entries[slot])) return this.#entries[slot];
    }
    return -1;
  }

  /** Whether it was not there before. */
  #put(hash: number, entry: number): boolean {
    const mask = this.#entries.length - 1;
    let slot = hash & mask;
    while (this.#entries[slot] >= 0) {
      if (this.#entries[slot] === entry && this.#hashes[slot] === hash) return false;
      slot = (slot + 1) & mask;
    }
    this.#entries[slot] = entry;
    this.#hashes[slot] = hash;
    return true;
  }

  #grow(): void {
    const entries = this.#entries;
    const hashes = this.#hashes;
    this.#entries = new Int32Array(entries.length * 2).fill(-1);
    this.#hashes = new Uint32Array(entries.length * 2);
    entries.forEach((entry, slot) => {
      if (entry >= 0) this.#put(hashes[slot], entry);
    });
  }
}

/** Hash of a job's id and submission (seconds, 0 where unknown), an unsigned 32-bit number. */
export function partsHash({ kind, number, part }: IdParts, submit_s: number): number {
  return identityHash(kind, number, { part, submit_s });
}

/** The same of the parts of an id by themselves. */
export function identityHash(
  kind: number,
  number: number,
  { part, submit_s }: { readonly part: number; readonly submit_s: number },
): number {
  let hash = mix(number ^ (kind * 0x632be5ab));
  hash = mix(hash ^ part);
  return mix(hash ^ submit_s) >>> 0;
}

/** The finaliser of MurmurHash3: every bit of the input changes half of the output's. */
function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
