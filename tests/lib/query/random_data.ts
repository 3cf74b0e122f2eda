import type { Random } from "../../../lib/demo/random.ts";
import type { JobRecord } from "../../../lib/job/columns.ts";
import type { Data } from "../../../lib/query/data.ts";
import { EMPTY_INVENTORY, type Inventory } from "../../../lib/store/inventory.ts";
import { clusterOf, dataOf, jobRecord } from "../../helpers.ts";

const DAY_S = 86_400;

/** Node lists and the nodes that they name. */
export const NODE_LISTS: Readonly<Record<string, readonly string[]>> = {
  "n1": ["n1"],
  "n[1-2]": ["n1", "n2"],
  "n[2-4]": ["n2", "n3", "n4"],
  "n1,n[3-5]": ["n1", "n3", "n4", "n5"],
};

/** Accounts of jobs, and of each where it stands in the tree of cluster alpha: itself, what is above it, and the root. */
export const ACCOUNT_PATHS: Readonly<Record<string, readonly string[]>> = {
  "a1": ["a1", "science", "root"],
  "a1-x": ["a1-x", "a1", "science", "root"],
  "a1-x.y": ["a1-x.y", "a1-x", "a1", "science", "root"],
  "a2": ["a2", "science", "root"],
  "O'Brien": ["O'Brien", "root"],
  "root": ["root"],
  // Nothing is told of it.
  ["__proto__"]: ["__proto__"],
};
const ACCOUNTS = [...Object.keys(ACCOUNT_PATHS), "__proto__"];

/** What is known of the accounts of cluster alpha. */
const ALPHA: Inventory = {
  ...EMPTY_INVENTORY,
  accounts: [
    ...new Map(
      Object.values(ACCOUNT_PATHS).filter((path) => path.includes("root")).flatMap((path) =>
        path.map((account, at) => [account, path[at + 1] ?? null] as const)
      ),
    ),
  ].map(([account, parent]) => ({ account, parent, description: null, organization: null })),
};

const ENDS = [
  null,
  "COMPLETED",
  "COMPLETED",
  "COMPLETED",
  "FAILED",
  "TIMEOUT",
  "NODE_FAIL",
  "OUT_OF_MEMORY",
  "CANCELLED",
];

/** Jobs of every kind around a day: short and long, waiting, running, never run, suspended, resized, on GPUs. */
export function randomJob(
  random: Random,
  { id, around_s }: { readonly id: number; readonly around_s: number },
) {
  const chance = (one_in: number) => random.below(one_in) === 0;
  // Whole hours and days make borders of buckets meet those of jobs.
  const grain_s = random.pick([1, 1, 60, 3600, DAY_S]);
  const moment = (days: number) => Math.floor(random.next() * days * DAY_S / grain_s) * grain_s;
  const submit_s = around_s - 35 * DAY_S + moment(70);
  const start_s = submit_s + (chance(5) ? 0 : Math.floor(random.next() ** 6 * 9 * DAY_S));
  const length_s = chance(12) ? 0 : Math.ceil(random.next() ** 8 * 40 * DAY_S / grain_s) * grain_s;
  const cpus = random.pick([1, 1, 2, 8, 64, 0, 300, 2000]);
  const nodes = random.pick(Object.keys(NODE_LISTS));
  const kind = random.pick([
    "ended",
    "ended",
    "ended",
    "ended",
    "running",
    "waiting",
    "cancelled",
    "false start",
  ]);
  const base: Partial<JobRecord> = {
    JobID: String(id),
    JobName: `Train ${id % 7}`,
    User: chance(20) ? null : `u${random.below(6)}`,
    Account: chance(10) ? null : random.pick(ACCOUNTS),
    Group: `g${random.below(3)}`,
    WCKey: random.pick(["*", "w1", "w2", null]),
    Reservation: random.pick([null, null, "course", "maint"]),
    Eligible: chance(8) ? null : submit_s + (chance(3) ? Math.floor(random.next() ** 3 * DAY_S) : 0),
    TimelimitRaw: random.pick([null, 0, 10, 60, 1440, 14_400]),
    ReqMem: random.pick([null, 2 ** 30, 3_000_000_001]),
    Partition: random.pick(["cpu", "gpu", "cpu,gpu", "cpu, gpu", null]),
    QOS: random.pick(["normal", "long", null]),
    Submit: chance(25) ? null : submit_s,
    AllocCPUS: cpus,
    AllocNodes: NODE_LISTS[nodes].length,
  };
  switch (kind) {
    case "waiting":
      return jobRecord({ ...base, Submit: submit_s, State: "PENDING", AllocCPUS: 0 });
    case "cancelled":
      return jobRecord({
        ...base,
        State: "CANCELLED",
        End: start_s,
        NodeList: chance(2) ? null : "None assigned",
      });
    case "false start":
      return jobRecord({
        ...base,
        State: "CANCELLED",
        Start: start_s,
        End: start_s,
        NodeList: "None assigned",
      });
  }
  const End = kind === "running" ? null : start_s + length_s;
  const suspended = chance(6) ? Math.floor(length_s * random.next()) : length_s;
  const mem = random.pick([null, null, "mem=62.50G", "mem=1500M"]);
  const ran = {
    ...base,
    Start: start_s,
    End,
    NodeList: chance(9) ? null : nodes,
    AllocTRES: mem,
    MaxRSS: chance(4) ? null : Math.floor(random.next() ** 4 * 80 * 2 ** 30),
    // In halves of a second; some tasks do more than they were given.
    TotalCPU: chance(4) ? null : Math.floor(cpus * suspended * random.next() * 2.4) / 2,
  };
  if (chance(15)) return jobRecord({ ...ran, AllocCPUS: null, CPUHours: random.below(100), State: "FAILED" });
  if (chance(15) && End !== null) {
    return jobRecord({ ...ran, Submit: start_s + Math.floor(length_s / 3), State: "COMPLETED" });
  }
  const gpus = chance(2) ? random.pick(["gres/gpu=3,gres/gpu:a100=2,gres/gpu:v100=1", "gres/gpu=4"]) : null;
  return jobRecord({
    ...ran,
    State: kind === "running" ? "RUNNING" : random.pick(ENDS),
    ElapsedRaw: chance(3) ? null : suspended,
    AllocTRES: gpus === null ? mem : mem === null ? gpus : `${gpus},${mem}`,
    AllocGPUS: gpus === null ? 0 : Number(gpus[9]),
    GPUUtilAve: gpus === null || chance(8) ? null : random.below(1400) / 10,
  });
}

/** A job, or an array of jobs alike that start together or one after the other. */
function arrayOf(random: Random, job: JobRecord): readonly JobRecord[] {
  const tasks = random.below(8) === 0 ? 2 + random.below(11) : 1;
  const apart_s = random.pick([0, 0, 60, 3600]);
  const later = (time_s: number | null, task: number) => time_s === null ? null : time_s + task * apart_s;
  return Array.from({ length: tasks }, (_, task) => {
    const JobID = String(Number(job.JobID) + task);
    return { ...job, JobID, JobIDRaw: JobID, Start: later(job.Start, task), End: later(job.End, task) };
  });
}

/** A cluster as it is before the engine has taken up its jobs. */
export interface PlainCluster {
  readonly name: string;
  readonly tz: string;
  readonly fresh_until_s: number | null;
  readonly records: readonly JobRecord[];
  readonly inventory: Inventory | null;
}

/** Two clusters whose jobs lie some weeks around a day; the second has reported for less long than the first. */
export function randomClusters(
  random: Random,
  { jobs, around_s }: { readonly jobs: number; readonly around_s: number },
): readonly PlainCluster[] {
  const records = (count: number) => {
    const made: JobRecord[] = [];
    while (made.length < count) {
      made.push(...arrayOf(random, randomJob(random, { id: made.length, around_s })));
    }
    return made.slice(0, count);
  };
  return [
    {
      name: "alpha",
      tz: "Europe/Berlin",
      fresh_until_s: around_s + 20 * DAY_S + 12_345,
      records: records(jobs),
      inventory: ALPHA,
    },
    {
      name: "beta",
      tz: "UTC",
      fresh_until_s: around_s + 16 * DAY_S,
      records: records(jobs >> 2),
      inventory: null,
    },
  ];
}

/** Clusters with their jobs taken up, each as it came. */
export function dataOfClusters(clusters: readonly PlainCluster[]): Data {
  return dataOf(...clusters.map(({ records, ...parts }) => clusterOf(records, parts)));
}

/** Random clusters with their jobs taken up. */
export function randomData(
  random: Random,
  size: { readonly jobs: number; readonly around_s: number },
): Data {
  return dataOfClusters(randomClusters(random, size));
}
