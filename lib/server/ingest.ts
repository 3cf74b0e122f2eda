import { KeyReusedError } from "../engine/cluster.ts";
import { CLUSTER_NAME, type IngestAnswer } from "../job/batch.ts";
import { UnfinishedCompactionError } from "../store/compaction.ts";
import { ARCHIVE } from "../store/folder.ts";
import { type ApiKey, matchingKeys, mayWrite } from "./access.ts";
import type { BatchHead, BatchJobs, BatchSteps } from "./batch_reader.ts";
import { assertJson } from "./body.ts";
import { Problem } from "./problem.ts";
import type { Services } from "./services.ts";

/** Most records of a batch. */
const MAX_JOBS = 500_000;

/**
 * Takes up a batch of jobs: checks key, size and shape, stores what are jobs, and answers when they are on the disk.
 *
 * @throws {Problem} 401, 403, 413, 415, 400 or 422, with the reason
 */
export async function ingest(request: Request, services: Services): Promise<IngestAnswer> {
  const keys = keysOf(request, services);
  assertJson(request);
  const key = idempotencyKey(request);
  const { max_body_bytes } = services.config;
  return await services.intake.take(request, async (steps, body) => {
    const head = await steps.open({ ...body, max_bytes: max_body_bytes, with_digest: key !== null });
    assertWelcome(head, keys);
    const jobs = await steps.read(services.config.zone(head.hostname));
    return await store(services, { head, jobs, steps, key });
  });
}

/** Stores the jobs of a batch that was read, and answers. */
async function store(
  services: Services,
  { head, jobs, steps, key }: {
    readonly head: BatchHead;
    readonly jobs: BatchJobs;
    readonly steps: BatchSteps;
    readonly key: string | null;
  },
): Promise<IngestAnswer> {
  const { hostname, digest, count, ...about } = head;
  const { table, rejected, rejected_count } = jobs;
  const known = services.warehouse.clusters.has(hostname);
  // Rows that could not be read are told of a cluster, too, and so is that there were no jobs up to some time.
  const tells = head.unread_count > 0 || head.collected_until_s !== null || head.agent !== null;
  if (table.length > 0 || known || count === 0 && tells) {
    const { accepted, updated, duplicates } = await stored(services, hostname, {
      ...about,
      ...jobs,
      idempotency: key === null || digest === null ? null : { key, digest },
      encode: (rows, meta) => steps.encode(rows, meta),
    });
    if (table.length > 0 || count === 0) {
      return answer(hostname, { accepted, updated, duplicates, rejected, rejected_count });
    }
  }
  if (count > 0) {
    throw new Problem(422, `None of the ${count} records is a job`, { rejected, rejected_count });
  }
  return answer(hostname, { accepted: 0, updated: 0, duplicates: 0, rejected, rejected_count });
}

/** Refuses a batch for a cluster that has no such name or is not the key's, and one with too many records. */
function assertWelcome({ hostname, count }: BatchHead, keys: readonly ApiKey[]): void {
  assertCluster(hostname, keys);
  if (count > MAX_JOBS) {
    throw new Problem(413, `The batch holds ${count} records: send at most ${MAX_JOBS} at a time`);
  }
}

/**
 * Checks that a text can be the name of a cluster, and that one of the keys may write it.
 *
 * @throws {Problem} 422 or 403
 */
export function assertCluster(hostname: string, keys: readonly ApiKey[]): void {
  if (!CLUSTER_NAME.test(hostname)) {
    throw new Problem(
      422,
      "hostname must be the name of a cluster: a letter or digit, then at most 62 letters, digits, dots, dashes or underscores",
    );
  }
  if (hostname === ARCHIVE) {
    throw new Problem(
      422,
      `No cluster can be named ${ARCHIVE}: the folder of that name holds the weeks that retention has moved away`,
    );
  }
  if (!mayWrite(keys, hostname)) throw new Problem(403, `This key is not for the cluster ${hostname}`);
}

function answer(
  hostname: string,
  counts: Pick<IngestAnswer, "accepted" | "updated" | "duplicates" | "rejected" | "rejected_count">,
): IngestAnswer {
  const jobs_processed = counts.accepted + counts.updated + counts.duplicates;
  return {
    success: true,
    message: `Successfully ingested ${jobs_processed} jobs for ${hostname}`,
    jobs_processed,
    hostname,
    ...counts,
  };
}

/**
 * The keys that a request's key is one of.
 *
 * @throws {Problem} 401 if there is none
 */
export function keysOf(request: Request, { config }: Services): readonly ApiKey[] {
  const given = request.headers.get("x-api-key");
  if (given === null) throw new Problem(401, "The header X-API-Key is missing");
  const keys = matchingKeys(config.api_keys, given);
  if (keys.length === 0) throw new Problem(401, "The key in X-API-Key is not one of this server's API_KEYS");
  return keys;
}

function idempotencyKey(request: Request): string | null {
  const key = request.headers.get("idempotency-key");
  if (key === null || key === "") return null;
  if (key.length > 255) throw new Problem(422, "Idempotency-Key is longer than 255 characters");
  return key;
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
    if (error instanceof UnfinishedCompactionError) throw new Problem(503, error.message);
    throw error;
  }
}
