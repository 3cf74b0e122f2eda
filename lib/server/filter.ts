import { z } from "zod";
import type { JobRow } from "../query/answers.ts";
import type { Asked, Data } from "../query/data.ts";
import { jobs } from "../query/jobs.ts";
import { iso } from "../query/steps.ts";
import { totals } from "../query/totals.ts";
import { DEFAULT_FILTERS, type Filters, isDay } from "../view/filters.ts";
import { JOB_COLUMNS } from "../job/columns.ts";
import { Problem } from "./problem.ts";

/** Most jobs of one answer: more would keep the others waiting. */
const MAX_LIMIT = 10_000;

const day = z.string().transform((text, context) => {
  // Older clients send a time of day with it; the range is of whole days.
  const date = text.slice(0, 10);
  if (isDay(date)) return date;
  context.addIssue(`is ${JSON.stringify(text)} but must be a day such as 2026-01-31`);
  return z.NEVER;
}).nullish();

const values = z.array(z.string().max(1024)).max(500).nullish();

const schema = z.object({
  hostname: z.string(),
  start_date: day,
  end_date: day,
  partitions: values,
  accounts: values,
  users: values,
  qos: values,
  states: values,
  limit: z.number().int().min(0).max(MAX_LIMIT).default(10_000),
  offset: z.number().int().min(0).default(0),
});

/** A job as the filter answers it: times as ISO text in UTC. */
export type FilteredJob = Readonly<Record<string, string | number | null>>;

/** Answer of `POST /api/dashboard/filter`. */
export interface FilterAnswer {
  readonly total_jobs: number;
  readonly total_cpu_hours: number;
  readonly total_gpu_hours: number;
  readonly total_users: number;
  readonly data: readonly FilteredJob[];
  /** Where the next page begins; null on the last. */
  readonly next_offset: number | null;
}

/**
 * The jobs of one cluster that were waiting or running in a range of days, and what they used in it.
 *
 * @throws {Problem} 422 naming the field that cannot be used, 404 for a cluster that has never reported
 */
export async function filterJobs(data: Data, body: unknown, asked: Asked): Promise<FilterAnswer> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({ field: path.join("."), message }));
    throw new Problem(
      422,
      problems.map(({ field, message }) => `${field || "The body"} ${message}`).join("; "),
      {
        errors: problems,
      },
    );
  }
  const { hostname, start_date, end_date, limit, offset, ...choices } = parsed.data;
  if (!data.has(hostname)) throw new Problem(404, `There is no cluster ${JSON.stringify(hostname)}`);
  if (start_date && end_date && start_date > end_date) {
    throw new Problem(422, `end_date is ${end_date}, before start_date, ${start_date}`, {
      errors: [{ field: "end_date", message: "is before start_date" }],
    });
  }
  const filters: Filters = {
    ...DEFAULT_FILTERS,
    period: "all",
    from: start_date ?? null,
    to: end_date ?? null,
    only: {
      ...DEFAULT_FILTERS.only,
      cluster: [hostname],
      account: choices.accounts ?? [],
      user: choices.users ?? [],
      partition: choices.partitions ?? [],
      qos: choices.qos ?? [],
      state: choices.states ?? [],
    },
  };
  const page = await jobs(data, filters, { ...asked, limit, offset });
  const used = await totals(data, filters, { ...asked, measures: ["cpu-hours", "gpu-hours"] });
  return {
    total_jobs: page.total,
    total_cpu_hours: used["cpu-hours"] ?? 0,
    total_gpu_hours: used["gpu-hours"] ?? 0,
    total_users: page.users,
    data: page.rows.map(plainJob),
    next_offset: offset + page.rows.length < page.total && limit > 0 ? offset + page.rows.length : null,
  };
}

/** A job with its times as ISO text in UTC. */
function plainJob(row: JobRow): FilteredJob {
  const plain: Record<string, string | number | null> = { Cluster: row.Cluster };
  for (const { name, type } of JOB_COLUMNS) {
    const value = row[name];
    plain[name] = type === "time" && typeof value === "number" ? iso(value, "UTC") : value;
  }
  return plain;
}
