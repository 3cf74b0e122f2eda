/**
 * The batches that wait to be sent, as files: `spool/000000000012.batch` for jobs that have ended, numbered as they
 * were read; `spool/000000000003.active` for those that run or wait at the moment, of which only the newest look counts;
 * `set-aside/` for those the server refused, each with the reason in its first line.
 */
import { basename, join } from "node:path";
import { assertSpace, makeFolder, writeDurably } from "../../lib/disk/durable.ts";
import type { FileSystem } from "../../lib/disk/file_system.ts";
import type { Log } from "../log.ts";
import type { Window } from "../slurm/windows.ts";
import type { Reading } from "./coverage.ts";
import { dropIndiscreet, setOthersAside } from "./estranged.ts";
import { listBatches } from "./listing.ts";
import { difference, type Spans, union } from "./spans.ts";
import {
  activeName,
  batchName,
  DamagedBatchError,
  encodeBatch,
  type HeaderParts,
  type Held,
  readBody,
  readHeader,
} from "./batch_file.ts";

/** Nothing more can be put into the spool; the message says why and what to do. */
export class SpoolError extends Error {
  override readonly name = "SpoolError";
}

/** What a spool is opened with. */
export interface SpoolOptions {
  readonly disk: FileSystem;
  readonly log: Log;
  readonly cluster: string;
  /** What is told of people now. */
  readonly privacy: Privacy;
  readonly limit_bytes: number;
  /** Numbers of the batches that need not be sent any more, as spans. */
  readonly acknowledged: Spans;
}

/** What batches tell of people. */
export type Privacy = Pick<HeaderParts, "pseudonyms" | "job_names">;

/** A batch to be written: all that is not worked out from its place in the spool; whose it is, if it was written before. */
export type NewBatch = Omit<HeaderParts, keyof Whose> & Partial<Whose>;

type Whose = Privacy & Pick<HeaderParts, "cluster">;

/** The batches of a folder. */
export class Spool {
  readonly #folder: string;
  readonly #options: SpoolOptions;
  #finished: Held[] = [];
  #active: Held[] = [];
  #aside: Held[] = [];
  #acknowledged: Spans;
  #last = 0;

  private constructor(folder: string, options: SpoolOptions) {
    this.#folder = folder;
    this.#options = options;
    this.#acknowledged = options.acknowledged;
  }

  /** Opens the spool of a state folder; what a crash has left half-written or a disk has damaged goes, with a notice. */
  static async open(folder: string, options: SpoolOptions): Promise<Spool> {
    const spool = new Spool(folder, options);
    await makeFolder(join(folder, "spool"), options);
    await makeFolder(join(folder, "set-aside"), options);
    const waiting = await listBatches(join(folder, "spool"), options);
    spool.#finished = waiting.filter(({ header }) => header.kind === "finished");
    spool.#active = waiting.filter(({ header }) => header.kind === "active");
    spool.#aside = await listBatches(join(folder, "set-aside"), options);
    await dropIndiscreet(spool, options);
    await setOthersAside(waiting, { spool, options });
    // Gaps in these numbers matter to batches only.
    const end = options.acknowledged.at(-1)?.end;
    if (end !== undefined && spool.#finished.length + spool.#active.length + spool.#aside.length === 0) {
      spool.#acknowledged = [{ start: 0, end }];
    }
    return spool;
  }

  /** Batches of this cluster to be sent, in order: what has ended, then the newest look at what runs. */
  get waiting(): readonly Held[] {
    return [...this.#finished, ...this.#active].filter(this.#isOurs);
  }

  /** Batches of this cluster that the server refused. */
  get aside(): readonly Held[] {
    return this.#aside.filter(this.#isOurs);
  }

  /** Jobs that wait to be sent. */
  get jobs(): number {
    return this.waiting.reduce((sum, { header }) => sum + header.jobs, 0);
  }

  /** Bytes of all files of this cluster, those set aside included. */
  get bytes(): number {
    return [...this.waiting, ...this.aside].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Number of the next batch of ended jobs. */
  get next(): number {
    const used = [...this.#finished, ...this.#aside].map(({ sequence }) => sequence);
    return Math.max((this.#acknowledged.at(-1)?.end ?? 1) - 1, this.#last, ...used) + 1;
  }

  /** Time that needs not be collected, since its jobs wait here to be sent. */
  get held(): readonly Window[] {
    return this.waiting.flatMap((batch) => this.coversOf(batch));
  }

  /** Time whose jobs are set aside, and when it was read. */
  get held_aside(): readonly Reading[] {
    return this.aside.map((batch) => ({ covers: this.coversOf(batch), read_s: batch.header.read_s }));
  }

  /** The time that is done once a batch is: none if a batch is lost that held other jobs of it. */
  coversOf({ sequence, header }: Held): readonly Window[] {
    if (header.first >= sequence || header.covers.length === 0) return header.covers;
    const here = [...this.#finished, ...this.#aside].map(({ sequence: at }) => ({ start: at, end: at + 1 }));
    const lost = difference([{ start: header.first, end: sequence }], [...this.#acknowledged, ...here]);
    return lost.length === 0 ? header.covers : [];
  }

  /** Names of the files set aside that hold jobs of the time that a batch covers. */
  asideOf({ sequence, header }: Held): readonly string[] {
    return this.#aside.filter((batch) => header.first <= batch.sequence && batch.sequence <= sequence)
      .map(({ path }) => basename(path));
  }

  /** Whether a file of this name is set aside. */
  isAside(name: string): boolean {
    return this.#aside.some(({ path }) => basename(path) === name);
  }

  /**
   * Writes a batch of ended jobs durably.
   *
   * @throws {SpoolError} if there is no room for it
   */
  async write(batch: NewBatch, body: Uint8Array): Promise<void> {
    const sequence = this.next;
    this.#finished.push(await this.#write(batchName(sequence), { sequence, batch, body }));
    this.#last = sequence;
  }

  /**
   * Writes the batches of a look at what runs and waits as they come, then removes an older look that is not sent yet.
   *
   * @throws {SpoolError} if there is no room for it
   */
  async writeActive(
    batches: AsyncIterable<{ readonly batch: NewBatch; readonly body: Uint8Array }>,
  ): Promise<void> {
    const old = [...this.#active];
    let sequence = Math.max(0, ...old.map((batch) => batch.sequence));
    try {
      for await (const { batch, body } of batches) {
        sequence++;
        this.#active.push(await this.#write(activeName(sequence), { sequence, batch, body }));
      }
    } catch (error) {
      for (const part of this.#active.filter((batch) => !old.includes(batch))) await this.remove(part);
      throw error;
    }
    for (const batch of old) await this.remove(batch);
  }

  /** The compressed body of a batch; null if it is damaged, and the batch is dropped then, with a notice. */
  async body(batch: Held): Promise<Uint8Array<ArrayBuffer> | null> {
    try {
      return await readBody(batch.path);
    } catch (error) {
      if (!(error instanceof DamagedBatchError || error instanceof Deno.errors.NotFound)) throw error;
      this.#options.log("warning", `${batch.path} is damaged: it is dropped, and its time collected again`);
      await this.remove(batch);
      return null;
    }
  }

  /** Removes a batch; one that cannot be removed is sent again by the next run, which is harmless. */
  async remove(batch: Held): Promise<void> {
    this.#forget(batch);
    await this.#options.disk.remove(batch.path).catch((error) => {
      if (error instanceof Deno.errors.NotFound) return;
      this.#options.log("warning", `${batch.path} cannot be removed: ${messageOf(error)}`);
    });
  }

  /** Notes that a batch need not be sent any more; returns the numbers of all such batches, as spans. */
  acknowledge({ sequence }: Held): Spans {
    return this.#acknowledged = union([...this.#acknowledged, { start: sequence, end: sequence + 1 }]);
  }

  /**
   * Moves a batch to those set aside.
   *
   * @throws {SpoolError} if that cannot be written
   */
  async setAside(batch: Held, reason: string): Promise<void> {
    const body = await this.body(batch);
    if (body === null) return;
    await this.setPartAside(basename(batch.path), {
      batch: { ...batch.header, reason },
      body,
      sequence: batch.sequence,
    });
    await this.remove(batch);
  }

  /**
   * Writes a batch, or some of its jobs, to those set aside, with the reason.
   *
   * @throws {SpoolError} if that cannot be written
   */
  async setPartAside(
    name: string,
    { batch, body, sequence }: {
      readonly batch: NewBatch;
      readonly body: Uint8Array;
      readonly sequence: number;
    },
  ): Promise<void> {
    const { disk } = this.#options;
    const path = join(this.#folder, "set-aside", name);
    const bytes = this.#encode(batch, body);
    try {
      await writeDurably(path, bytes, { disk });
    } catch (error) {
      throw this.#trouble(error);
    }
    this.#aside = this.#aside.filter((other) => other.path !== path);
    this.#aside.push({ path, sequence, ...await readHeader(path) });
  }

  readonly #isOurs = ({ header }: Held): boolean => header.cluster === this.#options.cluster;

  #encode(batch: NewBatch, body: Uint8Array): Uint8Array<ArrayBuffer> {
    const { cluster, privacy } = this.#options;
    return encodeBatch({ cluster, ...privacy, ...batch }, body);
  }

  #forget(batch: Held): void {
    const others = (list: Held[]) => list.filter(({ path }) => path !== batch.path);
    this.#finished = others(this.#finished);
    this.#active = others(this.#active);
    this.#aside = others(this.#aside);
  }

  async #write(
    name: string,
    { sequence, batch, body }: {
      readonly sequence: number;
      readonly batch: NewBatch;
      readonly body: Uint8Array;
    },
  ): Promise<Held> {
    const { disk, limit_bytes } = this.#options;
    const bytes = this.#encode(batch, body);
    const used = this.bytes;
    if (used > 0 && used + bytes.length > limit_bytes) throw new SpoolError(this.#full(used));
    const folder = join(this.#folder, "spool");
    const path = join(folder, name);
    try {
      await assertSpace(folder, { bytes: bytes.length, disk });
      await writeDurably(path, bytes, { disk });
    } catch (error) {
      throw this.#trouble(error);
    }
    return { path, sequence, ...await readHeader(path) };
  }

  #full(used: number): string {
    const { limit_bytes } = this.#options;
    const mib = (bytes: number) => (bytes / 1024 / 1024).toFixed(1);
    return `The spool in ${this.#folder} is full: ${mib(used)} of ${mib(limit_bytes)} MiB wait to be sent. ` +
      "Nothing more is collected until the server takes some of it; nothing is lost. spool_limit_mb sets the limit" +
      (this.#aside.length > 0 ? `; ${join(this.#folder, "set-aside")} holds what the server refused` : "");
  }

  #trouble(error: unknown): SpoolError {
    const words =
      `Cannot write to ${this.#folder}: ${
        messageOf(error)
      }. Nothing more is collected until that is mended; ` +
      "nothing is lost";
    return new SpoolError(words, { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
