import type { Buckets } from "../engine/buckets.ts";
import { Distinct, Extreme, Samples } from "../engine/collect.ts";
import type { CodedText, NumericColumn } from "../engine/dataset.ts";
import { Tally, tallyEvents, tallyFlow, tallySpans } from "../engine/tally.ts";
import type { Basis } from "../view/filters.ts";
import { type Grouping, type MeasureName, measureOf } from "../view/measures.ts";
import type { AnswerBasis } from "./answers.ts";
import {
  columnRate,
  cpusByCpuHours,
  expansion,
  one,
  oneWhereKnown,
  type RateOf,
  type ValueOf,
} from "./rates.ts";
import { Names, runsOf, scanOf, type Selection, type SlotOf } from "./scan.ts";

/** A measure taken: its value in each bucket of each slot, of each slot, and of all; null where there is none. */
export interface Measured {
  readonly cell: (slot: number, bucket: number) => number | null;
  readonly total: (slot: number) => number | null;
  readonly all: number | null;
}

/** What to measure, over which buckets and grouped how. */
export interface Measuring {
  readonly buckets: Buckets;
  readonly by: Grouping;
  readonly slotOf: SlotOf;
  readonly basis: Basis;
}

const HOUR_S = 3600;

/** Moments at which a job can be booked, for counts and for hours booked whole. */
const MOMENTS: Readonly<Record<"submit" | "start" | "end", NumericColumn>> = {
  submit: "Submit",
  start: "run_start_s",
  end: "run_end_s",
};

/** How hours can be booked apart from the measure's own way. */
export function basisOf(measure: MeasureName, basis: Basis): AnswerBasis {
  const { booked_by } = measureOf(measure);
  return booked_by === "prorated" ? basis : booked_by;
}

/** Takes one measure of the selected jobs. */
export function measure(selections: readonly Selection[], name: MeasureName, measuring: Measuring): Measured {
  switch (name) {
    case "cpu-hours":
      return scaled(hours(selections, "cpu_rate", measuring), HOUR_S);
    case "gpu-hours":
      return scaled(hours(selections, "gpu_rate", measuring), HOUR_S);
    case "node-hours":
      return scaled(hours(selections, "node_rate", measuring), HOUR_S);
    case "wall-hours":
      return scaled(hours(selections, "wall_rate", measuring), HOUR_S);
    case "jobs-submitted":
      return scaled(events(selections, measuring, { at: "Submit", value: null }), 1);
    case "jobs-started":
      return scaled(events(selections, measuring, { at: "run_start_s", value: null }), 1);
    case "jobs-ended":
      return scaled(events(selections, measuring, { at: "run_end_s", value: null }), 1);
    case "jobs-never-ran":
      return scaled(events(selections, measuring, { at: "never_ran_s", value: null }), 1);
    case "jobs-running":
      return scaled(spans(selections, measuring, () => one), 1);
    case "wait-hours":
      return scaled(
        events(selections, measuring, { at: "run_start_s", value: "wait_s", weighted: true }),
        HOUR_S,
      );
    case "wait-mean":
      return meanOfEvents(selections, measuring, { at: "run_start_s", value: "wait_s" });
    case "wait-p50":
    case "wait-p90":
    case "wait-p95":
    case "wait-p99":
      return quantile(selections, measuring, { at: "run_start_s", value: "wait_s", q: quantileOf(name) });
    case "elapsed-mean":
      return meanOfEvents(selections, measuring, { at: "run_end_s", value: "elapsed_s" });
    case "elapsed-p50":
    case "elapsed-p95":
      return quantile(selections, measuring, { at: "run_end_s", value: "elapsed_s", q: quantileOf(name) });
    case "users":
      return distinct(selections, measuring, "User");
    case "accounts":
      return distinct(selections, measuring, "Account");
    case "groups":
      return distinct(selections, measuring, "Group");
    case "size-mean":
      return ratio(
        spans(selections, measuring, columnRate("AllocCPUS")),
        spans(selections, measuring, oneWhereKnown("AllocCPUS")),
      );
    case "size-min":
      return extreme(selections, measuring, "min");
    case "size-max":
      return extreme(selections, measuring, "max");
    case "size-mean-by-cpu-hours":
      return ratio(
        flow(selections, measuring, cpusByCpuHours),
        flow(selections, measuring, columnRate("cpu_rate")),
      );
    case "expansion-factor":
      return ratio(
        flow(selections, measuring, expansion),
        flow(selections, measuring, columnRate("node_rate")),
      );
  }
}

function quantileOf(name: MeasureName): number {
  return Number(name.slice(name.lastIndexOf("-p") + 2)) / 100;
}

function scaled(tally: Tally, divisor: number): Measured {
  return {
    cell: (slot, bucket) => tally.cell(slot, bucket) / divisor,
    total: (slot) => (tally.totals[slot] ?? 0) / divisor,
    all: tally.all / divisor,
  };
}

/** One tally over another, null where there is nothing to divide by. */
function ratio(above: Tally, below: Tally): Measured {
  const divide = (a: number, b: number) => b === 0 ? null : a / b;
  return {
    cell: (slot, bucket) => divide(above.cell(slot, bucket), below.cell(slot, bucket)),
    total: (slot) => divide(above.totals[slot] ?? 0, below.totals[slot] ?? 0),
    all: divide(above.all, below.all),
  };
}

function flow(selections: readonly Selection[], { buckets, by, slotOf }: Measuring, rateOf: RateOf): Tally {
  const tally = new Tally(buckets);
  for (const selection of selections) {
    const { cluster } = selection;
    tallyFlow(tally, scanOf(selection, by, slotOf), { runs: runsOf(cluster), rate: rateOf(cluster.dataset) });
  }
  return tally;
}

/** Hours of a rate, apportioned over the runs or booked whole at one moment of the job. */
function hours(selections: readonly Selection[], rate: NumericColumn, measuring: Measuring): Tally {
  if (measuring.basis === "prorated") return flow(selections, measuring, columnRate(rate));
  const tally = new Tally(measuring.buckets);
  const moment = MOMENTS[measuring.basis];
  for (const selection of selections) {
    const { dataset } = selection.cluster;
    const { until_s } = runsOf(selection.cluster);
    const { run_start_s, run_end_s } = dataset.numbers;
    const rates = dataset.numbers[rate];
    const scan = scanOf(selection, measuring.by, measuring.slotOf);
    tallyEvents(tally, scan, {
      time_s: dataset.numbers[moment],
      weighted: true,
      value: (row) => {
        const start_s = run_start_s[row];
        const end_s = run_end_s[row] === Infinity ? Math.max(start_s, until_s) : run_end_s[row];
        return Number.isNaN(start_s) ? NaN : rates[row] * (end_s - start_s);
      },
    });
  }
  return tally;
}

interface EventValue {
  readonly at: NumericColumn;
  /** Column of the value, or null to count. */
  readonly value: NumericColumn | null;
  /** Whether a job's slots share its value; otherwise each has all of it. */
  readonly weighted?: boolean;
}

function events(
  selections: readonly Selection[],
  { buckets, by, slotOf }: Measuring,
  { at, value, weighted = false }: EventValue,
): Tally {
  const tally = new Tally(buckets);
  for (const selection of selections) {
    const { numbers } = selection.cluster.dataset;
    const values = value === null ? null : numbers[value];
    tallyEvents(tally, scanOf(selection, by, slotOf), {
      time_s: numbers[at],
      // Hours are shared out among a job's nodes; to a count or a mean each of them is one whole job.
      weighted,
      value: values === null ? () => 1 : (row) => values[row],
    });
  }
  return tally;
}

function meanOfEvents(
  selections: readonly Selection[],
  measuring: Measuring,
  { at, value }: EventValue,
): Measured {
  const counted = new Tally(measuring.buckets);
  for (const selection of selections) {
    const { numbers } = selection.cluster.dataset;
    const values = value === null ? null : numbers[value];
    tallyEvents(counted, scanOf(selection, measuring.by, measuring.slotOf), {
      time_s: numbers[at],
      weighted: false,
      value: (row) => values !== null && Number.isNaN(values[row]) ? NaN : 1,
    });
  }
  return ratio(events(selections, measuring, { at, value }), counted);
}

function quantile(
  selections: readonly Selection[],
  { buckets, by, slotOf }: Measuring,
  { at, value, q }: { readonly at: NumericColumn; readonly value: NumericColumn; readonly q: number },
): Measured {
  const samples = new Samples(buckets);
  for (const selection of selections) {
    const { numbers } = selection.cluster.dataset;
    samples.collect(scanOf(selection, by, slotOf), { time_s: numbers[at], value: numbers[value] });
  }
  return samples.quantiles(q);
}

/** Sums a value over the jobs that run; rows whose value is NaN are left out. */
function spans(
  selections: readonly Selection[],
  { buckets, by, slotOf }: Measuring,
  valueOf: ValueOf,
): Tally {
  const tally = new Tally(buckets);
  for (const selection of selections) {
    const { cluster } = selection;
    tallySpans(tally, scanOf(selection, by, slotOf), {
      runs: runsOf(cluster),
      value: valueOf(cluster.dataset),
    });
  }
  return tally;
}

function distinct(
  selections: readonly Selection[],
  { buckets, by, slotOf }: Measuring,
  column: CodedText,
): Measured {
  const found = new Distinct(buckets);
  const names = new Names();
  for (const selection of selections) {
    const { cluster } = selection;
    found.collect(scanOf(selection, by, slotOf), {
      runs: runsOf(cluster),
      valueOf: names.of(cluster.dataset, column),
    });
  }
  return found;
}

function extreme(
  selections: readonly Selection[],
  { buckets, by, slotOf }: Measuring,
  which: "min" | "max",
): Measured {
  const found = new Extreme(buckets, which);
  for (const selection of selections) {
    const { cluster } = selection;
    found.collect(scanOf(selection, by, slotOf), {
      runs: runsOf(cluster),
      value: cluster.dataset.numbers.AllocCPUS,
    });
  }
  return found;
}
