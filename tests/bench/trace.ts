/** A synthetic trace of one cluster: as many jobs as wanted over three years, week by week, the same for the same seed. */
import { createRandom, cumulate, pickByWeight, type Random } from "../../lib/demo/random.ts";
import { type JobTable, newTable } from "../../lib/job/table.ts";
import { populate } from "./population.ts";
import { RowWriter } from "./trace_rows.ts";
import { USUAL, WIDE } from "./texts.ts";

/** First moment of the trace, a Monday, and its last, at which jobs run and wait. */
export const START_S = Date.parse("2023-11-20T00:00:00Z") / 1000;
export const NOW_S = Date.parse("2026-11-20T12:00:00Z") / 1000;

export interface TraceOptions {
  readonly jobs: number;
  readonly seed: number;
  /** Whether 38 % of the submissions are arrays, whose tasks are nearly alike. */
  readonly arrays: boolean;
  /** Whether there are so many different users, accounts, names and node lists that no site has more. */
  readonly wide: boolean;
}

/** The jobs submitted in one ISO week. */
export interface Week {
  readonly monday_s: number;
  readonly table: JobTable;
}

const WEEK_S = 7 * 86_400;
const ARRAY_SHARE = 0.38;
/** Tasks of an array, but for one in the wide trace, which lies in this week. */
const MOST_TASKS = 1000;
const GIANT_WEEK = 40;
const WEEKDAYS = cumulate([1.1, 1.2, 1.15, 1.15, 1, 0.5, 0.45]);
const HOURS = cumulate(
  [3, 2, 2, 2, 2, 2, 3, 4, 7, 10, 12, 12, 10, 11, 12, 12, 11, 10, 8, 6, 5, 5, 4, 4],
);

/** Makes the trace week by week. */
export function* trace(options: TraceOptions): Generator<Week> {
  const random = createRandom(options.seed);
  const sizes = options.wide ? WIDE : USUAL;
  const population = populate(random, sizes);
  const writer = new RowWriter(random, { population, sizes, now_s: NOW_S });
  // One array may be as large as half of all jobs.
  const giant = options.arrays && options.wide ? Math.min(sizes.longest_array, options.jobs >> 1) : 0;
  const quotas = quotasOf(options.jobs - giant);
  let next_id = 1_000_001;
  for (const [week, usual] of quotas.entries()) {
    const quota = week === GIANT_WEEK ? usual + giant : usual;
    const monday_s = START_S + week * WEEK_S;
    const table = newTable(quota);
    writer.turnTo(table);
    const submissions = submissionsOf(random, {
      quota,
      arrays: options.arrays,
      giant: week === GIANT_WEEK ? giant : 0,
      monday_s,
    });
    for (const { submit_s, tasks } of submissions) {
      const user = pickByWeight(population.weights, random.next());
      const first = population.first[user];
      // The first of a user's templates are the favourites.
      const place = Math.floor((population.first[user + 1] - first) * random.next() ** 2);
      writer.write(population.templates[first + place], { submit_s, tasks, id: next_id });
      next_id += tasks;
    }
    yield { monday_s, table };
  }
}

/** Jobs by week: twice as many at the end as at the beginning, and the last week as far as it goes. */
function quotasOf(jobs: number): readonly number[] {
  const count = Math.ceil((NOW_S - START_S) / WEEK_S);
  const totals = cumulate(Array.from({ length: count }, (_, week) => {
    const whole = Math.min(1, (NOW_S - START_S) / WEEK_S - week);
    return whole * (1 + week / count);
  }));
  const upTo = (week: number) => week < 0 ? 0 : Math.round(jobs * totals[week] / totals[count - 1]);
  return Array.from({ length: count }, (_, week) => upTo(week) - upTo(week - 1));
}

interface Submission {
  readonly submit_s: number;
  readonly tasks: number;
}

function submissionsOf(
  random: Random,
  { quota, arrays, giant, monday_s }: {
    readonly quota: number;
    readonly arrays: boolean;
    readonly giant: number;
    readonly monday_s: number;
  },
): readonly Submission[] {
  const submissions: Submission[] = [];
  if (giant > 0) submissions.push({ submit_s: momentOf(random, monday_s), tasks: giant });
  for (let left = quota - giant; left > 0;) {
    const array = arrays && random.next() < ARRAY_SHARE;
    const wanted = array ? 2 + Math.floor(Math.exp(2.2 + 1.2 * random.normal())) : 1;
    const tasks = Math.min(wanted, MOST_TASKS, left);
    left -= tasks;
    submissions.push({ submit_s: momentOf(random, monday_s), tasks });
  }
  return submissions.sort((a, b) => a.submit_s - b.submit_s);
}

function momentOf(random: Random, monday_s: number): number {
  for (;;) {
    const day = pickByWeight(WEEKDAYS, random.next());
    const hour = pickByWeight(HOURS, random.next());
    const time_s = monday_s + day * 86_400 + hour * 3600 + random.below(3600);
    if (time_s < NOW_S) return time_s;
  }
}
