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

  /** The same, unless there are as many under the hash already: for hashes that any number of jobs may share. */
  addUpTo(most: number, hash: number, entry: number): void {
    let there = 0;
    this.find(hash, () => ++there >= most);
    if (there < most) this.add(hash, entry);
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

/** What of a job beside its id decides whether records are of one. */
export interface Occasion {
  readonly part: number;
  /** Seconds since the epoch, 0 where unknown. */
  readonly submit_s: number;
  /** The same; {@link ANY_START} for all starts. */
  readonly start_s: number;
}

/** Stands for any start among the starts of an id and submission. */
export const ANY_START = -1;

/** Hash of the parts of an id, its submission and its start, an unsigned 32-bit number. */
export function identityHash(kind: number, number: number, { part, submit_s, start_s }: Occasion): number {
  let hash = mix(number ^ (kind * 0x632be5ab));
  hash = mix(hash ^ part);
  hash = mix(hash ^ submit_s);
  return mix(hash ^ start_s) >>> 0;
}

/** The same of an id taken apart. */
export function partsHash({ kind, number, part }: IdParts, submit_s: number, start_s: number): number {
  return identityHash(kind, number, { part, submit_s, start_s });
}

/** The finaliser of MurmurHash3: every bit of the input changes half of the output's. */
function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
