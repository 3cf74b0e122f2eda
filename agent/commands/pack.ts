import type { UnreadRow, WireJob } from "../../lib/job/batch.ts";
import { rowDigest } from "../../lib/job/row_digest.ts";
import type { Window } from "../slurm/windows.ts";
import { gzip } from "../spool/batch_file.ts";
import { union } from "../spool/spans.ts";
import type { NewBatch } from "../spool/spool.ts";
import { AGENT } from "../version.ts";

/** How much goes into one batch at most: jobs, and their bytes as JSON, unless a single job has more. */
export interface BatchLimits {
  readonly jobs: number;
  readonly bytes: number;
}

/** The limits that a server takes well. */
export const BATCH_LIMITS: BatchLimits = { jobs: 5000, bytes: 8_000_000 };
/** Unread rows of a run that are told with their text; of the others the digests are. */
const UNREAD_ROWS = 100;
/** Unread rows of a run that the server is told of: it remembers twice as many, so that each is counted once. */
const ROWS_REMEMBERED = 5000;

/** What a packer works with. */
export interface PackerOptions {
  readonly cluster: string;
  readonly kind: "finished" | "active";
  /** When sacct is asked, epoch seconds; 0 if it may hide jobs, so that it is to be asked again. */
  readonly read_s: number;
  readonly now: () => number;
  readonly uuid: () => string;
  readonly limits?: BatchLimits;
}

/** A batch ready to be written. */
export interface Packed {
  readonly batch: NewBatch;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Packs what is collected into batches; it holds the text of one. */
export class Packer {
  readonly #options: PackerOptions;
  readonly #seen = new Set<string>();
  #jobs: string[] = [];
  #bytes = 0;
  #rows: UnreadRow[] = [];
  #digests: string[] = [];
  #rows_told = 0;
  #unread = 0;
  #covers: Window[] = [];
  /** Number of the first batch with jobs of windows in {@link #covers}. */
  #covers_from = Infinity;
  /** Number of the first batch with jobs of the window that is being read. */
  #window_from = Infinity;
  /** Whether jobs of that window are in the batch that is being packed. */
  #in_window = false;

  constructor(options: PackerOptions) {
    this.#options = options;
  }

  /** Whether there is nothing to be written. */
  get empty(): boolean {
    return this.#jobs.length + this.#unread + this.#covers.length === 0;
  }

  /** Whether a job has to wait for the next batch. */
  isFullFor(job: WireJob): boolean {
    if (this.#jobs.length === 0) return false;
    const { limits = BATCH_LIMITS } = this.#options;
    return this.#jobs.length >= limits.jobs || this.#bytes + bytesOf(JSON.stringify(job)) > limits.bytes;
  }

  add(job: WireJob): void {
    const text = JSON.stringify(job);
    this.#jobs.push(text);
    this.#bytes += bytesOf(text);
    this.#in_window = true;
  }

  /** Adds a row that is no job; tells whether it is a new one. */
  addUnread(row: UnreadRow): boolean {
    const digest = rowDigest(row);
    if (this.#seen.has(digest)) return false;
    if (this.#seen.size === ROWS_REMEMBERED) return true;
    this.#seen.add(digest);
    this.#unread++;
    if (this.#rows_told < UNREAD_ROWS) {
      this.#rows.push(row);
      this.#rows_told++;
    } else this.#digests.push(digest);
    this.#in_window = true;
    return true;
  }

  /**
   * Notes that a window was read to its end. One that failed is read in parts, and jobs of each of them may have come
   * with the first try: only with the last part (`whole`) is it clear that what comes next is of another window.
   */
  complete(
    window: Window,
    { sequence, whole }: { readonly sequence: number; readonly whole: boolean },
  ): void {
    this.#covers.push(window);
    this.#covers_from = Math.min(this.#covers_from, this.#window_from, sequence);
    if (!whole) return;
    this.#window_from = Infinity;
    this.#in_window = false;
  }

  /** The batch so far, which is to get a number; the next one is begun. */
  async take({ sequence }: { readonly sequence: number }): Promise<Packed> {
    const { cluster, kind, read_s, now, uuid } = this.#options;
    const about = JSON.stringify({
      hostname: cluster,
      agent: AGENT,
      ...(this.#unread > 0
        ? { unread: this.#rows, unread_count: this.#unread, unread_digests: this.#digests }
        : {}),
    });
    const text = `${about.slice(0, -1)},"jobs":[${this.#jobs.join(",")}]}`;
    const batch: NewBatch = {
      key: uuid(),
      kind,
      jobs: this.#jobs.length,
      unread: this.#unread,
      covers: [...union(this.#covers)],
      first: Math.min(this.#covers_from, sequence),
      read_s,
      created_s: now(),
      reason: null,
    };
    if (this.#in_window) this.#window_from = Math.min(this.#window_from, sequence);
    this.#jobs = [];
    this.#bytes = 0;
    this.#rows = [];
    this.#digests = [];
    this.#unread = 0;
    this.#covers = [];
    this.#covers_from = Infinity;
    this.#in_window = false;
    return { batch, body: await gzip(ENCODER.encode(text)) };
  }
}

const ENCODER = new TextEncoder();

function bytesOf(text: string): number {
  return ENCODER.encode(text).length;
}
