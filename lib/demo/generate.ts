import type { Batch, WireJob } from "../job/batch.ts";
import type { WireInventory } from "../job/inventory.ts";
import { outageOf, periodOf } from "./calendar.ts";
import { AURORA, BOREALIS, nodesOf } from "./hardware.ts";
import type { Cluster, Node } from "./hardware.ts";
import { Idle } from "./idle.ts";
import { inventoriesOf } from "./inventory.ts";
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
  /** What it consists of and when what was out of service, the older first; made from its jobs. */
  readonly inventories: () => readonly WireInventory[];
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
  return [AURORA, BOREALIS].map((cluster, index) => {
    const of = { ...options, months, jobs, stream: index + 1 };
    const nodes = nodesOf(cluster);
    let idle: Idle | null = null;
    const batches = {
      *[Symbol.iterator]() {
        const noted = new Idle(nodes);
        yield* batchesOf(cluster, { ...of, nodes, idle: noted });
        idle = noted;
      },
    };
    return {
      hostname: cluster.hostname,
      batches,
      inventories: () => {
        if (idle === null) { for (const _ of batches); }
        const period = periodOf(options.now_s, months);
        const users = createUsers(createRandom(options.seed));
        return inventoriesOf(cluster, {
          idle: idle ?? new Idle(nodes),
          users,
          period,
          outage: outageOf(period),
          agent: AGENT,
        });
      },
    };
  });
}

/** What the jobs of one cluster are made of, and what notes when its nodes were busy. */
type Making = Required<DemoOptions> & {
  readonly stream: number;
  readonly nodes: readonly Node[];
  readonly idle: Idle;
};

function* batchesOf(cluster: Cluster, options: Making): Generator<Batch> {
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

function* jobsOf(cluster: Cluster, options: Making): Generator<WireJob> {
  const { seed, now_s, months, jobs, stream, nodes, idle } = options;
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
  const context = { nodes, now_s };
  const waiting = new Map<number, Run[]>();
  for (const run of simulate(cluster, { requests, outage, now_s })) {
    idle.add(run);
    const { array } = run.request;
    if (run.state === "PENDING" && array !== null && run.restarts === 0) {
      waiting.set(array.id, [...waiting.get(array.id) ?? [], run]);
    } else yield* wireJobs(run, context);
  }
  for (const runs of waiting.values()) yield waitingTasks(runs, context);
}
