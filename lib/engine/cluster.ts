import type { Rejected } from "../job/columns.ts";
import { type JobTable, pickRows } from "../job/table.ts";
import {
  addSegmentFile,
  listSegments,
  listSetAside,
  readSegmentFile,
  removeLeftovers,
  type SegmentFile,
  setAside,
} from "../store/folder.ts";
import { decodeForeign } from "../store/foreign.ts";
import { type ClusterReport, EMPTY_REPORT, noteBatch, readReport, writeReport } from "../store/report.ts";
import {
  decodeSegment,
  encodeSegment,
  openSegment,
  SegmentError,
  type SegmentMeta,
  SoundFileError,
} from "../store/segment.ts";
import { Dataset } from "./dataset.ts";

/** A file younger than this may still be in the making by whoever puts it there. */
const SETTLED_MS = 60_000;
/** How many of the newest idempotency keys are remembered. */
const KEPT_KEYS = 10_000;

export interface ClusterOptions {
  readonly root: string;
  readonly name: string;
  /** IANA zone of the cluster. */
  readonly tz: string;
  readonly now_ms: () => number;
  /** Told what an administrator should know, in words. */
  readonly notice: (text: string) => void;
  /** Throws unless the data folder is still the one that was opened. */
  readonly assertFolder: () => Promise<void>;
}

/** One batch on its way in. */
export interface IncomingBatch {
  readonly table: JobTable;
  readonly rejected: readonly Rejected[];
  readonly unread: readonly { readonly reason: string }[];
  readonly agent: string | null;
  readonly collected_until_s: number | null;
  readonly idempotency: SegmentMeta["idempotency"];
}

/** The idempotency key was used before with another body. */
export class KeyReusedError extends Error {
  override readonly name = "KeyReusedError";
}

/** One cluster: its jobs in memory, its files, and the order of its changes, one after the other. */
export class Cluster {
  readonly name: string;
  readonly tz: string;
  dataset = new Dataset();
  report: ClusterReport = EMPTY_REPORT;
  /** Files that could not be read, with the reason. */
  readonly set_aside = new Map<string, string>();
  #files: readonly SegmentFile[] = [];
  /** Those of the files that could not be read which are still among the others. */
  readonly #unread = new Map<string, { readonly file: SegmentFile; readonly error: SegmentError }>();
  #loaded = false;
  readonly #keys = new Map<string, { readonly digest: string; readonly counts: SegmentMeta["counts"] }>();
  readonly #options: ClusterOptions;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: ClusterOptions) {
    this.name = options.name;
    this.tz = options.tz;
    this.#options = options;
  }

  /** Whether anything was ever reported or put there: an empty folder is no cluster. */
  get exists(): boolean {
    return this.#files.length > 0 || this.report.batches > 0 || this.set_aside.size > 0;
  }

  /** Files that hold the jobs. */
  get files(): readonly SegmentFile[] {
    return this.#files;
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
      const listed = await listSegments(this.#options.root, this.name);
      const found = new Map(listed.map((file) => [file.name, file]));
      const passed_over = new Set<string>();
      for (const { file, error } of [...this.#unread.values()]) {
        // It would be as unreadable as before, unless something has changed.
        if (same(file, found.get(file.name))) {
          passed_over.add(file.name);
          await this.#cannotRead(file, error);
        } else this.#forgetUnread(file.name);
      }
      const readable = listed.filter(({ name }) => !passed_over.has(name));
      const kept = this.#files.every((file) => same(file, found.get(file.name)));
      // Only files that come after all others can be added to what is there: the latest record wins.
      const first_new = readable.findIndex(({ name }, at) => name !== this.#files[at]?.name);
      if (!kept || first_new >= 0 && first_new < this.#files.length) await this.#rebuild(listed);
      else if (first_new >= 0) {
        const added = await this.#addFiles(this.dataset, readable.slice(first_new));
        this.#files = [...this.#files, ...added];
      }
    });
  }

  /** Reads everything from the folder. */
  async #load(): Promise<void> {
    await removeLeftovers(this.#options.root, this.name);
    this.report = await readReport(this.#options.root, this.name);
    try {
      for (const file of await listSetAside(this.#options.root, this.name)) {
        this.set_aside.set(file, "could not be read when it was found");
      }
    } catch (error) {
      // It is only told of what lies there: the jobs are elsewhere.
      this.#options.notice(`${this.name}: the files set aside could not be listed: ${messageOf(error)}`);
    }
    await this.#rebuild(await listSegments(this.#options.root, this.name));
    this.#loaded = true;
  }

  /**
   * Stores a batch: on return every job of it is on the disk and in memory, once.
   *
   * @throws {KeyReusedError} if its idempotency key came before with another body
   * @throws {FolderLostError} if the data folder is not the one that was opened
   */
  ingest(batch: IncomingBatch): Promise<SegmentMeta["counts"]> {
    return this.#inTurn(async () => {
      await this.#options.assertFolder();
      if (!this.#loaded) await this.#load();
      const { key, digest } = batch.idempotency ?? { key: null, digest: null };
      const before = key === null ? undefined : this.#keys.get(key);
      if (before !== undefined && before.digest !== digest) {
        throw new KeyReusedError(`Idempotency-Key ${JSON.stringify(key)} was used before for another batch`);
      }
      const received_ms = this.#options.now_ms();
      const plan = this.dataset.plan(batch.table);
      const counts = before?.counts ??
        { accepted: plan.accepted, updated: plan.updated, duplicates: plan.duplicates };
      if (plan.writes.length > 0) {
        const table = pickRows(batch.table, plan.writes.map(({ from }) => from));
        const meta: SegmentMeta = { cluster: this.name, received_ms, idempotency: batch.idempotency, counts };
        await this.#addFile(encodeSegment(table, meta), received_ms);
        this.dataset.apply(batch.table, { plan, received_s: received_ms / 1000 });
      }
      if (before === undefined) {
        this.#rememberKey(batch.idempotency, counts);
        await this.#note(batch, received_ms);
      }
      return counts;
    });
  }

  async #addFile(bytes: Uint8Array, now_ms: number): Promise<void> {
    const after = this.#files.at(-1) ?? null;
    const file = await addSegmentFile(this.#options.root, { cluster: this.name, bytes, now_ms, after });
    this.#files = [...this.#files, file];
  }

  async #note(batch: IncomingBatch, received_ms: number): Promise<void> {
    this.report = noteBatch(this.report, {
      at_s: Math.floor(received_ms / 1000),
      agent: batch.agent,
      collected_until_s: batch.collected_until_s,
      rejected: batch.rejected.length + batch.unread.length,
      examples: [...batch.rejected, ...batch.unread.map(({ reason }) => ({ job_id: null, reason }))],
    });
    try {
      await writeReport(this.#options.root, this.name, this.report);
    } catch (error) {
      // The jobs are stored; the batch must not be refused for what stands beside them.
      this.#options.notice(`${this.name}: the report could not be written: ${messageOf(error)}`);
    }
  }

  #rememberKey(idempotency: SegmentMeta["idempotency"], counts: SegmentMeta["counts"]): void {
    if (idempotency === null) return;
    this.#keys.set(idempotency.key, { digest: idempotency.digest, counts });
    for (const oldest of this.#keys.keys()) {
      if (this.#keys.size <= KEPT_KEYS) break;
      this.#keys.delete(oldest);
    }
  }

  async #rebuild(files: readonly SegmentFile[]): Promise<void> {
    const dataset = new Dataset();
    dataset.generation = this.dataset.generation + 1;
    this.#files = await this.#addFiles(dataset, files);
    this.dataset = dataset;
  }

  /** Takes up the jobs of files in their order; returns those that could be read. */
  async #addFiles(dataset: Dataset, files: readonly SegmentFile[]): Promise<readonly SegmentFile[]> {
    const added: SegmentFile[] = [];
    for (const file of files) {
      try {
        const found = await this.#read(file);
        // One that was removed just now is not there.
        if (found === null) continue;
        const { table, received_s } = found;
        dataset.apply(table, { plan: dataset.plan(table), received_s });
        this.#forgetUnread(file.name);
        added.push(file);
      } catch (error) {
        if (!(error instanceof SegmentError)) throw error;
        await this.#cannotRead(file, error);
      }
    }
    return added;
  }

  async #read(
    file: SegmentFile,
  ): Promise<{ readonly table: JobTable; readonly received_s: number } | null> {
    const bytes = await readSegmentFile(this.#options.root, { cluster: this.name, name: file.name });
    if (bytes === null) return null;
    const opened = openSegment(bytes);
    if (opened.meta !== null) {
      this.#rememberKey(opened.meta.idempotency, opened.meta.counts);
      return { table: await decodeSegment(opened), received_s: opened.meta.received_ms / 1000 };
    }
    const { table, rejected } = await decodeForeign(opened, this.tz);
    if (rejected.length > 0) {
      const { index, reason } = rejected[0];
      this.#options.notice(
        `${this.name}: ${rejected.length} rows of ${file.name} are no jobs; the first, row ${index}: ${reason}`,
      );
    }
    return { table, received_s: file.changed_ms / 1000 };
  }

  async #cannotRead(file: SegmentFile, error: SegmentError): Promise<void> {
    if (this.set_aside.get(file.name) !== error.message) {
      this.#options.notice(`${this.name}: ${file.name} cannot be read: ${error.message}`);
    }
    this.set_aside.set(file.name, error.message);
    this.#unread.set(file.name, { file, error });
    // A file still being copied into the folder looks damaged as well: it gets another look.
    const settled = this.#options.now_ms() - file.changed_ms >= SETTLED_MS;
    if (!settled || error instanceof SoundFileError) return;
    try {
      await setAside(this.#options.root, { cluster: this.name, name: file.name });
      this.#unread.delete(file.name);
    } catch (cause) {
      this.#options.notice(`${this.name}: ${file.name} could not be set aside: ${messageOf(cause)}`);
    }
  }

  #forgetUnread(name: string): void {
    if (this.#unread.delete(name)) this.set_aside.delete(name);
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

function same(a: SegmentFile, b: SegmentFile | undefined): boolean {
  return a.bytes === b?.bytes && a.changed_ms === b.changed_ms;
}
