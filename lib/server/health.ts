import { getHeapStatistics } from "node:v8";
import type { Services } from "./services.ts";

/** Memory of the process and what takes it; bytes are of the whole process unless said otherwise. */
export interface MemoryHealth {
  readonly rss_bytes: number;
  readonly heap_bytes: number;
  readonly heap_limit_bytes: number;
  /** Array buffers and whatever else lies outside the heap: the columns above all. */
  readonly external_bytes: number;
  readonly jobs: number;
  /** Columns of the jobs, and what was made of them for questions. */
  readonly data_bytes: number;
  /** The same by job; null without jobs. */
  readonly bytes_per_job: number | null;
  /** Answers that are kept, and the most that they may take. */
  readonly answers: { readonly bytes: number; readonly limit_bytes: number };
  /** Batches that are received or wait, their bytes, and the most that these may be. */
  readonly batches: { readonly waiting: number; readonly bytes: number; readonly limit_bytes: number };
}

/** One cluster's data. */
export interface ClusterHealth {
  readonly jobs: number;
  /** Rises with every change. */
  readonly generation: number;
  /** Columns of the jobs, and what was made of them for questions. */
  readonly memory_bytes: number;
  readonly files: number;
  /** Files that cannot be read: their jobs are missing. */
  readonly unreadable: number;
}

/** Answer of `GET /api/dashboard/health`. */
export interface HealthAnswer {
  readonly status: "healthy";
  /** ISO time in UTC. */
  readonly timestamp: string;
  readonly data_loaded: boolean;
  readonly hostnames: readonly string[];
  readonly clusters: Readonly<Record<string, ClusterHealth>>;
  /** Requests that wait for their turn. */
  readonly waiting: number;
  readonly memory: MemoryHealth;
}

/** That the server answers, for which clusters, and how much memory it takes; at once, whatever else goes on. */
export function health(
  { warehouse, answers, intake }: Pick<Services, "warehouse" | "answers" | "intake">,
  now_s: number,
): HealthAnswer {
  const clusters = [...warehouse.clusters].map(([name, { dataset, files, set_aside }]) =>
    [name, {
      jobs: dataset.length,
      generation: dataset.generation,
      memory_bytes: dataset.bytes,
      files: files.length,
      unreadable: set_aside.size,
    }] as const
  );
  const jobs = clusters.reduce((sum, [, cluster]) => sum + cluster.jobs, 0);
  const data_bytes = clusters.reduce((sum, [, { memory_bytes }]) => sum + memory_bytes, 0);
  const { rss, heapUsed, external } = Deno.memoryUsage();
  const { batches, ...batch_bytes } = intake.load;
  return {
    status: "healthy",
    timestamp: new Date(now_s * 1000).toISOString(),
    data_loaded: clusters.length > 0,
    hostnames: clusters.map(([name]) => name),
    clusters: Object.fromEntries(clusters),
    waiting: answers.turnstile.waiting,
    memory: {
      rss_bytes: rss,
      heap_bytes: heapUsed,
      heap_limit_bytes: getHeapStatistics().heap_size_limit,
      external_bytes: external,
      jobs,
      data_bytes,
      bytes_per_job: jobs === 0 ? null : Math.round(data_bytes / jobs),
      answers: answers.memory,
      batches: { waiting: batches, ...batch_bytes },
    },
  };
}
