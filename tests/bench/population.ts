/** Who runs what where in the synthetic trace: partitions, nodes, and the templates that users submit again and again. */
import { cumulate, type Random } from "../../lib/demo/random.ts";
import { bracketed, type Sizes } from "./texts.ts";

/** A partition of the trace; its nodes are `first` up to `end`, excluded. */
interface Partition {
  readonly name: string;
  readonly prefix: string;
  /** Share of the cluster's nodes. */
  readonly nodes: number;
  readonly share: number;
  readonly cpus: readonly number[];
  readonly gpu_type: string;
  readonly limit_min: number;
  readonly median_run_s: number;
  readonly median_wait_s: number;
}

export const PARTITIONS: readonly Partition[] = [
  partition("short", { share: 0.3, cpus: [1, 2, 4, 8], limit_min: 240, run_s: 420, wait_s: 60 }),
  partition("standard", { share: 0.3, cpus: [4, 8, 16, 32, 64], limit_min: 1440, run_s: 2700, wait_s: 900 }),
  partition("long", { share: 0.06, cpus: [16, 32, 64], limit_min: 10_080, run_s: 40_000, wait_s: 7200 }),
  partition("bigmem", { prefix: "bm", nodes: 0.04, share: 0.04, cpus: [16, 32], run_s: 5000, wait_s: 2400 }),
  partition("interactive", { share: 0.06, cpus: [1, 2, 4], limit_min: 480, run_s: 1500, wait_s: 5 }),
  partition("a100", { prefix: "ga", nodes: 0.08, share: 0.12, cpus: [8, 16, 32], run_s: 6500, wait_s: 3000 }),
  partition("h100", {
    prefix: "gh",
    nodes: 0.04,
    share: 0.06,
    cpus: [12, 24, 96],
    run_s: 9000,
    wait_s: 9000,
  }),
  partition("l40s", { prefix: "gl", nodes: 0.04, share: 0.06, cpus: [4, 12, 24], run_s: 2200, wait_s: 400 }),
];

export const QOS = ["normal", "high", "long", "debug", "scavenge"] as const;

/** A request that a user sends again and again. */
export interface Template {
  readonly user: number;
  readonly account: number;
  readonly partition: number;
  readonly qos: number;
  readonly name: number;
  readonly nodes: number;
  /** Of all nodes together. */
  readonly cpus: number;
  readonly gpus: number;
  readonly mem_mb: number;
  readonly limit_min: number;
  readonly median_run_s: number;
  readonly median_wait_s: number;
  readonly cpu_efficiency: number;
  readonly mem_efficiency: number;
  /** Number of the request among all distinct ones; its texts are {@link Population.tres} at this place. */
  readonly tres: number;
}

/** Everybody and everything of one trace. */
export interface Population {
  readonly templates: readonly Template[];
  /** First template of each user, and after the last user their number. */
  readonly first: Uint32Array;
  /** Running totals of how much each user submits. */
  readonly weights: Float64Array;
  readonly tres: readonly string[];
  /** First node of each partition and how many it has. */
  readonly ranges: readonly { readonly first: number; readonly count: number }[];
  readonly node_names: readonly string[];
}

function partition(
  name: string,
  { prefix = "cn", nodes = 0.8, share, cpus, limit_min = 2880, run_s, wait_s }: {
    readonly prefix?: string;
    readonly nodes?: number;
    readonly share: number;
    readonly cpus: readonly number[];
    readonly limit_min?: number;
    readonly run_s: number;
    readonly wait_s: number;
  },
): Partition {
  return {
    name,
    prefix,
    nodes,
    share,
    cpus,
    gpu_type: prefix.startsWith("g") ? name : "",
    limit_min,
    median_run_s: run_s,
    median_wait_s: wait_s,
  };
}

/** Makes users with one to four templates each; the first users submit most (Zipf). */
export function populate(random: Random, sizes: Sizes): Population {
  const shares = cumulate(PARTITIONS.map(({ share }) => share));
  const templates: Template[] = [];
  const first = new Uint32Array(sizes.users + 1);
  const tres = new Map<string, number>();
  for (let user = 0; user < sizes.users; user++) {
    first[user] = templates.length;
    const account = Math.floor(sizes.accounts * random.next() ** 2);
    const efficiency = 0.3 + 0.65 * random.next();
    for (let count = 1 + random.below(4); count > 0; count--) {
      const place = random.next() * shares[shares.length - 1];
      const partition = shares.findIndex((share) => place < share);
      templates.push({
        ...request(random, { partition, tres, sizes }),
        user,
        account: random.below(8) === 0 ? random.below(sizes.accounts) : account,
        cpu_efficiency: efficiency,
        mem_efficiency: 0.1 + 0.8 * random.next(),
      });
    }
  }
  first[sizes.users] = templates.length;
  const { ranges, node_names } = nodesOf(sizes.nodes);
  return {
    templates,
    first,
    weights: cumulate(Array.from({ length: sizes.users }, (_, rank) => 1 / (rank + 3))),
    tres: [...tres.keys()],
    ranges,
    node_names,
  };
}

function request(
  random: Random,
  { partition, tres, sizes }: {
    readonly partition: number;
    readonly tres: Map<string, number>;
    readonly sizes: Sizes;
  },
) {
  const { cpus, gpu_type, limit_min, median_run_s, median_wait_s } = PARTITIONS[partition];
  const nodes = random.below(10) > 0 ? 1 : 2 ** (1 + random.below(4));
  const per_node = nodes > 1 ? cpus[cpus.length - 1] : random.pick(cpus);
  const gpus = gpu_type === "" ? 0 : nodes * (nodes > 1 ? 4 : 2 ** random.below(3));
  const mem_mb = nodes * per_node * 1024 * 2 ** random.below(4);
  const gres = gpus === 0 ? "" : `gres/gpu:${gpu_type}=${gpus},gres/gpu=${gpus},`;
  const text = `billing=${nodes * per_node + 16 * gpus},cpu=${
    nodes * per_node
  },${gres}mem=${mem_mb}M,node=${nodes}`;
  const known = tres.get(text) ?? tres.size;
  tres.set(text, known);
  return {
    partition,
    qos: partition === 2 ? 2 : random.below(5) > 0 ? 0 : random.pick([0, 1, 3, 4]),
    name: random.below(sizes.names),
    nodes,
    cpus: nodes * per_node,
    gpus,
    mem_mb,
    limit_min: Math.max(10, Math.round(limit_min / 2 ** random.below(4))),
    median_run_s: median_run_s * Math.exp(0.8 * random.normal()),
    median_wait_s,
    tres: known,
  };
}

function nodesOf(count: number): Pick<Population, "ranges" | "node_names"> {
  const firsts = new Map<string, { readonly first: number; readonly count: number }>();
  const node_names: string[] = [];
  for (const { prefix, nodes } of PARTITIONS) {
    if (firsts.has(prefix)) continue;
    const first = node_names.length;
    const number = Math.max(16, Math.round(count * nodes));
    for (let place = 1; place <= number; place++) node_names.push(bracketed(prefix, [[place, place]]));
    firsts.set(prefix, { first, count: number });
  }
  return {
    ranges: PARTITIONS.map(({ prefix }) => firsts.get(prefix) ?? { first: 0, count: 1 }),
    node_names,
  };
}
