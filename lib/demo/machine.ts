import type { Node } from "./hardware.ts";
import type { Request } from "./requests.ts";

/** A Slurm job may outlive its limit by this much until it is noticed. */
export const OVERRUN_S = 30;

/** The nodes of a cluster: what is free on each, and which are kept for a job that waits. */
export class Machine {
  readonly #nodes: readonly Node[];
  readonly #cpus: Int32Array;
  readonly #mem_mb: Int32Array;
  readonly #gpus: Int32Array;
  readonly #jobs: Int32Array;
  /** When the last job on a node ends at the latest. */
  readonly #busy_until: Float64Array;
  readonly #owner: (Request | null)[];
  readonly #kept_until: Float64Array;

  constructor(nodes: readonly Node[]) {
    this.#nodes = nodes;
    this.#cpus = Int32Array.from(nodes, (node) => node.group.cpus);
    this.#mem_mb = Int32Array.from(nodes, (node) => node.group.mem_mb);
    this.#gpus = Int32Array.from(nodes, (node) => node.group.gpus);
    this.#jobs = new Int32Array(nodes.length);
    this.#busy_until = new Float64Array(nodes.length);
    this.#owner = nodes.map(() => null);
    this.#kept_until = new Float64Array(nodes.length);
  }

  /** The nodes that the job could run on now, ascending; null if there are too few. */
  fit(job: Request, at_s: number): number[] | null {
    const { first, end } = job.partition;
    const found: number[] = [];
    // Whole nodes are sought from the far end, so that small jobs do not break them up.
    const step = job.nodes === 1 ? 1 : -1;
    for (let i = step === 1 ? first : end - 1; i >= first && i < end; i += step) {
      if (this.#cpus[i] < job.cpus || this.#mem_mb[i] < job.mem_mb || this.#gpus[i] < job.gpus) continue;
      const owner = this.#owner[i];
      if (owner !== null && owner !== job && at_s + job.limit_s + OVERRUN_S > this.#kept_until[i]) continue;
      found.push(i);
      if (found.length === job.nodes) return step === 1 ? found : found.reverse();
    }
    return null;
  }

  take(nodes: readonly number[], job: Request, at_s: number): void {
    for (const i of nodes) {
      this.#change(i, job, -1);
      this.#busy_until[i] = Math.max(this.#busy_until[i], at_s + job.limit_s + OVERRUN_S);
    }
  }

  give(nodes: readonly number[], job: Request): void {
    for (const i of nodes) {
      this.#change(i, job, 1);
      if (this.#jobs[i] === 0) this.#busy_until[i] = 0;
    }
  }

  /** Keeps the nodes that are free soonest for a job; others may use them only if they end before it can start. */
  keep(job: Request, at_s: number): void {
    this.release(job);
    const usable: number[] = [];
    for (let i = job.partition.first; i < job.partition.end; i++) {
      const { group } = this.#nodes[i];
      const fits = group.cpus >= job.cpus && group.mem_mb >= job.mem_mb && group.gpus >= job.gpus;
      if (fits && this.#owner[i] === null) usable.push(i);
    }
    if (usable.length < job.nodes) return;
    usable.sort((a, b) => this.#busy_until[a] - this.#busy_until[b] || a - b);
    const kept = usable.slice(0, job.nodes);
    const until_s = Math.max(at_s, this.#busy_until[kept[kept.length - 1]]);
    for (const i of kept) {
      this.#owner[i] = job;
      this.#kept_until[i] = until_s;
    }
  }

  release(job: Request): void {
    for (let i = job.partition.first; i < job.partition.end; i++) {
      if (this.#owner[i] === job) this.#owner[i] = null;
    }
  }

  #change(i: number, job: Request, sign: 1 | -1): void {
    this.#cpus[i] += sign * job.cpus;
    this.#mem_mb[i] += sign * job.mem_mb;
    this.#gpus[i] += sign * job.gpus;
    this.#jobs[i] -= sign;
  }
}
