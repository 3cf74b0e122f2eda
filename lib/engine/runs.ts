import { derive, type Derived } from "../job/derive.ts";
import { binOf, NO_BIN } from "./bins.ts";
import { FLAGS, RUN_FLAGS } from "./flags.ts";
import { groupRows, type SharedNumber, type SharedText } from "./group_rows.ts";
import { type Doing, type Intervals, intervalsOf } from "./intervals.ts";
import type { Packed } from "./packed.ts";
import type { Week } from "./week.ts";

/** Moments of a job: when it was submitted, when its run began and when it ended, run or not. */
export type Moment = "submit" | "run_start" | "end";

/** Earliest and latest of a moment in each run, seconds since the epoch; 0 where the jobs have none. */
export interface Extent {
  readonly min: Uint32Array;
  readonly max: Uint32Array;
}

/** Stands for no value among whole seconds. */
export const NO_VALUE = 0xffff_ffff;

/** A value of a row, NaN where it has none. */
export interface RowValue {
  /** No other value has it. */
  readonly name: string;
  readonly of: (week: Week) => (row: number) => number;
}

/**
 * Bounds of the first and the last moment known of each run's jobs, seconds since the epoch; the last moment of a job
 * that has not ended is no bound.
 */
export interface Lives {
  readonly first_min: Uint32Array;
  readonly first_max: Uint32Array;
  readonly last_min: Uint32Array;
  readonly last_max: Uint32Array;
}

/**
 * The rows of a week in runs: the jobs of a run agree in who ran them where and with what, and began and ended on
 * the same days (UTC). A question looks at a run once where all of its jobs fall into one bucket.
 */
export class Runs {
  readonly count: number;
  /** The rows, run after run. */
  readonly rows: Uint16Array | Uint32Array;
  /** Where in {@link rows} each run begins, and where the last ends. */
  readonly from: Uint32Array;
  /** The bits of {@link RUN_FLAGS} of each run. */
  readonly flags: Uint16Array;
  readonly #week: Week;
  readonly #extents = new Map<Moment, Extent>();
  readonly #codes = new Map<SharedText, Uint32Array>();
  readonly #numbers = new Map<SharedNumber, Float64Array>();
  readonly #sums = new Map<string, Float64Array>();
  readonly #intervals = new Map<Doing, Intervals>();
  readonly #ordered = new Map<string, Float64Array | Uint32Array>();
  readonly #bins = new Map<string, Uint16Array>();
  #lives: Lives | null = null;

  constructor(week: Week) {
    this.#week = week;
    const { run_of, count } = groupRows(week);
    this.count = count;
    this.from = new Uint32Array(count + 1);
    for (let row = 0; row < week.length; row++) this.from[run_of[row] + 1]++;
    for (let run = 0; run < count; run++) this.from[run + 1] += this.from[run];
    this.rows = week.length <= 0x10000 ? new Uint16Array(week.length) : new Uint32Array(week.length);
    const next = this.from.slice();
    for (let row = 0; row < week.length; row++) this.rows[next[run_of[row]]++] = row;
    this.flags = new Uint16Array(count);
    for (let run = 0; run < count; run++) this.flags[run] = week.flags[this.rows[this.from[run]]] & RUN_FLAGS;
  }

  /** Code of the text in which the jobs of each run agree. */
  codes(column: SharedText): Uint32Array {
    const known = this.#codes.get(column);
    if (known !== undefined) return known;
    const found = new Uint32Array(this.count);
    const codes = this.#week.codes[column];
    if (codes.length > 0) {
      for (let run = 0; run < this.count; run++) found[run] = codes[this.rows[this.from[run]]];
    }
    this.#codes.set(column, found);
    return found;
  }

  /** The number in which the jobs of each run agree, NaN where unknown. */
  numbers(column: SharedNumber): Float64Array {
    const known = this.#numbers.get(column);
    if (known !== undefined) return known;
    const numbers = this.#week.numbers[column];
    const found = new Float64Array(this.count);
    for (let run = 0; run < this.count; run++) found[run] = numbers.at(this.rows[this.from[run]]);
    this.#numbers.set(column, found);
    return found;
  }

  /** The column of a moment for the jobs of a run; for the end of jobs still open see {@link FLAGS.open}. */
  times(moment: Moment, run: number): Uint32Array {
    return timesOf(this.#week, moment, this.flags[run]);
  }

  /** Earliest and latest of a moment in each run. */
  extent(moment: Moment): Extent {
    const known = this.#extents.get(moment);
    if (known !== undefined) return known;
    const min = new Uint32Array(this.count);
    const max = new Uint32Array(this.count);
    for (let run = 0; run < this.count; run++) {
      if (moment === "run_start" && (this.flags[run] & FLAGS.ran) === 0) continue;
      const times = this.times(moment, run);
      let low = 0xffff_ffff;
      let high = 0;
      for (let place = this.from[run]; place < this.from[run + 1]; place++) {
        const time = times[this.rows[place]];
        if (time < low) low = time;
        if (time > high) high = time;
      }
      min[run] = low;
      max[run] = high;
    }
    const extent = { min, max };
    this.#extents.set(moment, extent);
    return extent;
  }

  /** A value summed over the jobs of each run; those without a value, NaN, add nothing. */
  sums({ name, of }: RowValue): Float64Array {
    const known = this.#sums.get(name);
    if (known !== undefined) return known;
    const sums = new Float64Array(this.count);
    const valueOf = of(this.#week);
    for (let run = 0; run < this.count; run++) {
      let sum = 0;
      for (let place = this.from[run]; place < this.from[run + 1]; place++) {
        const value = valueOf(this.rows[place]);
        if (!Number.isNaN(value)) sum += value;
      }
      sums[run] = sum;
    }
    this.#sums.set(name, sums);
    return sums;
  }

  /**
   * A value of each row in the order of {@link rows}, that the jobs of a run lie side by side: whole seconds with
   * {@link NO_VALUE} where there is none, or any numbers with NaN.
   */
  ordered({ name, of }: RowValue): Float64Array | Uint32Array {
    const known = this.#ordered.get(name);
    if (known !== undefined) return known;
    const valueOf = of(this.#week);
    const values = new Float64Array(this.rows.length);
    let whole = true;
    for (let place = 0; place < values.length; place++) {
      const value = valueOf(this.rows[place]);
      values[place] = value;
      if (value === value && !(value >= 0 && value < NO_VALUE && value === Math.floor(value))) whole = false;
    }
    const found = whole ? new Uint32Array(values.length) : values;
    if (whole) {
      for (let place = 0; place < values.length; place++) {
        found[place] = values[place] === values[place] ? values[place] : NO_VALUE;
      }
    }
    this.#ordered.set(name, found);
    return found;
  }

  /** The bins of these values. */
  bins(value: RowValue): Uint16Array {
    const known = this.#bins.get(value.name);
    if (known !== undefined) return known;
    const values = this.ordered(value);
    const bins = new Uint16Array(values.length);
    const none = values instanceof Uint32Array ? NO_VALUE : NaN;
    for (let place = 0; place < bins.length; place++) {
      bins[place] = values[place] === none ? NO_BIN : binOf(values[place]);
    }
    this.#bins.set(value.name, bins);
    return bins;
  }

  /** When the jobs of each run did something. */
  intervals(doing: Doing): Intervals {
    const known = this.#intervals.get(doing) ?? intervalsOf(this, doing);
    this.#intervals.set(doing, known);
    return known;
  }

  /** Makes what nearly every question needs. */
  prepare(): void {
    this.intervals("runs");
    this.#lives ??= this.#livesOf();
  }

  /** Whether the jobs of a run have not ended. */
  isOpen(run: number): boolean {
    return (this.flags[run] & FLAGS.open) !== 0;
  }

  /** From when to when the jobs of each run are known of. */
  get lives(): Lives {
    return this.#lives ??= this.#livesOf();
  }

  #livesOf(): Lives {
    const { Submit, Start, End } = this.#week.times;
    const [first_min, first_max, last_min, last_max] = [0, 0, 0, 0].map(() => new Uint32Array(this.count));
    for (let run = 0; run < this.count; run++) {
      let [low_first, high_first, low_last, high_last] = [0xffff_ffff, 0, 0xffff_ffff, 0];
      for (let place = this.from[run]; place < this.from[run + 1]; place++) {
        const row = this.rows[place];
        const [submit_s, start_s, end_s] = [Submit[row], Start[row], End[row]];
        // What is unknown, 0, moves neither end.
        let first = submit_s || 0xffff_ffff;
        if (start_s > 0 && start_s < first) first = start_s;
        if (end_s > 0 && end_s < first) first = end_s;
        const last = Math.max(submit_s, start_s, end_s);
        if (first < low_first) low_first = first;
        if (first > high_first) high_first = first;
        if (last < low_last) low_last = last;
        if (last > high_last) high_last = last;
      }
      first_min[run] = low_first;
      first_max[run] = high_first;
      last_min[run] = low_last;
      last_max[run] = high_last;
    }
    return { first_min, first_max, last_min, last_max };
  }

  /** What is derived of a row: for the jobs of odd runs, whose hours do not follow from their times. */
  derived(row: number): Derived {
    const week = this.#week;
    const known = (value: number) => Number.isNaN(value) ? null : value;
    const flags = week.flags[row];
    return derive({
      Submit: week.times.Submit[row] || null,
      Start: week.times.Start[row] || null,
      End: week.times.End[row] || null,
      // Only whether it ran is read of it.
      NodeList: (flags & FLAGS.ran) !== 0 ? null : "None assigned",
      ElapsedRaw: known(week.number("ElapsedRaw", row)),
      AllocCPUS: known(week.numbers.AllocCPUS.at(row)),
      AllocGPUS: known(week.numbers.AllocGPUS.at(row)),
      AllocNodes: known(week.numbers.AllocNodes.at(row)),
      CPUHours: known(week.number("CPUHours", row)),
      GPUHours: known(week.number("GPUHours", row)),
    });
  }

  get bytes(): number {
    const made: Packed[] = [
      ...this.#codes.values(),
      ...this.#numbers.values(),
      ...this.#sums.values(),
      ...[...this.#extents.values()].flatMap(({ min, max }) => [min, max]),
      ...Object.values(this.#lives ?? {}),
      ...[...this.#intervals.values()].flatMap(({ first, last }) => [first, last]),
      ...this.#ordered.values(),
      ...this.#bins.values(),
    ];
    return made.reduce(
      (sum, { byteLength }) => sum + byteLength,
      this.rows.byteLength + this.from.byteLength + this.flags.byteLength,
    );
  }
}

/** The column of a moment for jobs with these flags. */
function timesOf({ times }: Week, moment: Moment, flags: number): Uint32Array {
  if (moment === "submit") return times.Submit;
  const start = (flags & FLAGS.resized) !== 0 ? times.Submit : times.Start;
  return moment === "run_start" || (flags & FLAGS.inverted) !== 0 ? start : times.End;
}
