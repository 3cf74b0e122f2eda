/** The ways in which measures are taken. */
import { Buckets } from "../engine/buckets.ts";
import type { Doing } from "../engine/intervals.ts";
import { knownOf, ONE, SECONDS } from "../engine/row_values.ts";
import type { Moment } from "../engine/runs.ts";
import type { Flow } from "../engine/flow.ts";
import { QUANTILES } from "../engine/samples.ts";
import type { Event, Tally } from "../engine/tally.ts";
import type { Basis } from "../view/filters.ts";
import type { MeasureName } from "../view/measures.ts";
import type { ClusterData } from "./data.ts";
import type { Taking } from "./taking.ts";
import { type Counted, FAILED_STATES, held, heldRate, ofStates, type Use, useValue } from "./values.ts";
import { GIB, HOUR_S } from "../view/units.ts";

/** A measure taken: its value in each bucket of each slot, of each slot, and of all; null where there is none. */
export interface Measured {
  readonly cell: (slot: number, bucket: number) => number | null;
  readonly total: (slot: number) => number | null;
  readonly all: number | null;
}

/** Moments at which hours can be booked whole. */
const MOMENTS: Readonly<Record<Exclude<Basis, "prorated">, Moment>> = {
  submit: "submit",
  start: "run_start",
  end: "end",
};

const RUNS = { doing: "runs", weighted: true } as const;
/** Jobs that started, and jobs that ended: each counts one. */
export const STARTED = { moment: "run_start", of: "ran", value: ONE } as const;
export const ENDED = { moment: "end", of: "ran", value: ONE } as const;

type Counting = Omit<Event, "weighted">;

/** A value at a moment that is the same for all clusters, summed. */
export function events(taking: Taking, event: Event): Promise<Tally> {
  const { moment, of, value, weighted } = event;
  return taking.events([moment, of, value.name, weighted].join(" "), () => event);
}

/** To a count each of a job's nodes is one whole job. */
export function count(taking: Taking, counting: Counting): Promise<Measured> {
  return scaled(events(taking, { ...counting, weighted: false }), 1);
}

/** What adds up is shared out among a job's nodes. */
export function sum(
  taking: Taking,
  { divisor, ...counting }: Counting & { readonly divisor: number },
): Promise<Measured> {
  return scaled(events(taking, { ...counting, weighted: true }), divisor);
}

/** A mean over the jobs whose value is known. */
export function mean(taking: Taking, counting: Counting): Promise<Measured> {
  return ratio(
    events(taking, { ...counting, weighted: false }),
    events(taking, { ...counting, value: knownOf(counting.value), weighted: false }),
  );
}

/** The percentile, or the largest, that a measure is named for. */
export async function quantile(taking: Taking, counting: Counting, name: MeasureName): Promise<Measured> {
  const samples = await taking.samples(counting.value.name, counting);
  const q = QUANTILES.find((known) => name.endsWith(known === 1 ? "-max" : `-p${known * 100}`));
  if (q === undefined) throw new RangeError(`${name} is no percentile that is known`);
  return samples.quantiles(q);
}

/** Hours of something held, apportioned over the runs or booked whole at one moment of the job. */
export function hours(taking: Taking, counted: Counted): Promise<Measured> {
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
export function holding(taking: Taking, counted: Counted): Promise<Tally> {
  return taking.flow(counted, (cluster) => flowHeld(cluster, counted));
}

/** The flow of something that is held while a job runs. */
export function flowHeld(cluster: ClusterData, counted: Counted): Flow {
  return { ...RUNS, rate: heldRate(cluster, counted), amount: held(cluster, counted) };
}

/** What the jobs that failed held; null counts them. */
export function failures(taking: Taking, counted: Counted | null, weighted: boolean): Promise<Tally> {
  return taking.events(`failed ${counted} ${weighted}`, (cluster) => ({
    ...ENDED,
    value: ofStates(cluster, FAILED_STATES, counted === null ? ONE : held(cluster, counted)),
    weighted,
  }));
}

/** The share of what was given that was used. */
export function used(taking: Taking, use: Use): Promise<Measured> {
  const part = (which: "used" | "given") =>
    taking.events(`${which} ${use}`, (cluster) => ({
      ...ENDED,
      value: useValue(cluster, use, which),
      weighted: false,
    }));
  return ratio(part("used"), part("given"));
}

/** What was given and not used. */
export function left(taking: Taking, use: Use, divisor: number): Promise<Measured> {
  return scaled(
    taking.events(
      `left ${use}`,
      (cluster) => ({ ...ENDED, value: useValue(cluster, use, "left"), weighted: true }),
    ),
    divisor,
  );
}

/** How many jobs do something at one time: the seconds they do it by those of each bucket, as far as is reported. */
export async function depth(taking: Taking, doing: Doing): Promise<Measured> {
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

/** A tally in another unit. */
export async function scaled(taken: Promise<Tally>, divisor: number): Promise<Measured> {
  const tally = await taken;
  return {
    cell: (slot, bucket) => tally.cell(slot, bucket) / divisor,
    total: (slot) => (tally.totals[slot] ?? 0) / divisor,
    all: tally.all / divisor,
  };
}

/** One tally over another, null where there is nothing to divide by. */
export async function ratio(taken_above: Promise<Tally>, taken_below: Promise<Tally>): Promise<Measured> {
  // Both at once: if both fail, neither failure may be left unhandled.
  const [above, below] = await Promise.all([taken_above, taken_below]);
  const divide = (a: number, b: number) => b === 0 ? null : a / b;
  return {
    cell: (slot, bucket) => divide(above.cell(slot, bucket), below.cell(slot, bucket)),
    total: (slot) => divide(above.totals[slot] ?? 0, below.totals[slot] ?? 0),
    all: divide(above.all, below.all),
  };
}
