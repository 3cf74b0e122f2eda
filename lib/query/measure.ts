import { Buckets } from "../engine/buckets.ts";
import type { Doing } from "../engine/intervals.ts";
import { ELAPSED, knownOf, ONE, PLANNED, SECONDS, WAIT } from "../engine/row_values.ts";
import type { Moment } from "../engine/runs.ts";
import { QUANTILES } from "../engine/samples.ts";
import type { Event, Tally } from "../engine/tally.ts";
import type { Basis } from "../view/filters.ts";
import { type MeasureName, measureOf } from "../view/measures.ts";
import type { AnswerBasis } from "./answers.ts";
import type { Taking } from "./taking.ts";
import {
  type Counted,
  cpusByCpuHours,
  expansion,
  flowOf,
  held,
  heldRate,
  ofFailed,
  type Use,
  useValue,
} from "./values.ts";

/** A measure taken: its value in each bucket of each slot, of each slot, and of all; null where there is none. */
export interface Measured {
  readonly cell: (slot: number, bucket: number) => number | null;
  readonly total: (slot: number) => number | null;
  readonly all: number | null;
}

const HOUR_S = 3600;
const GIB = 2 ** 30;

/** Moments at which hours can be booked whole. */
const MOMENTS: Readonly<Record<Exclude<Basis, "prorated">, Moment>> = {
  submit: "submit",
  start: "run_start",
  end: "end",
};

/** How hours can be booked apart from the measure's own way. */
export function basisOf(measure: MeasureName, basis: Basis): AnswerBasis {
  const { booked_by } = measureOf(measure);
  return booked_by === "prorated" ? basis : booked_by;
}

/** Takes several measures; what they have in common is counted once. */
export async function measureWith(
  taking: Taking,
  names: readonly MeasureName[],
): Promise<ReadonlyMap<MeasureName, Measured>> {
  const taken = new Map<MeasureName, Measured>();
  for (const name of names) if (!taken.has(name)) taken.set(name, await measure(taking, name));
  return taken;
}

/** Takes one measure of the selected jobs. */
function measure(taking: Taking, name: MeasureName): Promise<Measured> {
  switch (name) {
    case "cpu-hours":
      return hours(taking, "cpu");
    case "gpu-hours":
      return hours(taking, "gpu");
    case "node-hours":
      return hours(taking, "node");
    case "wall-hours":
      return hours(taking, "wall");
    case "mem-hours":
      return hours(taking, "mem");
    case "jobs-submitted":
      return count(taking, { moment: "submit", of: "all", value: ONE });
    case "jobs-started":
      return count(taking, STARTED);
    case "jobs-ended":
      return count(taking, ENDED);
    case "jobs-never-ran":
      return count(taking, { moment: "end", of: "never_ran", value: ONE });
    case "jobs-failed":
      return scaled(failures(taking, null, false), 1);
    case "jobs-running":
      return scaled(taking.spans("running", "runs", () => () => 1), 1);
    case "jobs-pending":
      return scaled(taking.spans("pending", "waits", () => () => 1), 1);
    case "running-mean":
      return depth(taking, "runs");
    case "pending-mean":
      return depth(taking, "waits");
    case "wait-hours":
      return sum(taking, { moment: "run_start", of: "ran", value: WAIT, divisor: HOUR_S });
    case "wait-mean":
      return mean(taking, { ...STARTED, value: WAIT });
    case "wait-p50":
    case "wait-p90":
    case "wait-p95":
    case "wait-p99":
      return quantile(taking, { ...STARTED, value: WAIT }, name);
    case "planned-mean":
      return mean(taking, { ...STARTED, value: PLANNED });
    case "planned-p50":
    case "planned-p90":
    case "planned-p95":
      return quantile(taking, { ...STARTED, value: PLANNED }, name);
    case "elapsed-mean":
      return mean(taking, { ...ENDED, value: ELAPSED });
    case "elapsed-p50":
    case "elapsed-p95":
      return quantile(taking, { ...ENDED, value: ELAPSED }, name);
    case "users":
      return taking.distinct("User");
    case "accounts":
      return taking.distinct("Account");
    case "groups":
      return taking.distinct("Group");
    case "size-mean":
      return ratio(
        taking.spans("CPUs", "runs", (week) => (row) => week.numbers.AllocCPUS.at(row)),
        taking.spans(
          "with CPUs",
          "runs",
          (week) => (row) => Number.isNaN(week.numbers.AllocCPUS.at(row)) ? NaN : 1,
        ),
      );
    case "size-min":
      return taking.extreme("min");
    case "size-max":
      return taking.extreme("max");
    case "size-mean-by-cpu-hours":
      return ratio(
        taking.flow("CPUs by CPUs", (cluster) => flowOf(cluster, "CPUs by CPUs", cpusByCpuHours)),
        holding(taking, "cpu"),
      );
    case "expansion-factor":
      return ratio(
        taking.flow("expansion", (cluster) => flowOf(cluster, "expansion", expansion)),
        holding(taking, "node"),
      );
    case "cpu-efficiency":
      return used(taking, "cpu");
    case "mem-efficiency":
      return used(taking, "mem");
    case "time-limit-use":
      return used(taking, "limit");
    case "cpu-hours-idle":
      return left(taking, "cpu", HOUR_S);
    case "mem-hours-idle":
      return left(taking, "mem", HOUR_S * GIB);
    case "cpu-hours-failed":
      return scaled(failures(taking, "cpu", true), HOUR_S);
    case "gpu-hours-failed":
      return scaled(failures(taking, "gpu", true), HOUR_S);
    case "failed-share":
      return ratio(failures(taking, null, false), events(taking, { ...ENDED, weighted: false }));
    case "failed-share-by-cpu-hours":
      return ratio(
        failures(taking, "cpu", false),
        taking.events("ended cpu", (cluster) => ({ ...ENDED, value: held(cluster, "cpu"), weighted: false })),
      );
  }
}

const RUNS = { doing: "runs", weighted: true } as const;
const STARTED = { moment: "run_start", of: "ran", value: ONE } as const;
const ENDED = { moment: "end", of: "ran", value: ONE } as const;

type Counting = Omit<Event, "weighted">;

function events(taking: Taking, event: Event): Promise<Tally> {
  const { moment, of, value, weighted } = event;
  return taking.events([moment, of, value.name, weighted].join(" "), () => event);
}

/** To a count each of a job's nodes is one whole job. */
function count(taking: Taking, counting: Counting): Promise<Measured> {
  return scaled(events(taking, { ...counting, weighted: false }), 1);
}

/** What adds up is shared out among a job's nodes. */
function sum(
  taking: Taking,
  { divisor, ...counting }: Counting & { readonly divisor: number },
): Promise<Measured> {
  return scaled(events(taking, { ...counting, weighted: true }), divisor);
}

function mean(taking: Taking, counting: Counting): Promise<Measured> {
  return ratio(
    events(taking, { ...counting, weighted: false }),
    events(taking, { ...counting, value: knownOf(counting.value), weighted: false }),
  );
}

async function quantile(taking: Taking, counting: Counting, name: MeasureName): Promise<Measured> {
  const samples = await taking.samples(counting.value.name, counting);
  const q = QUANTILES.find((known) => name.endsWith(`-p${known * 100}`));
  if (q === undefined) throw new RangeError(`${name} is no percentile that is known`);
  return samples.quantiles(q);
}

/** Hours of something held, apportioned over the runs or booked whole at one moment of the job. */
function hours(taking: Taking, counted: Counted): Promise<Measured> {
  const { basis } = taking.measuring;
  const divisor = counted === "mem" ? HOUR_S * GIB : HOUR_S;
  if (basis === "prorated") {
    return scaled(holding(taking, counted), divisor);
  }
  return scaled(
    taking.events(`${basis} ${counted}`, (cluster) => ({
      moment: MOMENTS[basis],
      of: "ran",
      value: held(cluster, counted),
      weighted: true,
    })),
    divisor,
  );
}

/** Something held, apportioned over the runs. */
function holding(taking: Taking, counted: Counted): Promise<Tally> {
  return taking.flow(counted, (cluster) => ({
    ...RUNS,
    rate: heldRate(cluster, counted),
    amount: held(cluster, counted),
  }));
}

/** What the jobs that failed held; null counts them. */
function failures(taking: Taking, counted: Counted | null, weighted: boolean): Promise<Tally> {
  return taking.events(`failed ${counted} ${weighted}`, (cluster) => ({
    ...ENDED,
    value: ofFailed(cluster, counted === null ? ONE : held(cluster, counted)),
    weighted,
  }));
}

function used(taking: Taking, use: Use): Promise<Measured> {
  const part = (which: "used" | "given") =>
    taking.events(`${which} ${use}`, (cluster) => ({
      ...ENDED,
      value: useValue(cluster, use, which),
      weighted: false,
    }));
  return ratio(part("used"), part("given"));
}

function left(taking: Taking, use: Use, divisor: number): Promise<Measured> {
  return scaled(
    taking.events(
      `left ${use}`,
      (cluster) => ({ ...ENDED, value: useValue(cluster, use, "left"), weighted: true }),
    ),
    divisor,
  );
}

/** How many jobs do something at one time: the seconds they do it by those of each bucket, as far as is reported. */
async function depth(taking: Taking, doing: Doing): Promise<Measured> {
  const { buckets, reported_s } = taking.measuring;
  const until_s = Math.min(buckets.end_s, reported_s ?? -Infinity);
  if (until_s <= buckets.start_s) return { cell: () => null, total: () => null, all: null };
  const edges = [...buckets.edges].filter((edge) => edge < until_s);
  const known = new Buckets([...edges, until_s]);
  const tally = await taking.flow(
    `depth ${doing}`,
    () => ({ doing, rate: () => () => 1, amount: SECONDS[doing], weighted: false }),
    known,
  );
  const length_s = until_s - buckets.start_s;
  return {
    cell: (slot, bucket) =>
      bucket < known.count
        ? tally.cell(slot, bucket) / (known.edges[bucket + 1] - known.edges[bucket])
        : null,
    total: (slot) => (tally.totals[slot] ?? 0) / length_s,
    all: tally.all / length_s,
  };
}

async function scaled(taken: Promise<Tally>, divisor: number): Promise<Measured> {
  const tally = await taken;
  return {
    cell: (slot, bucket) => tally.cell(slot, bucket) / divisor,
    total: (slot) => (tally.totals[slot] ?? 0) / divisor,
    all: tally.all / divisor,
  };
}

/** One tally over another, null where there is nothing to divide by. */
async function ratio(taken_above: Promise<Tally>, taken_below: Promise<Tally>): Promise<Measured> {
  const above = await taken_above;
  const below = await taken_below;
  const divide = (a: number, b: number) => b === 0 ? null : a / b;
  return {
    cell: (slot, bucket) => divide(above.cell(slot, bucket), below.cell(slot, bucket)),
    total: (slot) => divide(above.totals[slot] ?? 0, below.totals[slot] ?? 0),
    all: divide(above.all, below.all),
  };
}
