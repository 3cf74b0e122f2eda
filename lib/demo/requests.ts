import { submissionTimes } from "./calendar.ts";
import type { Span } from "./calendar.ts";
import { nodesOf } from "./hardware.ts";
import type { Cluster, Partition } from "./hardware.ts";
import type { User } from "./people.ts";
import { cumulate, pickByWeight } from "./random.ts";
import type { Random } from "./random.ts";

/** What will happen to a job that runs long enough for it. */
export type Fate = "COMPLETED" | "FAILED" | "OUT_OF_MEMORY" | "CANCELLED" | "NODE_FAIL" | "REQUEUED";

/** A job as it is submitted, with what only fate knows. Amounts are for each node. */
export interface Request {
  readonly id: number;
  /** Id of the job array, and the job's place in it; null for other jobs. */
  readonly array: { readonly id: number; readonly task: number } | null;
  /** Whether it is a heterogeneous job: the first node is one component, the others a second. */
  readonly heterogeneous: boolean;
  readonly user: User;
  readonly account: string;
  readonly partition: Partition;
  readonly qos: string;
  readonly name: string;
  readonly submit_s: number;
  /** Null for a job that is held or depends on another that never succeeds. */
  readonly eligible_s: number | null;
  /** When the scheduler first looks at it; infinity for a job that something keeps from starting. */
  readonly ready_s: number;
  /** What keeps it from starting; null for most. */
  readonly obstacle: string | null;
  /** When it leaves the queue if it has not started. */
  readonly gives_up_s: number;
  readonly gives_up_as: "CANCELLED" | "DEADLINE";
  readonly nodes: number;
  readonly cpus: number;
  readonly gpus: number;
  readonly mem_mb: number;
  readonly fate: Fate;
  /** Run time without a limit, up to success and up to its fate; the limit is set by {@link createRequests}. */
  readonly run_s: number;
  readonly fate_s: number;
  readonly limit_s: number;
}

type Draft = { -readonly [K in keyof Request]: Request[K] } & { expected_s: number; asks: number };

const ARRAY_SHARE = 0.35;
const MEAN_ARRAY = 24;
const LIMITS_MIN = [10, 15, 30, 60, 120, 180, 240, 480, 720, 1440, 2880, 4320, 7200, 10_080];
const ODD_NAMES = [
  "größenlauf-β=0.3",
  'the "final" run',
  "O'Brien's fit",
  "模拟-42",
  "a|b|c",
  "=1+1",
  "🚀 launch",
  "tab\there",
  "<b>bold</b>",
];
const OBSTACLES = [
  "Dependency",
  "QOSMaxCpuPerUserLimit",
  "AssocGrpCpuLimit",
  "JobHeldUser",
  "ReqNodeNotAvail",
];
/** Jobs that wait behind a limit in the end, for a cluster of {@link FULL_SIZE} jobs. */
const BLOCKED = 75;
const FULL_SIZE = 100_000;
/** One of so many late submissions is blocked: few enough that the last days look like any others. */
const BLOCKED_EVERY = 30;
/** Jobs submitted lately that still run, if there was room, in a demonstration of any size. */
const RECENT = 3;

/** About `count` jobs in the order of their submission. */
export function createRequests(cluster: Cluster, options: {
  readonly count: number;
  readonly users: readonly User[];
  readonly period: Span;
  readonly outage: Span;
  readonly random: Random;
}): readonly Request[] {
  const { count, random, period } = options;
  const submissions = Math.round(count * (1 - ARRAY_SHARE + ARRAY_SHARE / MEAN_ARRAY));
  const times = submissionTimes(submissions, options);
  const draw = createDraw(cluster, options);
  const blocked_from = submissions -
    BLOCKED_EVERY * Math.ceil(2 + BLOCKED * Math.min(1, count / FULL_SIZE));
  const drafts: Draft[] = [];
  const recent: Draft[] = [];
  for (let left = 0; left < Math.min(RECENT, submissions); left++) {
    const i = submissions - 1 - left;
    times[i] = Math.max(times[i], period.to_s - 600 * (left + 1));
  }
  let arrays = 0;
  let id = cluster.first_job_id;
  for (let i = 0; i < submissions; i++) {
    const first = draw(times[i], id);
    const left = submissions - 1 - i;
    if (left < RECENT) recent.push(first);
    else if (i >= blocked_from && left % BLOCKED_EVERY === RECENT) block(first, random);
    const may = arrays < ARRAY_SHARE * drafts.length && first.obstacle === null && left >= RECENT &&
      isSmall(first);
    const tasks = may && random.next() < first.user.arrays ? arraySize(first.partition, random) : 1;
    for (let task = 1; task <= tasks; task++) {
      drafts.push(tasks === 1 ? first : taskOf(first, { task, tasks, random }));
    }
    if (tasks > 1) arrays += tasks;
    id += tasks + (first.heterogeneous ? 1 : 0) + random.below(3);
  }
  setLoad(drafts, cluster, period.to_s - period.from_s);
  for (const draft of recent) keepRunning(draft);
  return drafts;
}

function createDraw(cluster: Cluster, options: {
  readonly users: readonly User[];
  readonly random: Random;
}): (submit_s: number, id: number) => Draft {
  const { users, random } = options;
  const partitions = cluster.partitions;
  const nodes = nodesOf(cluster);
  const with_gpus = nodes.some((node) => node.group.gpus > 0);
  const by_user = cumulate(users.map((user) => with_gpus ? user.gpu_weight : user.cpu_weight));
  const by_partition = users.map((user) =>
    cumulate(partitions.map((partition, i) => partition.job_share * Math.exp(user.leaning[i])))
  );

  return function draw(submit_s, id) {
    const user = users[pickByWeight(by_user, random.next())];
    const partition = partitions[pickByWeight(by_partition[user.index], random.next())];
    const place = (0.75 * user.size + 0.12 + 0.2 * random.normal()) * partition.shapes.length;
    const shape = partition.shapes[Math.max(0, Math.min(partition.shapes.length - 1, Math.floor(place)))];
    const { group } = nodes[partition.first];
    const part = with_gpus ? shape.gpus / group.gpus : shape.cpus / group.cpus;
    const spare = part === 1 ? 1 : random.pick([0.5, 0.75, 1, 1, with_gpus ? 1 : 1.4]);
    const fate = drawFate(user, shape.nodes === 1, random);
    const expected_s = partition.median_run_s * user.pace * Math.exp(0.9 * random.normal());
    const run_s = expected_s * Math.exp(0.45 * random.normal());
    // Most are looked at within seconds; some ask for a later begin or wait for another job.
    const delay_s = random.next() < 0.03 ? random.below(6 * 3600) : 0;
    const draft: Draft = {
      id,
      array: null,
      heterogeneous: !with_gpus && shape.nodes > 1 && random.next() < 0.01,
      user,
      account: random.next() < 0.75 ? user.accounts[0] : random.pick(user.accounts),
      partition,
      qos: random.pick(partition.qos),
      name: random.next() < 0.0004 ? random.pick(ODD_NAMES) : random.pick(user.job_names),
      submit_s,
      eligible_s: submit_s + delay_s,
      ready_s: submit_s + delay_s + 1 + random.below(20),
      obstacle: null,
      gives_up_s: random.next() < 0.25 ? submit_s + Math.floor(30_000 * Math.exp(random.normal())) : Infinity,
      gives_up_as: "CANCELLED",
      nodes: shape.nodes,
      cpus: shape.cpus,
      gpus: shape.gpus,
      mem_mb: Math.floor(Math.min(1, part * spare) * group.mem_mb / 500) * 500,
      fate,
      run_s,
      fate_s: fate === "COMPLETED" ? run_s : run_s * random.next() ** (fate === "FAILED" ? 3 : 1),
      limit_s: 0,
      expected_s,
      asks: user.overask ?? Infinity,
    };
    const odds = random.next();
    if (odds < 0.008) withdraw(draft, random);
    else if (odds < 0.01) expire(draft, random);
    return draft;
  };
}

function drawFate(user: User, single: boolean, random: Random): Fate {
  const odds = random.next() / user.clumsiness;
  if (odds < 0.05) return "FAILED";
  if (odds < 0.07) return "CANCELLED";
  if (odds < 0.085) return single ? "OUT_OF_MEMORY" : "FAILED";
  const luck = random.next();
  return luck < 0.0012 ? "NODE_FAIL" : luck < 0.002 ? "REQUEUED" : "COMPLETED";
}

/** Cancelled by its user before anything let it start. */
function withdraw(draft: Draft, random: Random): void {
  draft.obstacle = random.pick(["Dependency", "JobHeldUser", "DependencyNeverSatisfied"]);
  draft.eligible_s = null;
  draft.ready_s = Infinity;
  draft.gives_up_s = draft.submit_s + 60 + Math.floor(7200 * Math.exp(random.normal()));
}

/** Ended by Slurm, because it could no longer end before its deadline. */
function expire(draft: Draft, random: Random): void {
  draft.obstacle = "DeadLine";
  draft.ready_s = Infinity;
  draft.gives_up_s = draft.submit_s + 3600 * (1 + random.below(24));
  draft.gives_up_as = "DEADLINE";
}

/** Still waiting at the end, whatever is free. */
function block(draft: Draft, random: Random): void {
  draft.obstacle = random.pick(OBSTACLES);
  if (draft.obstacle === "Dependency" || draft.obstacle === "JobHeldUser") draft.eligible_s = null;
  draft.ready_s = Infinity;
  draft.gives_up_s = Infinity;
}

/** Long enough that it has not ended yet. */
function keepRunning(draft: Draft): void {
  draft.fate = "COMPLETED";
  draft.fate_s = draft.run_s = 3 * 3600;
  draft.limit_s = 4 * 3600;
}

/** Whether a job takes no more than half of a node, as the tasks of arrays do. */
function isSmall({ nodes, cpus, gpus }: Draft): boolean {
  return nodes === 1 && (gpus === 0 ? cpus <= 32 : cpus <= 48);
}

/** A small partition is not flooded by one array. */
function arraySize({ first, end }: Partition, random: Random): number {
  const most = Math.min(400, 8 * (end - first));
  return Math.max(2, Math.min(most, Math.round(0.55 * MEAN_ARRAY * Math.exp(random.normal()))));
}

/** A task of an array: as the first but for its number, its run time and its luck. The last has the array's own id. */
function taskOf(
  first: Draft,
  place: { readonly task: number; readonly tasks: number; readonly random: Random },
): Draft {
  const { task, tasks, random } = place;
  const run_s = first.expected_s * Math.exp(0.3 * random.normal());
  const fate = random.next() < 0.5 ? "COMPLETED" : drawFate(first.user, true, random);
  return {
    ...first,
    id: task === tasks ? first.id : first.id + task,
    array: { id: first.id, task },
    run_s,
    fate,
    fate_s: fate === "COMPLETED" ? run_s : run_s * random.next() ** 2,
  };
}

/**
 * Stretches run times until each partition asks for its share of the cluster, and sets the time limits. A
 * demonstration with few jobs stays a quiet one: nothing is stretched beyond belief.
 */
function setLoad(drafts: readonly Draft[], cluster: Cluster, length_s: number): void {
  const nodes = nodesOf(cluster);
  const with_gpus = nodes.some((node) => node.group.gpus > 0);
  const capacity_s = length_s *
    nodes.reduce((sum, { group }) => sum + (with_gpus ? group.gpus : group.cpus), 0);
  for (const partition of cluster.partitions) {
    const jobs = drafts.filter((draft) => draft.partition === partition && draft.ready_s < Infinity);
    const longest_s = partition.max_limit_min * 60;
    let factor = 1;
    for (let round = 0; round < 3; round++) {
      let used_s = 0;
      for (const job of jobs) {
        used_s += Math.min(job.fate_s * factor, longest_s) * job.nodes * (with_gpus ? job.gpus : job.cpus);
      }
      factor = Math.max(0.2, Math.min(3, factor * partition.load * capacity_s / Math.max(1, used_s)));
    }
    for (const draft of drafts) if (draft.partition === partition) setTimes(draft, factor);
  }
}

function setTimes(draft: Draft, factor: number): void {
  const longest_s = draft.partition.max_limit_min * 60;
  draft.run_s = Math.ceil(draft.run_s * factor);
  draft.fate_s = Math.max(1, Math.ceil(draft.fate_s * factor));
  const wanted_min = draft.asks * draft.expected_s * factor / 60;
  draft.limit_s = Math.min(longest_s, 60 * (LIMITS_MIN.find((limit) => limit >= wanted_min) ?? Infinity));
}
