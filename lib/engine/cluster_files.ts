import type { JobTable } from "../job/table.ts";
import { finishCompaction } from "../store/compaction.ts";
import { type FileSystem, MACHINE } from "../disk/file_system.ts";
import {
  addSegmentFile,
  listSegments,
  listSetAside,
  removeLeftovers,
  type SegmentFile,
  setAside,
} from "../store/folder.ts";
import { SegmentError, SoundFileError } from "../store/segment.ts";
import { type MergedFile, MergeError, mergeFiles } from "./compaction.ts";
import type { Dataset } from "./dataset.ts";
import { KnownKeys } from "./known_keys.ts";
import type { Candidate } from "./merge_window.ts";
import { type JobsOfFile, readJobs, takeUp } from "./read_jobs.ts";
import { weeksIn } from "./weekly_tables.ts";
import { withBreaks } from "./work.ts";

/** A file younger than this may still be in the making by whoever puts it there. */
const SETTLED_MS = 60_000;

/** Where the files are, and who is told of what they hold. */
export interface FilesOptions {
  readonly root: string;
  /** Name of the cluster. */
  readonly name: string;
  /** IANA zone of times that have none. */
  readonly tz: string;
  readonly now_ms: () => number;
  /** Told what an administrator should know, in words. */
  readonly notice: (text: string) => void;
  /** How the folder is changed; the machine's own file system unless said otherwise. */
  readonly disk?: FileSystem;
  /** Called between pieces of long work: gives others a turn when it is due. */
  readonly breathe?: () => Promise<void> | undefined;
}

/** What is known of the content of a file. */
export interface FileFacts {
  readonly rows: number;
  /** Numbers of the weeks of which it holds jobs. */
  readonly weeks: ReadonlySet<number>;
  /** Whether it may be merged: this program wrote it, and nothing speaks against it. */
  readonly own: boolean;
}

/** What has become of the folder since it was last looked at. */
export interface Changes {
  /** The new files, if they come after all others and nothing else was changed; else null. */
  readonly added: readonly SegmentFile[] | null;
  /** All files. */
  readonly listed: readonly SegmentFile[];
}

/** The files of a cluster: which of them hold the jobs in memory, and what can be done to them. */
export class ClusterFiles {
  /** Files that could not be read, with the reason. */
  readonly set_aside = new Map<string, string>();
  /** Batches that came with a key. */
  readonly keys = new KnownKeys();
  #list: readonly SegmentFile[] = [];
  /** Those of the files that could not be read which are still among the others. */
  readonly #unread = new Map<string, { readonly file: SegmentFile; readonly error: SegmentError }>();
  readonly #facts = new Map<string, FileFacts>();
  readonly #options: FilesOptions;
  readonly #disk: FileSystem;

  constructor(options: FilesOptions) {
    this.#options = options;
    this.#disk = options.disk ?? MACHINE;
  }

  /** Files that hold the jobs, in the order in which they were received. */
  get list(): readonly SegmentFile[] {
    return this.#list;
  }

  /** Ends what a crash broke off, and lists all files. */
  async open(): Promise<readonly SegmentFile[]> {
    const { root, name, notice } = this.#options;
    await finishCompaction(root, name, { disk: this.#disk });
    await removeLeftovers(root, name, { disk: this.#disk });
    try {
      for (const file of await listSetAside(root, name)) {
        if (!this.set_aside.has(file)) this.set_aside.set(file, "could not be read when it was found");
      }
    } catch (error) {
      // It is only told of what lies there: the jobs are elsewhere.
      notice(`${name}: the files set aside could not be listed: ${messageOf(error)}`);
    }
    return await listSegments(root, name);
  }

  /** Looks for what was changed by other means; null if nothing was. */
  async changes(): Promise<Changes | null> {
    const listed = await listSegments(this.#options.root, this.#options.name);
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
    const kept = this.#list.every((file) => same(file, found.get(file.name)));
    // Only files that come after all others can be added to what is there: the latest record wins.
    const first_new = readable.findIndex(({ name }, at) => name !== this.#list[at]?.name);
    if (!kept || first_new >= 0 && first_new < this.#list.length) return { added: null, listed };
    return first_new < 0 ? null : { added: readable.slice(first_new), listed };
  }

  /** Lets a new dataset take up all jobs of files in their order. */
  async takeUpAll(dataset: Dataset, files: readonly SegmentFile[]): Promise<void> {
    this.#facts.clear();
    this.#list = await this.#takeUp(dataset, files);
  }

  /** Lets the dataset take up the jobs of files that come after all others. */
  async takeUpMore(dataset: Dataset, files: readonly SegmentFile[]): Promise<void> {
    this.#list = [...this.#list, ...await this.#takeUp(dataset, files)];
  }

  /** Returns those of the files that could be read. */
  async #takeUp(dataset: Dataset, files: readonly SegmentFile[]): Promise<readonly SegmentFile[]> {
    const added: SegmentFile[] = [];
    for (const file of files) {
      try {
        const found = await this.#read(file);
        // One that was removed just now is not there.
        if (found === null) continue;
        await withBreaks(takeUp(dataset, found), this.#options.breathe);
        this.#forgetUnread(file.name);
        added.push(file);
      } catch (error) {
        if (!(error instanceof SegmentError)) throw error;
        await this.#cannotRead(file, error);
      }
    }
    return added;
  }

  /** Writes the bytes of a segment as a new file, which comes after all others. */
  async add(
    bytes: Uint8Array,
    { received_ms, ...facts }: Omit<FileFacts, "own"> & { readonly received_ms: number },
  ): Promise<void> {
    const { root, name } = this.#options;
    const file = await addSegmentFile(root, {
      cluster: name,
      bytes,
      now_ms: received_ms,
      after: this.#list.at(-1) ?? null,
      disk: this.#disk,
    });
    this.#facts.set(file.name, { ...facts, own: true });
    this.#list = [...this.#list, file];
  }

  /**
   * Merges the files that are chosen of all.
   *
   * @param beforeCommit called before the point from which on, if it fails, all must be read again
   * @returns whether any were chosen
   * @throws {SegmentError} if one of them cannot be read any more
   * @throws {MergeError} if they cannot be merged; after either they are not tried again until all is read again
   */
  async compact(
    choose: (all: readonly Candidate[]) => readonly Candidate[] | null,
    beforeCommit: () => void,
  ): Promise<boolean> {
    const { root, name: cluster } = this.#options;
    const listed = await listSegments(root, cluster);
    const known = new Map(this.#list.map((file) => [file.name, file]));
    const unread = (name: string) => this.#unread.get(name)?.file;
    // What was changed by other means is taken up first, by the next refresh.
    if (!listed.every((file) => same(file, known.get(file.name) ?? unread(file.name)))) return false;
    const window = choose(listed.map((file) => {
      const { rows = 0, own = false } = this.#facts.get(file.name) ?? {};
      return { file, rows, own: own && known.has(file.name) };
    }));
    if (window === null || window.length === 0) return false;
    const files = window.map(({ file }) => file);
    try {
      const taken = new Set(listed.map(({ name }) => name));
      this.#replace(
        files,
        await mergeFiles(files, {
          root,
          cluster,
          disk: this.#disk,
          taken,
          beforeCommit,
          breathe: this.#options.breathe,
        }),
      );
    } catch (error) {
      if (error instanceof SegmentError || error instanceof MergeError) this.#leaveAlone(files);
      throw error;
    }
    return true;
  }

  #replace(files: readonly SegmentFile[], merged: readonly MergedFile[]): void {
    const at = this.#list.findIndex(({ name }) => name === files[0].name);
    this.#list = this.#list.toSpliced(at, files.length, ...merged.map(({ file }) => file));
    for (const { name } of files) this.#facts.delete(name);
    for (const { file, table } of merged) this.#noteFacts(file.name, { table, own: true });
  }

  #leaveAlone(files: readonly SegmentFile[]): void {
    for (const { name } of files) {
      const facts = this.#facts.get(name);
      if (facts !== undefined) this.#facts.set(name, { ...facts, own: false });
    }
  }

  /** What is known of the content of each file, by name. */
  get facts(): ReadonlyMap<string, FileFacts> {
    return this.#facts;
  }

  #noteFacts(name: string, { table, own }: { readonly table: JobTable; readonly own: boolean }): void {
    // The files of years are not ours to change, whoever wrote them.
    this.#facts.set(name, { rows: table.length, weeks: weeksIn(table), own: own && !name.includes("/") });
  }

  async #read(file: SegmentFile): Promise<JobsOfFile | null> {
    const { root, name, tz } = this.#options;
    const found = await readJobs(root, { cluster: name, file, tz });
    if (found === null) return null;
    if (found.meta !== null) this.keys.addFile(found.meta);
    this.#noteFacts(file.name, { table: found.table, own: found.meta !== null });
    if (found.rejected.length > 0) {
      const { index, reason } = found.rejected[0];
      this.#options.notice(
        `${name}: ${found.rejected.length} rows of ${file.name} are no jobs; the first, row ${index}: ${reason}`,
      );
    }
    return found;
  }

  async #cannotRead(file: SegmentFile, error: SegmentError): Promise<void> {
    if (this.set_aside.get(file.name) !== error.message) {
      this.#options.notice(`${this.#options.name}: ${file.name} cannot be read: ${error.message}`);
    }
    this.set_aside.set(file.name, error.message);
    this.#unread.set(file.name, { file, error });
    // A file still being copied into the folder looks damaged as well: it gets another look.
    const settled = this.#options.now_ms() - file.changed_ms >= SETTLED_MS;
    if (!settled || error instanceof SoundFileError) return;
    try {
      await setAside(this.#options.root, { cluster: this.#options.name, name: file.name, disk: this.#disk });
      this.#unread.delete(file.name);
    } catch (cause) {
      this.#options.notice(`${this.#options.name}: ${file.name} could not be set aside: ${messageOf(cause)}`);
    }
  }

  #forgetUnread(name: string): void {
    if (this.#unread.delete(name)) this.set_aside.delete(name);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function same(a: SegmentFile, b: SegmentFile | undefined): boolean {
  return a.bytes === b?.bytes && a.changed_ms === b.changed_ms;
}
