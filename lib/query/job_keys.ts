import { FLAGS } from "../engine/flags.ts";
import type { Week } from "../engine/week.ts";
import { ID_KINDS } from "../job/ids.ts";
import { ID_COLUMNS, type IdColumn, NUMBER_COLUMNS, type NumberColumn } from "../job/table.ts";
import type { MatchingWeek } from "./matching.ts";
import { idsIn } from "./search.ts";
import { factsOf, type KnownBounds } from "./week_facts.ts";

/** More tasks than an array can have (Slurm's MaxArraySize ends at 4,000,001). */
const MAX_TASKS = 2 ** 23;

/** Numbers that put jobs in order. */
export interface JobKeys {
  /** Called before the others: how many jobs are needed that come first, or all, and in which direction. */
  readonly prepare?: (needed: number, how: { readonly all: boolean; readonly descending: boolean }) => void;
  /**
   * Writes the key of each job of a week, NaN where unknown; the array is as long as the week. What it writes for jobs
   * that the view is not about does not matter.
   */
  readonly write: (of: MatchingWeek, keys: Float64Array) => void;
  /** What is known of the keys of a week without looking at them. */
  readonly bounds: (of: MatchingWeek) => KnownBounds;
}

/** No number of a job is below 0. */
const COUNT: KnownBounds = { low: 0, high: Infinity, all: false };

/** What to sort by for a name in lower case: a column of numbers or ids, or the wait; null for any other. */
export function jobKeys(name: string): JobKeys | null {
  if (name === "wait") return { write: ({ week }, keys) => writeWaits(week, keys), bounds: () => COUNT };
  const id = ID_COLUMNS.find((column) => column.toLowerCase() === name);
  if (id !== undefined) {
    return {
      write: ({ week, cluster: { dataset: { others } } }, keys) =>
        writeIds(week, keys, { column: id, textOf: (row) => week.idText(id, row, others) }),
      bounds: ({ week }) => id === "SLUID" ? COUNT : idBounds(week, id),
    };
  }
  const column = NUMBER_COLUMNS.find((column) => column.toLowerCase() === name);
  if (column === undefined) return null;
  return {
    write: column === "CPUHours" || column === "GPUHours"
      ? (of, keys) => writeHours(of, column, keys)
      : ({ week }, keys) => writeNumbers(week, column, keys),
    bounds: ({ week }) => columnBounds(week, column),
  };
}

/** Tasks and components come between their job and the next. */
function idBounds(week: Week, column: IdColumn): KnownBounds {
  const { low, high, unusual } = idsIn(week, column);
  return unusual ? COUNT : { low, high: high + 1, all: false };
}

const eligible = new WeakMap<Week, KnownBounds>();

/** Later weeks have later times: it helps to know which. */
function eligibleBounds(week: Week): KnownBounds {
  const known = eligible.get(week);
  if (known !== undefined) return known;
  const times = new Float64Array(week.length);
  writeNumbers(week, "Eligible", times);
  let [low, high] = [Infinity, -Infinity];
  for (let row = 0; row < times.length; row++) {
    if (times[row] < low) low = times[row];
    if (times[row] > high) high = times[row];
  }
  const bounds = { low, high, all: false };
  eligible.set(week, bounds);
  return bounds;
}

function columnBounds(week: Week, column: NumberColumn): KnownBounds {
  switch (column) {
    case "Submit":
    case "Start":
    case "End":
      return factsOf(week).times[column];
    case "Eligible":
      return eligibleBounds(week);
    default:
      return COUNT;
  }
}

/** The numbers of a column as {@link Week.number} has them, one loop for all rows. */
function writeNumbers(week: Week, column: NumberColumn, keys: Float64Array): void {
  if (column === "Submit" || column === "Start" || column === "End") {
    const times = week.times[column];
    for (let row = 0; row < keys.length; row++) keys[row] = times[row] === 0 ? NaN : times[row];
    return;
  }
  week.numbers[column].copyTo(keys);
  const { flags, times: { Submit, Start, End } } = week;
  switch (column) {
    case "Eligible":
      for (let row = 0; row < keys.length; row++) {
        if ((flags[row] & FLAGS.eligible_at_once) !== 0) keys[row] = Submit[row];
      }
      break;
    case "ElapsedRaw":
      for (let row = 0; row < keys.length; row++) {
        if ((flags[row] & FLAGS.never_suspended) !== 0) keys[row] = End[row] - Start[row];
      }
      break;
  }
}

/** Writes the hours over the counts that they follow from. */
function writeHours(
  { week, marks }: MatchingWeek,
  column: "CPUHours" | "GPUHours",
  keys: Float64Array,
): void {
  const { flags, times: { Start, End } } = week;
  week.numbers[column === "CPUHours" ? "AllocCPUS" : "AllocGPUS"].copyTo(keys);
  // Nearly all jobs ran from start to end: then their share of the span is one.
  const follows = column === "CPUHours" ? FLAGS.cpu_hours_follow : FLAGS.gpu_hours_follow;
  const usual = follows | FLAGS.never_suspended;
  const looked_at = usual | FLAGS.resized | FLAGS.open;
  for (let row = 0; row < keys.length; row++) {
    if ((flags[row] & looked_at) !== usual) continue;
    const span_s = End[row] - Start[row];
    keys[row] = keys[row] * (span_s > 0 ? span_s : 0) / 3600;
  }
  const own = week.numbers[column];
  const hoursOf = week.reader(column);
  for (let row = 0; row < keys.length; row++) {
    const bits = flags[row];
    if ((bits & looked_at) === usual || (marks !== null && marks[row] === 0)) continue;
    keys[row] = (bits & follows) === 0 ? own.at(row) : hoursOf(row);
  }
}

/** Start − Submit, at least 0, of jobs that ran. */
function writeWaits({ flags, times: { Submit, Start } }: Week, keys: Float64Array): void {
  for (let row = 0; row < keys.length; row++) {
    keys[row] = (flags[row] & (FLAGS.ran | FLAGS.unsubmitted)) === FLAGS.ran
      ? Math.max(0, Start[row] - Submit[row])
      : NaN;
  }
}

/** Numbers that order job ids: by the number, then the first array task or component; NaN for other ids. */
function writeIds(
  { ids }: Week,
  keys: Float64Array,
  { column, textOf }: { readonly column: IdColumn; readonly textOf: (row: number) => string | null },
): void {
  const { kinds, numbers, parts } = ids[column];
  keys.fill(NaN, Math.min(keys.length, kinds.length));
  for (let row = 0; row < Math.min(keys.length, kinds.length); row++) {
    const kind = kinds[row];
    const number = numbers[row] ?? 0;
    if (kind === ID_KINDS.job) keys[row] = number;
    else if (kind === ID_KINDS.task || kind === ID_KINDS.component) {
      keys[row] = number + ((parts[row] ?? 0) + 1) / MAX_TASKS;
    } else if (kind === ID_KINDS.sluid) keys[row] = number * 2 ** 20 + (parts[row] ?? 0) / 2 ** 12;
    else keys[row] = unusualKey(textOf(row));
  }
}

function unusualKey(id: string | null): number {
  const match = /^(\d+)(?:[_+]\[?(\d+))?/.exec(id ?? "");
  if (match === null) return NaN;
  return Number(match[1]) + (match[2] === undefined ? 0 : (Number(match[2]) + 1) / MAX_TASKS);
}
