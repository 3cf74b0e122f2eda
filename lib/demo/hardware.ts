/** Nodes of one kind, numbered from 1. */
export interface NodeGroup {
  readonly prefix: string;
  /** Digits in the node's name. */
  readonly width: number;
  readonly count: number;
  readonly cpus: number;
  readonly mem_mb: number;
  readonly gpus: number;
  readonly gpu_type: string;
}

/** What a job may ask of each of its nodes; several nodes are taken whole. */
export interface Shape {
  readonly nodes: number;
  readonly cpus: number;
  readonly gpus: number;
}

/** A partition: which nodes it has and how it is used. */
export interface Partition {
  readonly name: string;
  /** First node and the one after the last, as places in the cluster's list of nodes. */
  readonly first: number;
  readonly end: number;
  readonly max_limit_min: number;
  readonly qos: readonly string[];
  /** Share of the cluster's jobs, and of its CPU time (GPU time where it has GPUs) that they ask for on average. */
  readonly job_share: number;
  readonly load: number;
  /** What a middling job runs before the load is set. */
  readonly median_run_s: number;
  /** From small to large. */
  readonly shapes: readonly Shape[];
  /** Whether jobs of other partitions may push its jobs out. */
  readonly preemptible: boolean;
}

/** A cluster of the demonstration. */
export interface Cluster {
  readonly hostname: string;
  readonly groups: readonly NodeGroup[];
  readonly partitions: readonly Partition[];
  /** Share of all jobs of the demonstration. */
  readonly job_share: number;
  readonly first_job_id: number;
  /** Most of the cluster's CPUs and GPUs that one user may hold at a time, as a share. */
  readonly user_share: number;
}

/** Place of each node of the cluster in its group. */
export interface Node {
  readonly group: NodeGroup;
  readonly number: number;
}

/** Every node of a cluster, group by group. */
export function nodesOf(cluster: Cluster): readonly Node[] {
  return cluster.groups.flatMap((group) =>
    Array.from({ length: group.count }, (_, i) => ({ group, number: i + 1 }))
  );
}

function shapes(
  ...list: readonly (readonly [nodes: number, cpus: number, gpus?: number])[]
): readonly Shape[] {
  return list.map(([nodes, cpus, gpus = 0]) => ({ nodes, cpus, gpus }));
}

const CPU_NODE = { width: 3, cpus: 64, mem_mb: 256_000, gpus: 0, gpu_type: "" };
const GPU_NODE = { width: 2 };
const DAY_MIN = 1440;

/** 96 nodes of 64 cores. */
export const AURORA: Cluster = {
  hostname: "aurora",
  job_share: 0.72,
  first_job_id: 4_183_207,
  user_share: 0.3,
  groups: [
    { ...CPU_NODE, prefix: "cn", count: 88 },
    { ...CPU_NODE, prefix: "bm", count: 8, mem_mb: 2_000_000 },
  ],
  partitions: [
    {
      name: "short",
      first: 0,
      end: 88,
      max_limit_min: 4 * 60,
      qos: ["normal", "normal", "normal", "debug"],
      job_share: 0.45,
      load: 0.025,
      median_run_s: 700,
      shapes: shapes([1, 1], [1, 2], [1, 4], [1, 8], [1, 16], [1, 32], [1, 64], [2, 64]),
      preemptible: false,
    },
    {
      name: "standard",
      first: 0,
      end: 84,
      max_limit_min: DAY_MIN,
      qos: ["normal", "normal", "high"],
      job_share: 0.44,
      load: 0.5,
      median_run_s: 4_000,
      shapes: shapes([1, 8], [1, 16], [1, 32], [1, 64], [2, 64], [4, 64], [8, 64], [16, 64]),
      preemptible: false,
    },
    {
      name: "long",
      first: 0,
      end: 48,
      max_limit_min: 7 * DAY_MIN,
      qos: ["long"],
      job_share: 0.06,
      load: 0.17,
      median_run_s: 50_000,
      shapes: shapes([1, 16], [1, 32], [1, 64], [2, 64], [4, 64]),
      preemptible: false,
    },
    {
      name: "bigmem",
      first: 88,
      end: 96,
      max_limit_min: 3 * DAY_MIN,
      qos: ["normal"],
      job_share: 0.05,
      load: 0.03,
      median_run_s: 5_000,
      shapes: shapes([1, 8], [1, 16], [1, 32], [1, 64]),
      preemptible: false,
    },
  ],
};

/** 24 nodes with 128 GPUs of three types. */
export const BOREALIS: Cluster = {
  hostname: "borealis",
  job_share: 0.28,
  first_job_id: 817_044,
  user_share: 0.35,
  groups: [
    { ...GPU_NODE, prefix: "gpu-a", count: 12, cpus: 64, mem_mb: 512_000, gpus: 4, gpu_type: "a100" },
    { ...GPU_NODE, prefix: "gpu-h", count: 8, cpus: 96, mem_mb: 1_536_000, gpus: 8, gpu_type: "h100" },
    { ...GPU_NODE, prefix: "gpu-l", count: 4, cpus: 48, mem_mb: 384_000, gpus: 4, gpu_type: "l40s" },
  ],
  partitions: [
    {
      name: "a100",
      first: 0,
      end: 12,
      max_limit_min: 2 * DAY_MIN,
      qos: ["normal", "normal", "high"],
      job_share: 0.4,
      load: 0.27,
      median_run_s: 6_500,
      shapes: shapes([1, 8, 1], [1, 16, 1], [1, 32, 2], [1, 64, 4], [2, 64, 4], [4, 64, 4]),
      preemptible: false,
    },
    {
      name: "h100",
      first: 12,
      end: 20,
      max_limit_min: 2 * DAY_MIN,
      qos: ["normal", "high"],
      job_share: 0.22,
      load: 0.34,
      median_run_s: 9_000,
      shapes: shapes([1, 12, 1], [1, 24, 2], [1, 48, 4], [1, 96, 8], [2, 96, 8], [4, 96, 8]),
      preemptible: false,
    },
    {
      name: "l40s",
      first: 20,
      end: 24,
      max_limit_min: 12 * 60,
      qos: ["normal", "interactive"],
      job_share: 0.23,
      load: 0.05,
      median_run_s: 2_200,
      shapes: shapes([1, 4, 1], [1, 12, 1], [1, 24, 2], [1, 48, 4]),
      preemptible: false,
    },
    {
      name: "scavenge",
      first: 0,
      end: 24,
      max_limit_min: DAY_MIN,
      qos: ["scavenge"],
      job_share: 0.15,
      load: 0.02,
      median_run_s: 1_500,
      shapes: shapes([1, 8, 1], [1, 12, 1], [1, 16, 2]),
      preemptible: true,
    },
  ],
};
