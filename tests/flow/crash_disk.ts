import { mergedWeek } from "../../lib/store/file_names.ts";
import type { FileSystem, WritableFile } from "../../lib/disk/file_system.ts";

/** What a server is at when it changes its folder. */
export const PHASES = ["start-up", "ingest", "compaction", "retention"] as const;
export type Phase = typeof PHASES[number];

/** A file system that tells before each call what it is for, and the how manieth of this kind it is. */
export class ReportingDisk implements FileSystem {
  /** Whether the start is over. */
  opened = false;
  #phase: Phase = "start-up";
  readonly #calls = new Map<Phase, number>();
  readonly #disk: FileSystem;
  readonly #before: (phase: Phase, call: number) => void;

  constructor(disk: FileSystem, before: (phase: Phase, call: number) => void) {
    this.#disk = disk;
    this.#before = before;
  }

  async create(path: string): Promise<WritableFile> {
    this.#note(path);
    const file = await this.#disk.create(path);
    return {
      write: (bytes) => {
        this.#note(path);
        return file.write(bytes);
      },
      sync: () => {
        this.#note(path);
        return file.sync();
      },
      close: () => file.close(),
    };
  }

  rename(from: string, to: string): Promise<void> {
    this.#note(to);
    return this.#disk.rename(from, to);
  }

  remove(path: string): Promise<void> {
    this.#note(path, "compaction");
    return this.#disk.remove(path);
  }

  makeFolder(path: string): Promise<void> {
    this.#note(path);
    return this.#disk.makeFolder(path);
  }

  syncFolder(path: string): Promise<void> {
    this.#note(path, this.#phase);
    return this.#disk.syncFolder(path);
  }

  freeBytes(path: string): Promise<number> {
    return this.#disk.freeBytes(path);
  }

  #note(path: string, otherwise: Phase = "ingest"): void {
    this.#phase = this.opened ? phaseOf(path, otherwise) : "start-up";
    const call = this.#calls.get(this.#phase) ?? 0;
    this.#calls.set(this.#phase, call + 1);
    this.#before(this.#phase, call);
  }
}

/** What a file is changed for once the server is open; the name of a folder alone does not say. */
function phaseOf(path: string, otherwise: Phase): Phase {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.tmp$/, "");
  if (path.includes("/archive")) return "retention";
  if (name === "compaction.json" || mergedWeek(name) !== null) return "compaction";
  return otherwise;
}
