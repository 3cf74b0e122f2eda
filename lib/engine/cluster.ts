import type { Rejected } from "../job/columns.ts";
import type { Snapshot } from "../job/inventory.ts";
import { type JobTable, pickRows } from "../job/table.ts";
import type { SegmentFile } from "../store/folder.ts";
import {
  type ClusterReport,
  EMPTY_REPORT,
  noteBatch,
  readReport,
  ReportError,
  setReportAside,
  writeReport,
} from "../store/report.ts";
import { encodeSegment, type SegmentMeta } from "../store/segment.ts";
import { ClusterFiles, type FilesOptions } from "./cluster_files.ts";
import { Dataset } from "./dataset.ts";
import { InventoryKeeper } from "./inventory_keeper.ts";
import type { Candidate } from "./merge_window.ts";
import { archiveWeeks, oldWeeks } from "./retention.ts";
import { lostOnly } from "./upsert.ts";
import { weeksIn } from "./weekly_tables.ts";
import { withBreaks, type Work } from "./work.ts";

export interface ClusterOptions extends FilesOptions {
  /** Throws unless the data folder is still the one that was opened. */
  readonly assertFolder: () => Promise<void>;
}

/** One batch on its way in. */
export interface IncomingBatch {
  readonly table: JobTable;
  readonly rejected: readonly Rejected[];
  /** How many were rejected, where not all of them are named. */
  readonly rejected_count?: number;
  readonly unread: readonly { readonly reason: string; readonly digest?: string }[];
  /** How many rows the sender could not read, where not all of them are named. */
  readonly unread_count?: number;
  readonly unread_digests?: readonly string[];
  readonly agent: string | null;
  readonly collected_until_s: number | null;
  readonly idempotency: SegmentMeta["idempotency"];
  /** Encodes the rows at these places of the table as a segment, if that is not to be done in this thread. */
  readonly encode?: (rows: Uint32Array, meta: SegmentMeta) => Uint8Array | Promise<Uint8Array>;
}

/** The idempotency key was used before with another body. */
export class KeyReusedError extends Error {
  override readonly name = "KeyReusedError";
}

/** One cluster: its jobs in memory, its files, and the order of its changes, one after the other. */
export class Cluster {
  readonly name: string;
  readonly tz: string;
  /** The jobs as they are now; what comes later is not seen in it. */
  dataset = new Dataset();
  #working = new Dataset();
  report: ClusterReport = EMPTY_REPORT;
  readonly #files: ClusterFiles;
  readonly #keeper: InventoryKeeper;
  #loaded = false;
  readonly #options: ClusterOptions;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: ClusterOptions) {
    this.name = options.name;
    this.tz = options.tz;
    this.#options = options;
    this.#files = new ClusterFiles(options);
    this.#keeper = new InventoryKeeper(options);
  }

  /** Whether anything was ever reported or put there: an empty folder is no cluster. */
  get exists(): boolean {
    return this.files.length > 0 || this.report.batches > 0 || this.set_aside.size > 0 ||
      this.inventory !== null;
  }

  /** All that is to be read of it, as it is now: what comes later does not change it. */
  get view() {
    const { name, tz, dataset, report, fresh_until_s, files, inventory } = this;
    return {
      name,
      tz,
      dataset,
      report,
      fresh_until_s,
      files,
      inventory,
      set_aside: new Map(this.set_aside),
    } as const;
  }

  /** Files that hold the jobs. */
  get files(): readonly SegmentFile[] {
    return this.#files.list;
  }

  /** What is known of its hardware and accounts; null if nothing is. */
  get inventory() {
    return this.#keeper.current;
  }

  /** Files that could not be read, with the reason. */
  get set_aside(): ReadonlyMap<string, string> {
    return this.#files.set_aside;
  }

  /** Numbers of the weeks of which a file holds jobs. */
  weeksOf({ name }: SegmentFile): ReadonlySet<number> {
    return this.#files.facts.get(name)?.weeks ?? new Set();
  }

  /** Up to when the cluster's reports reach, epoch seconds: its newest event or what its agent said; null without. */
  get fresh_until_s(): number | null {
    const newest_s = Math.max(
      Number.isNaN(this.dataset.last_event_s) ? -Infinity : this.dataset.last_event_s,
      this.report.collected_until_s ?? -Infinity,
    );
    return newest_s === -Infinity ? null : Math.floor(newest_s);
  }

  /** Reads everything from the folder, or takes up files that were put there, changed or removed since. */
  refresh(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#options.assertFolder();
      if (!this.#loaded) return await this.#load();
      const changes = await this.#files.changes();
      if (changes === null) return;
      if (changes.added === null) await this.#rebuild(changes.listed);
      else {
        await this.#files.takeUpMore(this.#working, changes.added);
        this.#publish();
      }
    });
  }

  /** Reads everything from the folder. */
  async #load(): Promise<void> {
    this.report = await this.#readReport();
    await this.#keeper.load();
    const listed = await this.#files.open();
    await this.#rebuild(listed);
    this.#loaded = true;
  }

  async #readReport(): Promise<ClusterReport> {
    const { root, disk, notice } = this.#options;
    try {
      return await readReport(root, this.name);
    } catch (error) {
      // Its loss loses no job.
      notice(`${this.name}: report.json cannot be read, its counts begin anew: ${messageOf(error)}`);
      if (error instanceof ReportError) {
        await setReportAside(root, this.name, { disk }).catch((cause) =>
          notice(`${this.name}: report.json could not be set aside: ${messageOf(cause)}`)
        );
      }
      return EMPTY_REPORT;
    }
  }

  /**
   * Stores a batch: on return every job of it is on the disk and in memory, once.
   *
   * @throws {KeyReusedError} if its idempotency key came before with another body
   * @throws {FolderLostError} if the data folder is not the one that was opened
   */
  ingest(batch: IncomingBatch): Promise<SegmentMeta["counts"]> {
    return this.#inTurn(async () => {
      await this.#ready();
      const { key, digest } = batch.idempotency ?? { key: null, digest: null };
      const before = key === null ? undefined : this.#files.keys.get(key);
      if (before !== undefined && before.digest !== digest) {
        throw new KeyReusedError(`Idempotency-Key ${JSON.stringify(key)} was used before for another batch`);
      }
      const received_ms = this.#options.now_ms();
      const planned = await this.#inPieces(this.#working.planning(batch.table));
      const plan = before === undefined ? planned : lostOnly(planned);
      const counts = before?.counts ??
        { accepted: plan.accepted, updated: plan.updated, duplicates: plan.duplicates };
      if (plan.from.length > 0) {
        const meta: SegmentMeta = { cluster: this.name, received_ms, idempotency: batch.idempotency, counts };
        const bytes = batch.encode === undefined
          ? encodeSegment(pickRows(batch.table, plan.trail), meta)
          : await batch.encode(plan.trail, meta);
        const weeks = weeksIn(batch.table, plan.trail);
        await this.#files.add(bytes, { rows: plan.trail.length, weeks, received_ms });
        await this.#inPieces(this.#working.applying(batch.table, { plan, received_s: received_ms / 1000 }));
        this.#publish();
      }
      if (before === undefined) {
        await this.#note(batch, received_ms);
        if (batch.idempotency !== null) this.#files.keys.add({ ...batch.idempotency, counts });
      }
      return counts;
    });
  }

  /**
   * Stores a snapshot of the hardware and accounts: on return it is on the disk. Jobs do not wait for it.
   *
   * @throws {FolderLostError} if the data folder is not the one that was opened
   */
  async takeInventory(snapshot: Snapshot): Promise<void> {
    await this.#inTurn(() => this.#ready());
    await this.#keeper.take(snapshot);
  }

  /**
   * Merges the files that are chosen of all; the jobs in memory stay as they are.
   *
   * @returns whether any were chosen
   * @throws {SegmentError} if one of them cannot be read any more
   * @throws {MergeError} if what comes of them would not be the same
   */
  compact(choose: (all: readonly Candidate[]) => readonly Candidate[] | null): Promise<boolean> {
    return this.#inTurn(async () => {
      await this.#ready();
      const done = await this.#files.compact(choose, () => {
        // If it breaks off after this, all is read again.
        this.#loaded = false;
      });
      this.#loaded = true;
      return done;
    });
  }

  /**
   * Moves the weeks whose jobs all ended before a moment, epoch seconds, out of files and memory into the archive,
   * with a notice; weeks of which a file holds jobs that also holds others stay.
   */
  archive(before_s: number): Promise<void> {
    return this.#inTurn(async () => {
      await this.#ready();
      const old = oldWeeks(this.dataset, { files: this.#files.facts, before_s });
      if (old === null) return;
      const { root, disk, notice } = this.#options;
      try {
        const said = await archiveWeeks(old, { root, cluster: this.name, disk });
        notice(`${this.name}: ${said}`);
      } finally {
        await this.#rebuild(await this.#files.open());
      }
    });
  }

  async #ready(): Promise<void> {
    await this.#options.assertFolder();
    if (!this.#loaded) await this.#load();
  }

  async #note(batch: IncomingBatch, received_ms: number): Promise<void> {
    const report = noteBatch(this.report, {
      at_s: Math.floor(received_ms / 1000),
      agent: batch.agent,
      collected_until_s: batch.collected_until_s,
      rejected: (batch.rejected_count ?? batch.rejected.length) + (batch.unread_count ?? batch.unread.length),
      examples: [...batch.rejected, ...batch.unread.map((row) => ({ job_id: null, ...row }))],
      digests: batch.unread_digests,
    });
    try {
      await writeReport(this.#options.root, this.name, { report, disk: this.#options.disk });
    } catch (error) {
      // Jobs that are stored must not be refused for what stands beside them; without jobs that is all there is.
      if (batch.table.length === 0) throw error;
      this.#options.notice(`${this.name}: the report could not be written: ${messageOf(error)}`);
    }
    this.report = report;
  }

  async #rebuild(files: readonly SegmentFile[]): Promise<void> {
    const dataset = new Dataset();
    dataset.generation = this.dataset.generation + 1;
    await this.#files.takeUpAll(dataset, files);
    this.#working = dataset;
    this.#publish();
  }

  #publish(): void {
    this.dataset = this.#working.snapshot();
  }

  /** Does long work with breaks, in which others read on. */
  #inPieces<T>(work: Work<T>): Promise<T> {
    return withBreaks(work, this.#options.breathe);
  }

  /** Runs changes one after the other, whether or not the one before succeeded. */
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(change, change);
    this.#queue = done.catch(() => {});
    return done;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
