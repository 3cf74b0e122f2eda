/** Random questions about random jobs; the engine's answers to them are held against other ways to find them. */
import { createRandom, type Random } from "../../../lib/demo/random.ts";
import type { CalendarStep } from "../../../lib/query/steps.ts";
import { BASES, type Choices, DEFAULT_FILTERS, type Filters } from "../../../lib/view/filters.ts";
import {
  type Dimension,
  DIMENSIONS,
  GROUPINGS,
  type MeasureName,
  MEASURES,
} from "../../../lib/view/measures.ts";
import { utc } from "../../helpers.ts";
import { type PlainCluster, randomClusters } from "./random_data.ts";

/** Days around which the clocks of these zones change; one skips a day, one has quarters of an hour. */
const PLACES: readonly (readonly [tz: string, day: string])[] = [
  ["UTC", "2024-12-30"],
  ["Europe/Berlin", "2024-03-31"],
  ["Europe/Berlin", "2024-10-27"],
  ["Pacific/Chatham", "2024-04-07"],
  ["Pacific/Chatham", "2024-09-29"],
  ["Australia/Lord_Howe", "2024-04-07"],
  ["Australia/Lord_Howe", "2024-10-06"],
  ["America/New_York", "2024-03-10"],
  ["America/New_York", "2024-11-03"],
  ["Asia/Kathmandu", "2024-07-15"],
  ["Pacific/Apia", "2011-12-30"],
  ["Africa/Casablanca", "2024-03-10"],
  ["Africa/Casablanca", "2024-04-14"],
];
/** Some values of each dimension that random jobs have, "" for none. */
export const VALUES: Readonly<Record<Dimension, readonly string[]>> = {
  cluster: ["alpha", "beta"],
  account: ["a1", "O'Brien", "__proto__", ""],
  user: ["u1", "u2", "u3", ""],
  partition: ["cpu", "gpu", "cpu,gpu", ""],
  qos: ["normal", "long", ""],
  state: ["COMPLETED", "FAILED", "RUNNING", "TIMEOUT"],
  gpu_type: ["a100", "v100", "untyped", ""],
  node: ["n1", "n2", "n3", "n5", ""],
  group: ["g0", "g1"],
  wckey: ["*", "w1", ""],
  reservation: ["course", "maint", ""],
  size_class: ["1", "2-4", "65-256", ">1024", ""],
  wait_class: ["<= 1 s", "<= 1 h", "<= 1 d", "<= 7 d", ""],
  elapsed_class: ["<= 1 min", "<= 1 h", "<= 1 d", "> 7 d", ""],
  cpu_use_class: ["0-5", "45-50", "95-100", ">100", ""],
  mem_use_class: ["0-5", "10-15", "95-100", ">100", ""],
  limit_use_class: ["0-5", "50-55", ">100", ""],
  gpu_use_class: ["0-5", "35-40", "95-100", ""],
  account_1: ["a1", "O'Brien", ""],
  account_2: ["a1", "a1-x", "__proto__"],
  account_tree: ["root", "science", "a1", "a1-x", ""],
};
const STEPS: readonly CalendarStep[] = ["hour", "day", "day", "week", "month", "quarter", "year", "total"];

/** What jobs alone tell; utilisation_test.ts is about the rest. */
export const JOB_MEASURES = MEASURES.filter((measure) => !("capacity" in measure));

/** How many sets of jobs there are, and how many questions about each. */
export const SETS = 20;
export const CASES_PER_SET = 100;

/** Filters with all that decides an answer, whatever the time and the clusters' zones. */
export interface AskedFilters extends Filters {
  readonly from: string;
  readonly to: string;
  readonly tz: string;
  readonly step: CalendarStep;
  readonly by: (typeof GROUPINGS)[number];
  readonly measure: MeasureName;
}

/** One set of jobs with the questions about it. */
export interface CaseSet {
  readonly clusters: readonly PlainCluster[];
  readonly cases: readonly AskedFilters[];
}

/** The sets of jobs with their questions, the same every time. */
export function* caseSets(): Generator<CaseSet> {
  for (let set = 0; set < SETS; set++) {
    const random = createRandom(set + 1);
    const place = PLACES[set % PLACES.length];
    const clusters = randomClusters(random, { jobs: 40 + random.below(200), around_s: utc(place[1]) });
    const cases = Array.from({ length: CASES_PER_SET }, (_, i) => {
      // Every measure in turn, every grouping with every measure in time.
      const number = set * CASES_PER_SET + i;
      const measure = JOB_MEASURES[number % JOB_MEASURES.length].name;
      const by = GROUPINGS[(number + Math.floor(number / JOB_MEASURES.length)) % GROUPINGS.length];
      return { ...randomFilters(random, place), measure, by };
    });
    yield { clusters, cases };
  }
}

/** A day so many days after another. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

function randomFilters(random: Random, [tz, day]: readonly [string, string]) {
  const step = random.pick(STEPS);
  const length = step === "hour" ? 2 : 2 + random.below(45);
  const from = addDays(day, -random.below(length + 1));
  return {
    ...DEFAULT_FILTERS,
    only: random.below(3) === 0 ? choices(random, 2) : DEFAULT_FILTERS.only,
    not: random.below(4) === 0 ? choices(random, 3) : DEFAULT_FILTERS.not,
    from,
    to: addDays(from, length - 1),
    tz: random.below(6) === 0 ? "UTC" : tz,
    step,
    basis: random.pick([...BASES, "prorated"] as const),
  };
}

/** Some values of one or two dimensions. */
function choices(random: Random, one_in: number): Choices {
  const chosen = [random.pick(DIMENSIONS), random.pick(DIMENSIONS)];
  return {
    ...DEFAULT_FILTERS.only,
    ...Object.fromEntries(
      chosen.map((dimension) => [dimension, VALUES[dimension].filter(() => random.below(one_in) === 0)]),
    ),
  };
}
