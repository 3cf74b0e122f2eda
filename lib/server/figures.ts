import { activity, ACTIVITY_PERIODS, type ActivityAnswer } from "../query/activity.ts";
import { distribution, type DistributionAnswer, DISTRIBUTIONS } from "../query/distribution.ts";
import { hoursOfWeek, type HoursOfWeekAnswer } from "../query/hours_of_week.ts";
import { UnanswerableError } from "../query/unanswerable.ts";
import { answerTo, type Asking, type Found } from "./answers.ts";
import { apiFilters } from "./dashboard.ts";
import { Problem } from "./problem.ts";

/**
 * Answers `GET /api/dashboard/hours-of-week`.
 *
 * @throws {Problem} as {@link apiFilters}, and 422 for a measure or grouping that cannot be asked so
 */
export function hoursOfWeekAnswer(asking: Asking): Promise<Found<HoursOfWeekAnswer>> {
  return answerTo(asking, {
    name: "hours-of-week",
    of: "chosen clusters",
    make: ({ data, params, ...asked }) => inWords(() => hoursOfWeek(data, apiFilters(data, params), asked)),
  });
}

/**
 * Answers `GET /api/dashboard/activity`, per day unless `per` says otherwise.
 *
 * @throws {Problem} as {@link apiFilters}, and 422 for a grouping that cannot be active
 */
export function activityAnswer(asking: Asking): Promise<Found<ActivityAnswer>> {
  const per = choiceOf(asking, "per", ACTIVITY_PERIODS);
  return answerTo(asking, {
    name: `activity per ${per}`,
    of: "chosen clusters",
    make: ({ data, params, ...asked }) =>
      inWords(() => activity(data, apiFilters(data, params), { ...asked, per })),
  });
}

/**
 * Answers `GET /api/dashboard/distribution`, of the wait unless `of` says otherwise.
 *
 * @throws {Problem} as {@link apiFilters}
 */
export function distributionAnswer(asking: Asking): Promise<Found<DistributionAnswer>> {
  const of = choiceOf(asking, "of", DISTRIBUTIONS);
  return answerTo(asking, {
    name: `distribution of ${of}`,
    of: "chosen clusters",
    make: ({ data, params, ...asked }) => distribution(data, apiFilters(data, params), { ...asked, of }),
  });
}

/** The value of a key that only one question has; the first of those known if it is not there. */
function choiceOf<T extends string>({ url }: Asking, field: string, known: readonly T[]): T {
  const value = url.searchParams.getAll(field).find((text) => text !== "");
  if (value === undefined) return known[0];
  const found = known.find((item) => item === value);
  if (found !== undefined) return found;
  const message = `is ${JSON.stringify(value)} but must be one of ${known.join(", ")}`;
  throw new Problem(422, `${field} ${message}`, { errors: [{ field, message }] });
}

async function inWords<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof UnanswerableError)) throw error;
    const { field, message } = error;
    throw new Problem(422, message, { errors: [{ field, message }] });
  }
}
