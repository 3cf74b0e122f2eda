import { Buckets } from "../engine/buckets.ts";
import type { Filters } from "../view/filters.ts";
import { type MeasureName, measureOf } from "../view/measures.ts";
import type { AnswerBasis, Range } from "./answers.ts";
import type { Asked, Data } from "./data.ts";
import { basisOf, measureWith } from "./measure.ts";
import { chosenClusters, rangeOf, reportedUntil } from "./range.ts";
import { select } from "./scan.ts";
import { Taking } from "./taking.ts";
import { UnanswerableError } from "./unanswerable.ts";
import { HOUR_S } from "../view/units.ts";

/** Hours of a week. */
const CELLS = 168;
/** 1970 began on a Thursday: so many hours after a Monday. */
const HOURS_TO_1970 = 72;
/** Most hours that are measured in one go: some five years, a few MB of look-up. */
const PIECE_HOURS = 50_000;
/** Measures of a state: each hour's mean, weighted by the seconds that are known of it. */
const MEANS: readonly MeasureName[] = ["running-mean", "pending-mean"];

/** Answer of the question by hours of the week; the body of `GET /api/dashboard/hours-of-week`. */
export interface HoursOfWeekAnswer {
  readonly measure: MeasureName;
  readonly unit: string;
  readonly basis: AnswerBasis;
  readonly tz: string;
  /** First and last day, inclusive. */
  readonly from: string;
  readonly to: string;
  /** `sum` over all hours of that name, or their `mean`. */
  readonly of: "sum" | "mean";
  /**
   * 168 values, Monday 0–1 h first; null where the range has no such hour, and for a mean where nothing is reported.
   */
  readonly values: readonly (number | null)[];
  /** Seconds of the range that each cell stands for: 7,200 for one hour that a clock showed twice. */
  readonly range_s: readonly number[];
  /** What of them lies before the newest report. */
  readonly reported_s: readonly number[];
  /** Sum or mean over the whole range. */
  readonly total: number | null;
}

/**
 * A measure by the hours of the week, as the clocks of the zone show them, over the range of the filters.
 *
 * @throws {UnanswerableError} for a measure that neither adds up nor is a mean over time, or if it is to be split
 */
export async function hoursOfWeek(
  data: Data,
  filters: Filters,
  { now_s, breathe }: Asked,
): Promise<HoursOfWeekAnswer> {
  const name = filters.measure ?? "cpu-hours";
  const mean = meansOver(name, filters);
  const range = rangeOf(data, filters, now_s);
  const reported_s = reportedUntil(chosenClusters(data, filters));
  const selections = await select(data, filters, { range, breathe });
  const [amounts, range_s, known_s] = [0, 0, 0].map(() => new Array<number>(CELLS).fill(0));
  const { edges, cells } = clockHours(range);
  for (let from = 0; from < cells.length; from += PIECE_HOURS) {
    const buckets = new Buckets(edges.slice(from, from + PIECE_HOURS + 1));
    const taking = new Taking(selections, {
      buckets,
      by: "none",
      filters,
      basis: filters.basis,
      slotOf: () => 0,
      reported_s,
      breathe,
    });
    const taken = await measureWith(taking, [name]);
    for (let bucket = 0; bucket < buckets.count; bucket++) {
      const cell = cells[from + bucket];
      const [start_s, end_s] = [buckets.edges[bucket], buckets.edges[bucket + 1]];
      const here_s = Math.max(0, Math.min(end_s, reported_s ?? -Infinity) - start_s);
      const value = taken.get(name)?.cell(0, bucket) ?? 0;
      range_s[cell] += end_s - start_s;
      known_s[cell] += here_s;
      amounts[cell] += mean ? value * here_s : value;
    }
  }
  const value = (amount: number, over_s: number, whole_s: number) =>
    mean ? (over_s > 0 ? amount / over_s : null) : whole_s > 0 ? amount : null;
  return {
    measure: name,
    unit: measureOf(name).unit,
    basis: basisOf(name, filters.basis),
    tz: range.tz,
    from: range.from,
    to: range.to,
    of: mean ? "mean" : "sum",
    values: amounts.map((amount, cell) => value(amount, known_s[cell], range_s[cell])),
    range_s,
    reported_s: known_s,
    total: value(sum(amounts), sum(known_s), range.end_s - range.start_s),
  };
}

/** Whether a measure is a mean over time; else it adds up. */
function meansOver(name: MeasureName, { by }: Filters): boolean {
  if (by !== null && by !== "none") {
    throw new UnanswerableError("by", `by=${by} cannot be asked by hours of the week: leave it out`);
  }
  if (MEANS.includes(name)) return true;
  const { additive, capacity } = measureOf(name);
  if (additive && capacity === undefined) return false;
  throw new UnanswerableError(
    "measure",
    `measure=${name} cannot be asked by hours of the week: only what adds up, and ${MEANS.join(" and ")}`,
  );
}

/** A range cut where a clock of its zone shows a full hour and where it is set, with the hour of the week of each part. */
function clockHours({ start_s, end_s, tz }: Range): {
  readonly edges: readonly number[];
  readonly cells: readonly number[];
} {
  const edges: number[] = [];
  const cells: number[] = [];
  let last_set = Temporal.Instant.fromEpochMilliseconds(start_s * 1000).toZonedDateTimeISO(tz);
  for (let time_s = start_s; time_s < end_s;) {
    const offset_s = last_set.offsetNanoseconds / 1e9;
    const next_set = last_set.getTimeZoneTransition("next");
    const until_s = next_set === null ? end_s : Math.min(end_s, next_set.epochMilliseconds / 1000);
    while (time_s < until_s) {
      const hour = Math.floor((time_s + offset_s) / HOUR_S);
      edges.push(time_s);
      cells.push((hour + HOURS_TO_1970) % CELLS);
      time_s = Math.min(until_s, (hour + 1) * HOUR_S - offset_s);
    }
    if (next_set !== null) last_set = next_set;
  }
  return { edges: [...edges, end_s], cells };
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
