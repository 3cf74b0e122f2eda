import type { WireJob } from "../job/batch.ts";
import type { Node } from "./hardware.ts";
import { noise } from "./random.ts";
import type { Run } from "./run.ts";
import { reservationOf, sampled, wckeyOf } from "./sampled.ts";

const FAILURES = ["1:0", "1:0", "1:0", "2:0", "127:0", "0:11", "137:0", "0:53", "255:0"];
const NO_NODES = "None assigned";
/** One of so many jobs that never ran has a Start equal to its End, as a race in Slurm makes it. */
const FALSE_STARTS = 12;

/** The nodes of a component of a job; all of them for most jobs. */
interface Part {
  readonly suffix: string;
  readonly id: number;
  readonly nodes: readonly number[];
  readonly node_count: number;
}

/** The records of a run as an agent sends them: one, or one for each component of a heterogeneous job. */
export function wireJobs(
  run: Run,
  context: { readonly nodes: readonly Node[]; readonly now_s: number },
): readonly WireJob[] {
  const { id, array, heterogeneous, nodes } = run.request;
  if (!heterogeneous) {
    const suffix = array === null ? "" : `_${array.task}`;
    return [wireJob(run, { suffix, id, nodes: run.nodes, node_count: nodes }, context)];
  }
  return [
    wireJob(run, { suffix: "+0", id, nodes: run.nodes.slice(0, 1), node_count: 1 }, context),
    wireJob(run, { suffix: "+1", id: id + 1, nodes: run.nodes.slice(1), node_count: nodes - 1 }, context),
  ];
}

/** The one record of all tasks of an array that wait, as `123_[5-9,12]`. */
export function waitingTasks(
  runs: readonly Run[],
  context: { readonly nodes: readonly Node[]; readonly now_s: number },
): WireJob {
  const [first] = runs;
  const { array, id, nodes } = first.request;
  const tasks = runs.map((run) => run.request.array?.task ?? 0).sort((a, b) => a - b);
  return wireJob(first, {
    suffix: `_[${ranges(tasks, String)}]`,
    id: array?.id ?? id,
    nodes: [],
    node_count: nodes,
  }, context);
}

function wireJob(
  run: Run,
  part: Part,
  { nodes, now_s }: { readonly nodes: readonly Node[]; readonly now_s: number },
): WireJob {
  const { request, start_s, end_s } = run;
  const ran = start_s !== null;
  const over = end_s !== null;
  const elapsed_s = ran ? (end_s ?? now_s) - start_s : 0;
  const cpus = part.node_count * request.cpus;
  const gpus = part.node_count * request.gpus;
  const gpu_type = ran ? nodes[part.nodes[0]].group.gpu_type : "";
  const amounts = { cpus, gpus, mem_mb: part.node_count * request.mem_mb, nodes: part.node_count };
  const false_start = over && run.state === "CANCELLED" && request.id % FALSE_STARTS === 0;
  return {
    JobID: `${request.array?.id ?? request.id}${part.suffix}`,
    JobIDRaw: String(part.id),
    User: request.user.login,
    Group: request.user.group,
    Account: request.account,
    Partition: request.partition.name,
    QOS: request.qos,
    WCKey: wckeyOf(run),
    Reservation: reservationOf(run),
    JobName: request.name,
    State: stateOf(run),
    ExitCode: exitCode(run),
    Reason: run.reason,
    Submit: run.submit_s,
    Eligible: run.eligible_s ?? "Unknown",
    Start: start_s ?? (!over ? "Unknown" : false_start ? end_s : "None"),
    End: end_s ?? "Unknown",
    ElapsedRaw: elapsed_s,
    TimelimitRaw: request.limit_s / 60,
    AllocCPUS: cpus,
    AllocGPUS: ran ? gpus : 0,
    AllocNodes: part.node_count,
    NodeList: ran ? nodeList(part.nodes, nodes) : NO_NODES,
    ReqTRES: tres(amounts, ""),
    AllocTRES: ran ? tres(amounts, gpu_type) : "",
    ReqMem: `${amounts.mem_mb}M`,
    ...sampled(run, { cpus, elapsed_s, gpu_type }),
    Restarts: run.restarts,
    CPUHours: cpus * elapsed_s / 3600,
    GPUHours: gpus * elapsed_s / 3600,
  };
}

function stateOf({ state, request, reason }: Run): string {
  if (state !== "CANCELLED" || reason === "DependencyNeverSatisfied") return state;
  return `CANCELLED by ${noise(request.id, 3) < 0.06 ? 0 : request.user.uid}`;
}

function exitCode({ state, request }: Run): string {
  if (state === "FAILED") return FAILURES[Math.floor(noise(request.id, 4) * FAILURES.length)];
  return state === "OUT_OF_MEMORY" ? "0:125" : state === "DEADLINE" ? "1:0" : "0:0";
}

function tres(
  amounts: { readonly cpus: number; readonly gpus: number; readonly mem_mb: number; readonly nodes: number },
  gpu_type: string,
): string {
  const { cpus, gpus, mem_mb, nodes } = amounts;
  const typed = gpu_type === "" ? "" : `gres/gpu:${gpu_type}=${gpus},`;
  const gres = gpus === 0 ? "" : `${typed}gres/gpu=${gpus},`;
  return `billing=${cpus + 16 * gpus},cpu=${cpus},${gres}mem=${mem_mb}M,node=${nodes}`;
}

/** A node list in bracket notation: `cn[001-003,007],bm02`. */
function nodeList(places: readonly number[], nodes: readonly Node[]): string {
  const items: string[] = [];
  for (let from = 0; from < places.length;) {
    const { group, number } = nodes[places[from]];
    let to = from + 1;
    while (to < places.length && nodes[places[to]].group === group) to++;
    const write = (value: number) => String(value).padStart(group.width, "0");
    const numbers = places.slice(from, to).map((place) => nodes[place].number);
    items.push(group.prefix + (numbers.length === 1 ? write(number) : `[${ranges(numbers, write)}]`));
    from = to;
  }
  return items.join(",");
}

/** Ascending numbers as ranges: `1-3,7`. */
function ranges(numbers: readonly number[], write: (value: number) => string): string {
  const items: string[] = [];
  for (let from = 0; from < numbers.length;) {
    let to = from;
    while (numbers[to + 1] === numbers[to] + 1) to++;
    items.push(to === from ? write(numbers[from]) : `${write(numbers[from])}-${write(numbers[to])}`);
    from = to + 1;
  }
  return items.join(",");
}
