import { activity, ACTIVITY_PERIODS, type ActivityAnswer } from "../query/activity.ts";
import { distribution, type DistributionAnswer, DISTRIBUTIONS } from "../query/distribution.ts";
import { efficiency, type EfficiencyAnswer } from "../query/efficiency.ts";
import { hoursOfWeek, type HoursOfWeekAnswer } from "../query/hours_of_week.ts";
import { MAX_FOUND, values, type ValuesAnswer } from "../query/facets.ts";
import { EFFICIENCIES } from "../view/efficiency_classes.ts";
import { answerTo, type Asking, type Found } from "./answers.ts";
import { DIMENSIONS } from "../view/measures.ts";
import { apiFilters } from "./dashboard.ts";
import { inWords } from "./in_words.ts";
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
    named: false,
    make: ({ data, params, ...asked }) => inWords(() => hoursOfWeek(data, apiFilters(data, params), asked)),
  });
}

/**
 * Answers `GET /api/dashboard/activity`, per day unless `per` says otherwise.
 *
 * @throws {Problem} as {@link apiFilters}, and 422 for a grouping that cannot be active
 */
export function activityAnswer(asking: Asking): Promise<Found<ActivityAnswer>> {
  const per = choiceOf(asking.url.searchParams, "per", ACTIVITY_PERIODS);
  return answerTo(asking, {
    name: `activity per ${per}`,
    of: "chosen clusters",
    named: false,
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
  const of = choiceOf(asking.url.searchParams, "of", DISTRIBUTIONS);
  return answerTo(asking, {
    name: `distribution of ${of}`,
    of: "chosen clusters",
    named: false,
    make: ({ data, params, ...asked }) => distribution(data, apiFilters(data, params), { ...asked, of }),
  });
}

/** How many values are listed unless said otherwise. */
const USUAL_LIMIT = 50;
/** Longest text that is looked for. */
const MAX_FIND = 1024;

/**
 * Answers `GET /api/dashboard/values`: those of `dimension` that contain the text `find`, at most `limit`.
 *
 * @throws {Problem} as {@link apiFilters}, and 422 for a dimension, text or number that cannot be used
 */
export function valuesAnswer(asking: Asking): Promise<Found<ValuesAnswer>> {
  const { searchParams: params } = asking.url;
  const dimension = choiceOf(params, "dimension", DIMENSIONS);
  const find = params.get("find") ?? "";
  if (find.length > MAX_FIND) throw refused("find", `is longer than ${MAX_FIND} characters`);
  const limit = limitOf(params);
  return answerTo(asking, {
    name: JSON.stringify(["values", dimension, find, limit]),
    of: "all clusters",
    named: false,
    make: ({ data, params, ...asked }) =>
      values(data, apiFilters(data, params), { ...asked, dimension, find, limit }),
  });
}

function limitOf(params: URLSearchParams): number {
  const text = params.getAll("limit").find((value) => value !== "") ?? String(USUAL_LIMIT);
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : Infinity;
  if (limit <= MAX_FOUND) return limit;
  throw refused("limit", `is ${JSON.stringify(text)} but must be a whole number from 0 to ${MAX_FOUND}`);
}

function refused(field: string, message: string): Problem {
  return new Problem(422, `${field} ${message}`, { errors: [{ field, message }] });
}

/**
 * Answers `GET /api/dashboard/efficiency`, of CPUs unless `of` says otherwise.
 *
 * @throws {Problem} as {@link apiFilters}
 */
export function efficiencyAnswer(asking: Asking): Promise<Found<EfficiencyAnswer>> {
  const of = choiceOf(asking.url.searchParams, "of", EFFICIENCIES);
  return answerTo(asking, {
    name: `efficiency of ${of}`,
    of: "chosen clusters",
    named: false,
    make: ({ data, params, ...asked }) => efficiency(data, apiFilters(data, params), { ...asked, of }),
  });
}

/**
 * The value of a key that only one question has; the first of those known if it is not there.
 *
 * @throws {Problem} 422 for another value
 */
export function choiceOf<T extends string>(params: URLSearchParams, field: string, known: readonly T[]): T {
  const value = params.getAll(field).find((text) => text !== "");
  if (value === undefined) return known[0];
  const found = known.find((item) => item === value);
  if (found !== undefined) return found;
  throw refused(field, `is ${JSON.stringify(value)} but must be one of ${known.join(", ")}`);
}
