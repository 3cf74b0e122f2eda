import type { Batch, WireJob } from "../job/batch.ts";
import { outageOf, periodOf } from "./calendar.ts";
import { AURORA, BOREALIS, nodesOf } from "./hardware.ts";
import type { Cluster } from "./hardware.ts";
import { createUsers } from "./people.ts";
import { createRandom } from "./random.ts";
import { createRequests } from "./requests.ts";
import type { Run } from "./run.ts";
import { simulate } from "./schedule.ts";
import { waitingTasks, wireJobs } from "./wire.ts";

/** Name and version of the sender that the batches carry. */
const AGENT = "slurm-usage-history-exporter/1.0.0";
const BATCH_JOBS = 5_000;

/** What to generate. */
export interface DemoOptions {
  /** The same seed gives the same jobs. */
  readonly seed: number;
  /** Epoch seconds at which the accounting is looked at. */
  readonly now_s: number;
  /** How far back the jobs reach; 14 unless given. */
  readonly months?: number;
  /** About how many jobs of all clusters together; 200,000 unless given. */
  readonly jobs?: number;
}

/** A cluster and what its agent would send. */
export interface DemoCluster {
  readonly hostname: string;
  /** Made while it is iterated, afresh each time: ended jobs in the order of their End, then running, then pending ones. */
  readonly batches: Iterable<Batch>;
}

/**
 * Jobs of two invented clusters, one of CPU nodes and one of GPU nodes, that a simulated scheduler has run: waits
 * come from load, and no node ever does more than it can.
 *
 * @throws {RangeError} if `months` or `jobs` is not positive.
 */
export function demoClusters(options: DemoOptions): readonly DemoCluster[] {
  const { months = 14, jobs = 200_000 } = options;
  if (!(months > 0 && jobs > 0)) {
    throw new RangeError(`Cannot generate ${jobs} jobs over ${months} months: both must be positive`);
  }
  return [AURORA, BOREALIS].map((cluster, index) => ({
    hostname: cluster.hostname,
    batches: {
      [Symbol.iterator]: () => batchesOf(cluster, { ...options, months, jobs, stream: index + 1 }),
    },
  }));
}

function* batchesOf(
  cluster: Cluster,
  options: Required<DemoOptions> & { readonly stream: number },
): Generator<Batch> {
  const batch = (jobs: readonly WireJob[]) => ({
    hostname: cluster.hostname,
    jobs,
    agent: AGENT,
    collected_until: options.now_s,
  });
  let jobs: WireJob[] = [];
  for (const job of jobsOf(cluster, options)) {
    jobs.push(job);
    if (jobs.length < BATCH_JOBS) continue;
    yield batch(jobs);
    jobs = [];
  }
  if (jobs.length > 0) yield batch(jobs);
}

function* jobsOf(
  cluster: Cluster,
  options: Required<DemoOptions> & { readonly stream: number },
): Generator<WireJob> {
  const { seed, now_s, months, jobs, stream } = options;
  const period = periodOf(now_s, months);
  const outage = outageOf(period);
  // Both clusters have the same users.
  const users = createUsers(createRandom(seed));
  const random = createRandom(seed ^ Math.imul(stream, 0x9e3779b1));
  const requests = createRequests(cluster, {
    count: jobs * cluster.job_share,
    users,
    period,
    outage,
    random,
  });
  const context = { nodes: nodesOf(cluster), now_s };
  const waiting = new Map<number, Run[]>();
  for (const run of simulate(cluster, { requests, outage, now_s })) {
    const { array } = run.request;
    if (run.state === "PENDING" && array !== null && run.restarts === 0) {
      waiting.set(array.id, [...waiting.get(array.id) ?? [], run]);
    } else yield* wireJobs(run, context);
  }
  for (const runs of waiting.values()) yield waitingTasks(runs, context);
}
