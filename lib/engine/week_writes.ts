import { byName } from "../job/by_name.ts";
import { CODED_TEXT } from "./coded_text.ts";
import { ID_COLUMNS, type JobTable, ranAt } from "../job/table.ts";
import type { BatchCodes } from "./batch_codes.ts";
import { FLAGS } from "./flags.ts";
import { followingHours, PACKED_COLUMNS, TIME_COLUMNS, type WeekWrites } from "./week.ts";

/** The rows `from` of a batch as what is written into a week at `rows`. */
export function weekWrites(
  table: JobTable,
  { from, rows, length, codes }: {
    readonly from: Uint32Array;
    readonly rows: Uint32Array;
    readonly length: number;
    readonly codes: BatchCodes;
  },
): WeekWrites {
  const flags = new Uint16Array(from.length);
  for (let i = 0; i < from.length; i++) flags[i] = flagsOf(table, from[i]);
  const count = from.length;
  const writes: WeekWrites = {
    length,
    rows,
    flags,
    // What is unknown, NaN, becomes 0.
    times: byName(TIME_COLUMNS, (name) => gather(new Uint32Array(count), table.numbers[name], from)),
    ids: byName(ID_COLUMNS, (name) => {
      const { kinds, numbers, parts } = codes.ids(name);
      return {
        kinds: gather(new Uint32Array(count), kinds, from),
        numbers: gather(new Uint32Array(count), numbers, from),
        parts: gather(new Uint32Array(count), parts, from),
      };
    }),
    codes: byName(CODED_TEXT, (name) => gather(new Uint32Array(count), codes.codes(name), from)),
    numbers: byName(PACKED_COLUMNS, (name) => gather(new Float64Array(count), table.numbers[name], from)),
  };
  leaveOut(writes.numbers.Eligible, { flags, bit: FLAGS.eligible_at_once });
  leaveOut(writes.numbers.ElapsedRaw, { flags, bit: FLAGS.never_suspended });
  leaveOut(writes.numbers.CPUHours, { flags, bit: FLAGS.cpu_hours_follow });
  leaveOut(writes.numbers.GPUHours, { flags, bit: FLAGS.gpu_hours_follow });
  return writes;
}

function gather<T extends Uint32Array | Float64Array>(
  to: T,
  values: ArrayLike<number>,
  from: Uint32Array,
): T {
  for (let i = 0; i < from.length; i++) to[i] = values[from[i]];
  return to;
}

/** Forgets the numbers that follow from others. */
function leaveOut(
  values: Float64Array,
  { flags, bit }: { readonly flags: Uint16Array; readonly bit: number },
): void {
  for (let i = 0; i < values.length; i++) if ((flags[i] & bit) !== 0) values[i] = NaN;
}

function flagsOf(table: JobTable, row: number): number {
  const { Submit, Start, End, Eligible, ElapsedRaw, AllocCPUS, AllocGPUS, CPUHours, GPUHours } =
    table.numbers;
  const submit_s = Submit[row] || 0;
  const start_s = Start[row] || 0;
  const end_s = End[row] || 0;
  const elapsed_s = ElapsedRaw[row];
  let bits = 0;
  if (end_s === 0) bits |= FLAGS.open;
  if (submit_s === 0) bits |= FLAGS.unsubmitted;
  if (submit_s > 0 && Eligible[row] === submit_s) bits |= FLAGS.eligible_at_once;
  if (start_s > 0 && end_s > 0 && elapsed_s === end_s - start_s) bits |= FLAGS.never_suspended;
  // Slurm repeats the original Start in a resized job's later record: see derive().
  const resized = submit_s > 0 && start_s > 0 && submit_s > start_s && (end_s === 0 || submit_s < end_s);
  const ran = start_s > 0 && ranAt(table, row);
  const run_start_s = ran && resized ? submit_s : start_s;
  const run = { elapsed_s, start_s: run_start_s, end_s };
  if (Object.is(CPUHours[row], followingHours(AllocCPUS[row], run))) bits |= FLAGS.cpu_hours_follow;
  if (Object.is(GPUHours[row], followingHours(AllocGPUS[row], run))) bits |= FLAGS.gpu_hours_follow;
  if (!ran) return bits;
  bits |= FLAGS.ran;
  if (resized) bits |= FLAGS.resized;
  if (end_s > 0 && end_s < run_start_s) bits |= FLAGS.inverted;
  const span_s = Math.max(0, end_s - run_start_s);
  const ran_s = resized ? Math.min(elapsed_s, span_s) : elapsed_s;
  const suspended = end_s > 0 && !Number.isNaN(ran_s) && ran_s !== span_s;
  const cpu_hours_only = !(AllocCPUS[row] > 0) && CPUHours[row] > 0;
  const gpu_hours_only = !(AllocGPUS[row] > 0) && GPUHours[row] > 0;
  return suspended || cpu_hours_only || gpu_hours_only ? bits | FLAGS.odd : bits;
}
