import { DAYS_PATH, type DaysAnswer } from "../job/days.ts";
import { retentionCutoff } from "../engine/retention.ts";
import { days } from "../query/days.ts";
import { isDay } from "../view/filters.ts";
import type { Asking } from "./answers.ts";
import { mayWrite } from "./access.ts";
import { breathe } from "./event_loop.ts";
import { keysOf } from "./ingest.ts";
import { Problem } from "./problem.ts";
import { DAY_S } from "../view/units.ts";

/** Most days of one answer. */
const MAX_DAYS = 3700;
const FIELDS = ["hostname", "from", "to"] as const;

/**
 * Answers `GET /api/data/days`: what of a cluster ended on each day, so that its agent can compare it with sacct.
 *
 * @throws {Problem} 401 and 403 as a batch of that cluster, 422 for a range that cannot be used
 */
export async function daysAnswer({ req, url, state }: Asking): Promise<DaysAnswer> {
  const { data, services } = state;
  const keys = keysOf(req, services);
  const [hostname, from, to] = FIELDS.map((field) => url.searchParams.get(field) ?? "");
  if (hostname === "") throw unusable("hostname", "is missing");
  if (!mayWrite(keys, hostname)) throw new Problem(403, `This key is not for the cluster ${hostname}`);
  const range = { start_s: startOf("from", from), end_s: startOf("to", to) + DAY_S };
  const count = (range.end_s - range.start_s) / DAY_S;
  if (count < 1) throw unusable("to", `is ${to}, before from, ${from}`);
  if (count > MAX_DAYS) {
    throw unusable("to", `is ${count} days after from: ask for at most ${MAX_DAYS} at a time`);
  }
  const { retention_months: months } = services.config;
  const kept_from = months === null ? null : dayOf(retentionCutoff(services.now_ms(), months));
  const cluster = data.get(hostname);
  const found = cluster === undefined
    ? []
    : await services.answers.turnstile.pass(() => days(cluster, { ...range, breathe }), req.signal);
  return { hostname, tz: "UTC", kept_from, days: found };
}

function dayOf(time_s: number): string {
  return new Date(time_s * 1000).toISOString().slice(0, 10);
}

function startOf(field: string, text: string): number {
  if (isDay(text)) return Date.parse(`${text}T00:00Z`) / 1000;
  throw unusable(field, `is ${JSON.stringify(text)} but must be a day such as 2026-01-31`);
}

function unusable(field: string, message: string): Problem {
  return new Problem(422, `${field} ${message} (${DAYS_PATH}?hostname=NAME&from=DAY&to=DAY)`, {
    errors: [{ field, message }],
  });
}
