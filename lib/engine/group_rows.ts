import { RUN_FLAGS } from "./flags.ts";
import type { CodedText } from "./coded_text.ts";
import type { PackedNumbers } from "./packed.ts";
import type { PackedColumn, Week } from "./week.ts";

const DAY_S = 86_400;

/** Texts in which the jobs of a run agree. */
const SHARED_TEXT = [
  "User",
  "Account",
  "Partition",
  "QOS",
  "State",
  "Group",
  "WCKey",
  "Reservation",
  "AllocTRES",
  "gpu_types",
] as const satisfies readonly CodedText[];
export type SharedText = (typeof SHARED_TEXT)[number];

/** Numbers in which the jobs of a run agree. */
const SHARED_NUMBERS = [
  "AllocCPUS",
  "AllocGPUS",
  "AllocNodes",
  "ReqMem",
] as const satisfies readonly PackedColumn[];
export type SharedNumber = (typeof SHARED_NUMBERS)[number];

/** Numbers the rows by what the jobs of a run agree in, in the order of their first appearance. */
export function groupRows(week: Week): { readonly run_of: Uint32Array; readonly count: number } {
  const { length } = week;
  const keys = keysOf(week);
  const hashes = new Uint32Array(length);
  for (const key of keys) {
    for (let row = 0; row < length; row++) {
      const mixed = Math.imul(hashes[row] ^ key[row], 0x9e3779b1);
      hashes[row] = mixed ^ (mixed >>> 15);
    }
  }
  const size = 2 ** Math.ceil(Math.log2(Math.max(16, length * 2)));
  const slots = new Int32Array(size).fill(-1);
  const firsts = new Uint32Array(length);
  const run_of = new Uint32Array(length);
  let count = 0;
  for (let row = 0; row < length; row++) {
    let slot = hashes[row] & (size - 1);
    for (; slots[slot] >= 0; slot = (slot + 1) & (size - 1)) {
      const first = firsts[slots[slot]];
      if (hashes[row] === hashes[first] && alike(keys, row, first)) break;
    }
    if (slots[slot] < 0) {
      slots[slot] = count;
      firsts[count++] = row;
    }
    run_of[row] = slots[slot];
  }
  return { run_of, count };
}

function alike(keys: readonly Uint32Array[], a: number, b: number): boolean {
  for (let i = 0; i < keys.length; i++) if (keys[i][a] !== keys[i][b]) return false;
  return true;
}

/**
 * The columns that jobs of a run agree in, as whole numbers; those without any value are left out. The days are of
 * the start, or else of the submission, and of the end.
 */
function keysOf(week: Week): readonly Uint32Array[] {
  const { length, flags, times } = week;
  const begins = new Uint32Array(length);
  const ends = new Uint32Array(length);
  const kinds = new Uint32Array(length);
  for (let row = 0; row < length; row++) {
    begins[row] = (times.Start[row] || times.Submit[row]) / DAY_S;
    ends[row] = times.End[row] / DAY_S;
    kinds[row] = flags[row] & RUN_FLAGS;
  }
  const keys: Uint32Array[] = [begins, ends, kinds];
  for (const name of SHARED_TEXT) {
    if (week.codes[name].length > 0) keys.push(new Uint32Array(week.codes[name]));
  }
  for (const name of SHARED_NUMBERS) {
    if (week.numbers[name].stored.length > 0) keys.push(numbered(week.numbers[name]));
  }
  return keys;
}

function numbered({ stored }: PackedNumbers): Uint32Array {
  if (!(stored instanceof Float64Array)) return new Uint32Array(stored);
  const numbers = new Map<number, number>();
  const found = new Uint32Array(stored.length);
  for (let row = 0; row < found.length; row++) {
    const known = numbers.get(stored[row]) ?? numbers.size;
    numbers.set(stored[row], known);
    found[row] = known;
  }
  return found;
}
