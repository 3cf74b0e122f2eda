/** Random addresses over the demo's jobs: all dimensions, periods, steps, bases, zones, groupings and measures in turn. */
import { createRandom, type Random } from "../../lib/demo/random.ts";
import { BASES, DEFAULT_FILTERS, type Filters } from "../../lib/view/filters.ts";
import {
  type Dimension,
  DIMENSIONS,
  type Grouping,
  GROUPINGS,
  type MeasureName,
  MEASURES,
} from "../../lib/view/measures.ts";

/** A question: filters that every page understands, a measure and what to split it by. */
export interface TruthQuestion {
  readonly filters: Filters;
  readonly by: Grouping;
  readonly measure: MeasureName;
}

/** Values of each dimension that are in the data. */
export type KnownValues = Readonly<Record<Dimension, readonly string[]>>;

const ZONES = [null, null, "UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Chatham"];

/** Days in the data, in pairs; among them a change of the clocks, a single day, and days before the first job. */
const DAYS: readonly (readonly [from: string, to: string])[] = [
  ["2024-10-20", "2024-11-02"],
  ["2024-10-27", "2024-10-27"],
  ["2024-09-01", "2024-09-30"],
  ["2024-08-15", "2024-10-03"],
  ["2024-06-01", "2024-08-05"],
];

/** So many questions, the same every time; the values chosen are among those known. */
export function truthQuestions(count: number, known: KnownValues): readonly TruthQuestion[] {
  const random = createRandom(20_241_102);
  const groupings = GROUPINGS.filter((by) => by !== "none");
  return Array.from({ length: count }, (_, number) => ({
    filters: filtersOf(random, { number, known }),
    by: groupings[(number + Math.floor(number / MEASURES.length)) % groupings.length],
    measure: MEASURES[number % MEASURES.length].name,
  }));
}

function filtersOf(
  random: Random,
  { number, known }: { readonly number: number; readonly known: KnownValues },
): Filters {
  const kept = DIMENSIONS[number % DIMENSIONS.length];
  const left_out = random.pick(DIMENSIONS);
  const own_days = random.below(2) === 0;
  const days = own_days ? random.pick(DAYS) : null;
  const period = random.pick(["7d", "30d", "90d", "mtd", "qtd", "all"] as const);
  const short = days === null ? period === "7d" : days[0] >= "2024-10-20";
  return {
    ...DEFAULT_FILTERS,
    only: random.below(4) > 0 ? choice(random, kept, known) : DEFAULT_FILTERS.only,
    not: random.below(3) === 0 && left_out !== kept ? choice(random, left_out, known) : DEFAULT_FILTERS.not,
    period: days === null ? period : DEFAULT_FILTERS.period,
    from: days?.[0] ?? null,
    to: days?.[1] ?? null,
    step: random.pick(["auto", "auto", "day", "week", "month", "quarter", short ? "hour" : "total"] as const),
    basis: random.pick([...BASES, "prorated"] as const),
    tz: random.pick(ZONES),
    ...(random.below(4) === 0 ? { complete: true } : {}),
  };
}

/** One to three values of a dimension, those with most jobs among them more often than not. */
function choice(random: Random, dimension: Dimension, known: KnownValues): Filters["only"] {
  const values = known[dimension];
  if (values.length === 0) return DEFAULT_FILTERS.only;
  const some = Array.from(
    { length: 1 + random.below(3) },
    () => values[Math.floor(values.length * random.next() ** 2)],
  );
  return { ...DEFAULT_FILTERS.only, [dimension]: [...new Set(some)].sort() };
}
