import { dirname } from "node:path";
import { type FileSystem, MACHINE, type WritableFile } from "../../../lib/disk/file_system.ts";

/**
 * How a call fails: with an error of the disk, once, as it breaks or is full in turns; as the end of the process, after which nothing happens any more;
 * or as a power cut, which in addition undoes all that was not yet made durable.
 */
export type Fault = "error" | "death" | "power cut";

export const FAULTS: readonly Fault[] = ["error", "death", "power cut"];

/** A change that is not durable before its folder is synced. */
interface Pending {
  readonly folder: string;
  readonly undo: () => void;
}

/** How much of a file was written, and how much of that is durable, bytes. */
interface Written {
  path: string;
  written: number;
  synced: number;
}

/** The machine's file system, but its n-th call fails. */
export class FaultyDisk implements FileSystem {
  /** Calls so far. */
  calls = 0;
  #fails_at: number;
  readonly #fault: Fault;
  readonly #died: () => void;
  #dead = false;
  #pending: Pending[] = [];
  #contents: Written[] = [];

  /**
   * @param fails_at from 0 on
   * @param died called when the process is to have ended
   */
  constructor(fails_at: number, fault: Fault, { died = () => {} }: { readonly died?: () => void } = {}) {
    this.#fails_at = fails_at;
    this.#fault = fault;
    this.#died = died;
  }

  /** Lets the next call fail, whichever was to. */
  failNext(): void {
    this.#fails_at = this.calls;
  }

  /** Whether the call in question has come. */
  get failed(): boolean {
    return this.calls > this.#fails_at;
  }

  async create(path: string): Promise<WritableFile> {
    this.#count();
    const before = contentOf(path);
    const file = await MACHINE.create(path);
    this.#pending.push({ folder: dirname(path), undo: () => restore(path, before) });
    const content: Written = { path, written: 0, synced: 0 };
    this.#contents = [...this.#contents.filter((other) => other.path !== path), content];
    return {
      write: async (bytes) => {
        // Some of it is written before it fails, or before it is told that only some was.
        const part = content.written === 0 ? bytes.subarray(0, Math.ceil(bytes.length / 2)) : bytes;
        if (this.#isNext()) await file.write(part.subarray(0, part.length >> 1));
        this.#count();
        content.written += part.length;
        return await file.write(part);
      },
      sync: async () => {
        this.#count();
        await file.sync();
        content.synced = content.written;
      },
      close: () => file.close(),
    };
  }

  async rename(from: string, to: string): Promise<void> {
    this.#count();
    const before = contentOf(to);
    const content = contentOf(from);
    await MACHINE.rename(from, to);
    this.#contents = this.#contents.filter((other) => other.path !== to)
      .map((written) => written.path === from ? Object.assign(written, { path: to }) : written);
    this.#pending.push({ folder: dirname(to), undo: () => restore(to, before) });
    this.#pending.push({ folder: dirname(from), undo: () => restore(from, content) });
  }

  async remove(path: string): Promise<void> {
    this.#count();
    const content = contentOf(path);
    await MACHINE.remove(path);
    this.#pending.push({ folder: dirname(path), undo: () => restore(path, content) });
  }

  async makeFolder(path: string): Promise<void> {
    this.#count();
    await MACHINE.makeFolder(path);
    this.#pending.push({ folder: dirname(path), undo: () => Deno.removeSync(path, { recursive: true }) });
  }

  async syncFolder(path: string): Promise<void> {
    this.#count();
    await MACHINE.syncFolder(path);
    this.#pending = this.#pending.filter(({ folder }) => folder !== path);
  }

  freeBytes(): Promise<number> {
    this.#count();
    return Promise.resolve(Infinity);
  }

  /** Cuts what was written without a sync, wherever it was moved to. */
  #cutUnsynced(): void {
    for (const { path, written, synced } of this.#contents) {
      if (synced < written && contentOf(path) !== null) Deno.truncateSync(path, synced);
    }
  }

  #isNext(): boolean {
    return !this.#dead && this.calls === this.#fails_at;
  }

  #count(): void {
    if (this.#dead) throw new Error("the process has ended");
    if (this.calls++ !== this.#fails_at) return;
    if (this.#fault === "error") {
      const code = this.#fails_at % 2 === 0 ? "EIO" : "ENOSPC";
      throw Object.assign(new Error(`${code} in call ${this.#fails_at}`), { code });
    }
    this.#dead = true;
    if (this.#fault === "power cut") this.#cutUnsynced();
    if (this.#fault === "power cut") { for (const { undo } of this.#pending.reverse()) undo(); }
    this.#died();
    throw new Error(`${this.#fault} in call ${this.#fails_at}`);
  }
}

interface Content {
  readonly bytes: Uint8Array;
  readonly mtime: Date;
}

function contentOf(path: string): Content | null {
  try {
    return { bytes: Deno.readFileSync(path), mtime: Deno.statSync(path).mtime ?? new Date(0) };
  } catch {
    return null;
  }
}

function restore(path: string, content: Content | null): void {
  if (content !== null) {
    Deno.writeFileSync(path, content.bytes);
    Deno.utimeSync(path, content.mtime, content.mtime);
  } else if (contentOf(path) !== null) Deno.removeSync(path);
}
