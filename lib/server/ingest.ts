import { createHash } from "node:crypto";
import { z } from "zod";
import { KeyReusedError } from "../engine/cluster.ts";
import { CLUSTER_NAME, type IngestAnswer } from "../job/batch.ts";
import type { Rejected } from "../job/columns.ts";
import { jobReader } from "../job/record.ts";
import { newTable, pushRecord } from "../job/table.ts";
import { type ApiKey, matchingKeys, mayWrite } from "./access.ts";
import { readJson } from "./body.ts";
import { Problem } from "./problem.ts";
import type { Services } from "./services.ts";

/** Longest reason of a rejected row that is kept and answered. */
const MAX_REASON = 500;
/** Most records of a batch. */
const MAX_JOBS = 500_000;
/** Most rejected records that an answer names. */
const MAX_REJECTED = 1000;
/** Most rows a sender may report as unread. */
const MAX_UNREAD = 1000;

const envelope = z.object({
  hostname: z.string(),
  // Not an array of unknowns: that would walk through millions of elements before they are counted.
  jobs: z.custom<readonly unknown[]>((value) => Array.isArray(value), "must be a list of jobs"),
  agent: z.string().max(200).optional(),
  collected_until: z.number().int().min(0).max(2 ** 32).optional(),
  unread: z.array(z.object({ line: z.string(), reason: z.string() })).max(MAX_UNREAD).optional(),
});

/**
 * Takes up a batch of jobs: checks key, size and shape, stores what are jobs, and answers when they are on the disk.
 *
 * @throws {Problem} 401, 403, 413, 415, 400 or 422, with the reason
 */
export async function ingest(request: Request, services: Services): Promise<IngestAnswer> {
  const keys = keysOf(request, services);
  const { value, bytes } = await readJson(request, services.config.max_body_bytes);
  const parsed = envelope.safeParse(value);
  if (!parsed.success) throw new Problem(422, shapeProblem(parsed.error));
  const { hostname, jobs, agent, collected_until, unread } = parsed.data;
  if (!CLUSTER_NAME.test(hostname)) {
    throw new Problem(
      422,
      "hostname must be the name of a cluster: a letter or digit, then at most 62 letters, digits, dots, dashes or underscores",
    );
  }
  if (!mayWrite(keys, hostname)) throw new Problem(403, `This key is not for the cluster ${hostname}`);
  if (jobs.length > MAX_JOBS) {
    throw new Problem(413, `The batch holds ${jobs.length} records: send at most ${MAX_JOBS} at a time`);
  }
  const { table, rejected } = readJobs(jobs, services.config.zone(hostname));
  const known = services.warehouse.clusters.has(hostname);
  if (table.length > 0 || known) {
    const { accepted, updated, duplicates } = await stored(services, hostname, {
      table,
      rejected,
      unread: (unread ?? []).map(({ line, reason }) => ({ reason: cut(`${reason}: ${line}`) })),
      agent: agent ?? null,
      collected_until_s: collected_until ?? null,
      idempotency: idempotencyOf(request, bytes),
    });
    if (table.length > 0 || jobs.length === 0) {
      return answer(hostname, { accepted, updated, duplicates, rejected });
    }
  }
  if (jobs.length > 0) throw new Problem(422, `None of the ${jobs.length} records is a job`, named(rejected));
  return answer(hostname, { accepted: 0, updated: 0, duplicates: 0, rejected });
}

/** The rejected records as an answer has them: the first of them, and how many there are. */
function named(rejected: readonly Rejected[]): Pick<IngestAnswer, "rejected" | "rejected_count"> {
  return { rejected: rejected.slice(0, MAX_REJECTED), rejected_count: rejected.length };
}

function answer(
  hostname: string,
  { rejected, ...counts }: Pick<IngestAnswer, "accepted" | "updated" | "duplicates" | "rejected">,
): IngestAnswer {
  const jobs_processed = counts.accepted + counts.updated + counts.duplicates;
  return {
    success: true,
    message: `Successfully ingested ${jobs_processed} jobs for ${hostname}`,
    jobs_processed,
    hostname,
    ...counts,
    ...named(rejected),
  };
}

function keysOf(request: Request, { config }: Services): readonly ApiKey[] {
  const given = request.headers.get("x-api-key");
  if (given === null) throw new Problem(401, "The header X-API-Key is missing");
  const keys = matchingKeys(config.api_keys, given);
  if (keys.length === 0) throw new Problem(401, "The key in X-API-Key is not one of this server's API_KEYS");
  return keys;
}

function readJobs(jobs: readonly unknown[], zone: string) {
  const read = jobReader(zone);
  const table = newTable(jobs.length);
  const rejected: Rejected[] = [];
  jobs.forEach((raw, index) => {
    const record = read(raw);
    if ("reason" in record) rejected.push({ index, job_id: idOf(raw), reason: cut(record.reason) });
    else pushRecord(table, record);
  });
  return { table, rejected };
}

function idOf(raw: unknown): string | null {
  const id = typeof raw === "object" && raw !== null && Object.hasOwn(raw, "JobID")
    ? (raw as { readonly JobID: unknown }).JobID
    : null;
  return typeof id === "string" || typeof id === "number" ? cut(String(id)) : null;
}

function cut(text: string): string {
  return text.length <= MAX_REASON ? text : `${text.slice(0, MAX_REASON)}…`;
}

function idempotencyOf(request: Request, bytes: Uint8Array): { key: string; digest: string } | null {
  const key = request.headers.get("idempotency-key");
  if (key === null || key === "") return null;
  if (key.length > 255) throw new Problem(422, "Idempotency-Key is longer than 255 characters");
  return { key, digest: createHash("sha256").update(bytes).digest("hex") };
}

async function stored(
  { warehouse }: Services,
  hostname: string,
  batch: Parameters<ReturnType<typeof warehouse.cluster>["ingest"]>[0],
) {
  try {
    return await warehouse.cluster(hostname).ingest(batch);
  } catch (error) {
    if (error instanceof KeyReusedError) throw new Problem(422, error.message);
    throw error;
  }
}

function shapeProblem(error: z.ZodError): string {
  return error.issues.map(({ path, message }) =>
    `${path.length === 0 ? "The body" : path.join(".")}: ${message}`
  ).join("; ");
}
