import type { Rejected } from "./columns.ts";

/** Where a batch is posted, below the server's address. */
export const INGEST_PATH = "/api/data/ingest";

/** Name of a cluster: it names a folder, so it may hold nothing a path could be made of. */
export const CLUSTER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** A job on the wire: some of `JOB_COLUMNS`, each as `sacct` prints it, as a number, or null. */
export type WireJob = Readonly<Record<string, string | number | null>>;

/** A row the agent could not read as a job: what `sacct` printed (cut short) and why it is no job. */
export interface UnreadRow {
  readonly line: string;
  readonly reason: string;
}

/** Body of `POST /api/data/ingest`. */
export interface Batch {
  /** Name of the cluster. */
  readonly hostname: string;
  readonly jobs: readonly WireJob[];
  /** Name and version of the sender, as `slurm-usage-history-exporter/1.0.0`. */
  readonly agent?: string;
  /** Epoch seconds up to which the sender has seen the cluster's accounting. */
  readonly collected_until?: number;
  /** Rows the sender could not read as jobs, or some of them; shown on the status page. */
  readonly unread?: readonly UnreadRow[];
  /** How many such rows there are, if `unread` does not hold them all. */
  readonly unread_count?: number;
  /** Digests of the rows that `unread` does not hold, so that one that is sent again is not counted again. */
  readonly unread_digests?: readonly string[];
}

/** Answer to a batch that was stored. */
export interface IngestAnswer {
  readonly success: true;
  readonly message: string;
  /** Records that are jobs: accepted + updated + duplicates. */
  readonly jobs_processed: number;
  readonly hostname: string;
  /** Jobs not known before. */
  readonly accepted: number;
  /** Jobs known before that this batch changed. */
  readonly updated: number;
  /** Jobs known before that this batch did not change. */
  readonly duplicates: number;
  /** Records that are no jobs; the first thousand, and how many there are. */
  readonly rejected: readonly Rejected[];
  readonly rejected_count: number;
}
