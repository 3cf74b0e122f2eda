import { nodesOf } from "./hardware.ts";
import type { Cluster } from "./hardware.ts";
import type { Request } from "./requests.ts";

/** What each user holds of a cluster, and whether it may be more. */
export class Quota {
  readonly #most_cpus: number;
  readonly #most_gpus: number;
  readonly #cpus = new Map<number, number>();
  readonly #gpus = new Map<number, number>();

  constructor(cluster: Cluster) {
    const nodes = nodesOf(cluster);
    this.#most_cpus = cluster.user_share * nodes.reduce((sum, node) => sum + node.group.cpus, 0);
    this.#most_gpus = cluster.user_share * nodes.reduce((sum, node) => sum + node.group.gpus, 0);
  }

  /** Whether the job's user may hold what it asks for beside all that runs already. */
  allows(job: Request): boolean {
    const user = job.user.index;
    return (this.#cpus.get(user) ?? 0) + job.nodes * job.cpus <= this.#most_cpus &&
      (this.#gpus.get(user) ?? 0) + job.nodes * job.gpus <= this.#most_gpus;
  }

  take(job: Request): void {
    this.#change(job, 1);
  }

  give(job: Request): void {
    this.#change(job, -1);
  }

  #change(job: Request, sign: 1 | -1): void {
    const user = job.user.index;
    this.#cpus.set(user, (this.#cpus.get(user) ?? 0) + sign * job.nodes * job.cpus);
    this.#gpus.set(user, (this.#gpus.get(user) ?? 0) + sign * job.nodes * job.gpus);
  }
}
