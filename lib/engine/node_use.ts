import type { NodeLists } from "../job/node_lists.ts";
import type { Buckets } from "./buckets.ts";
import { FLAGS } from "./flags.ts";
import { endsOf } from "./intervals.ts";
import { rateOf, type Resource } from "./row_values.ts";
import { forEachPart, type Scan } from "./scan.ts";

/** What is counted of each node. */
export const NODE_RESOURCES = ["cpu", "gpu", "node"] as const satisfies readonly Resource[];
export type NodeResource = (typeof NODE_RESOURCES)[number];

/** What to look at. */
export interface NodeUsing {
  readonly buckets: Buckets;
  /** What is told bucket by bucket. */
  readonly of: NodeResource;
  /** Up to when jobs that have not ended are known. */
  readonly until_s: number;
  /** The part of the time of which capacity is known; null for none. */
  readonly known: readonly [from_s: number, to_s: number] | null;
  /** Codes of the states of jobs that failed. */
  readonly failed: ReadonlySet<number>;
}

/** What the jobs of a cluster held on each of its nodes: a job on several nodes is shared out evenly. */
export class NodeUse {
  readonly #lists: NodeLists;
  readonly #using: NodeUsing;
  #room = 0;
  /** By node: seconds × what was held over the range; of what is told bucket by bucket also over the known time. */
  readonly held: Record<NodeResource, Float64Array>;
  known = new Float64Array();
  /** By node: jobs that ended on it in the range, and those of them that failed. */
  jobs = new Uint32Array();
  failed = new Uint32Array();
  /** Node after node, bucket after bucket: over the known time if there is any, else over all. */
  cells = new Float64Array();

  constructor(lists: NodeLists, using: NodeUsing) {
    this.#lists = lists;
    this.#using = using;
    this.held = { cpu: new Float64Array(), gpu: new Float64Array(), node: new Float64Array() };
  }

  /** Adds the jobs of a scan; the slots of it do not matter. */
  add(scan: Scan): void {
    const { week, runs: chosen } = scan;
    const { buckets, of, until_s, failed } = this.#using;
    const { start_s, end_s } = buckets;
    const { first, last } = week.runs.intervals("runs");
    const [cpuAt, gpuAt, nodeAt] = NODE_RESOURCES.map((resource) => rateOf(resource)(week));
    const [lists, states] = [week.codes.NodeList, week.codes.State];
    for (let place = 0; place < chosen.length; place++) {
      const run = chosen[place];
      if (first[run] === 0 || first[run] >= end_s || last[run] > 0 && last[run] < start_s) continue;
      const { from, to } = endsOf(week, run, "runs");
      const open = (week.runs.flags[run] & FLAGS.open) !== 0;
      const odd = (week.runs.flags[run] & FLAGS.odd) !== 0;
      // The jobs of other runs hold the same.
      const one = week.runs.rows[week.runs.from[run]];
      let [cpus, gpus, nodes] = [cpuAt(one), gpuAt(one), nodeAt(one)];
      forEachPart(scan, place, (row, _slot, _weight, once) => {
        if (!once) return;
        const begin = from[row];
        const end = Math.max(begin, to === null ? until_s : to[row]);
        const seconds = Math.max(0, Math.min(end, end_s) - Math.max(begin, start_s));
        const ended = !open && end >= start_s && end < end_s;
        if (seconds === 0 && !ended) return;
        if (odd) [cpus, gpus, nodes] = [cpuAt(row), gpuAt(row), nodeAt(row)];
        const rate = of === "cpu" ? cpus : of === "gpu" ? gpus : nodes;
        const is_failed = ended && failed.has(states[row] ?? 0);
        const code = lists[row] ?? 0;
        const first_node = this.#lists.begin(code);
        const after = this.#lists.end(code);
        const share = after - first_node;
        for (let at = first_node; at < after; at++) {
          const node = this.#lists.at(at);
          if (node >= this.#room) this.#grow();
          const { held } = this;
          held.cpu[node] += cpus * seconds / share;
          held.gpu[node] += gpus * seconds / share;
          held.node[node] += nodes * seconds / share;
          if (ended) this.jobs[node]++;
          if (is_failed) this.failed[node]++;
          if (seconds > 0) this.#spread(node, begin, end, rate / share);
        }
      });
    }
  }

  /** Numbers of nodes that there is room for. */
  get size(): number {
    return this.#room;
  }

  #spread(node: number, begin: number, end: number, rate: number): void {
    const { buckets, known } = this.#using;
    const from = Math.max(begin, known?.[0] ?? buckets.start_s);
    const to = Math.min(end, known?.[1] ?? buckets.end_s);
    if (from >= to) return;
    if (known !== null) this.known[node] += rate * (to - from);
    const { edges, count } = buckets;
    for (let bucket = buckets.at(from), at = from; at < to; bucket++) {
      const next = Math.min(to, edges[bucket + 1]);
      this.cells[node * count + bucket] += rate * (next - at);
      at = next;
    }
  }

  #grow(): void {
    const room = Math.max(64, 2 * this.#room, this.#lists.names.length);
    for (const resource of NODE_RESOURCES) {
      this.held[resource] = grown(this.held[resource], new Float64Array(room));
    }
    this.known = grown(this.known, new Float64Array(room));
    this.jobs = grown(this.jobs, new Uint32Array(room));
    this.failed = grown(this.failed, new Uint32Array(room));
    this.cells = grown(this.cells, new Float64Array(room * this.#using.buckets.count));
    this.#room = room;
  }
}

function grown<T extends Float64Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
