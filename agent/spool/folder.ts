import { dirname } from "node:path";
import { exists } from "../../lib/disk/durable.ts";
import type { FileSystem } from "../../lib/disk/file_system.ts";
import type { LockedFile } from "../../lib/disk/lock.ts";
import { type Config, UsageError } from "../config.ts";
import type { Window } from "../slurm/windows.ts";
import type { World } from "../world.ts";
import { missing, settledOf, withoutFuture } from "./coverage.ts";
import { AnotherRunError, lockRun } from "./lock.ts";
import { give, ownedBy, ownerOf, ownerOnly } from "./owner.ts";
import type { Spans } from "./spans.ts";
import { Spool } from "./spool.ts";
import { ClockError, keepPrevious, openState, type State, writeState } from "./state.ts";

/** Before this moment, the beginning of 2010, a clock was never set. */
const CLOCK_SET_S = 1_262_304_000;
const WRONG_CLOCK =
  "The clock of this host is before 2010: set it (timedatectl). Nothing was collected or changed";

/** What a state folder is opened with. */
export interface FolderOptions {
  readonly world: World;
  readonly config: Config;
  readonly cluster: string;
  /** Number of this process. */
  readonly pid?: number;
}

/** When a run began, epoch seconds, and for how long after its end a job may come late. */
interface Times {
  readonly now_s: number;
  readonly margin_s: number;
}

/** All that the agent keeps between runs, locked for this one. */
export class StateFolder {
  readonly path: string;
  readonly spool: Spool;
  /** For all that is written here: it gives new files to the owner of the folder. */
  readonly disk: FileSystem;
  readonly #lock: LockedFile;
  readonly #times: Times;
  #state: State;

  private constructor(
    parts: { readonly path: string; readonly spool: Spool; readonly lock: LockedFile },
    { state, disk, times }: { readonly state: State; readonly disk: FileSystem; readonly times: Times },
  ) {
    this.path = parts.path;
    this.spool = parts.spool;
    this.#lock = parts.lock;
    this.#state = state;
    this.#times = times;
    this.disk = disk;
  }

  /**
   * Opens the state folder, which is made if only it itself is missing.
   *
   * @throws {AnotherRunError} if another run holds it
   * @throws {ClockError} if the clock of this host cannot be right
   * @throws {UsageError} if it is not there or may not be used, with what to do
   * @throws {Error} if its disk is full or broken
   */
  static async open({ world, config, cluster, pid = Deno.pid }: FolderOptions): Promise<StateFolder> {
    const path = config.state_folder;
    let lock: LockedFile | null = null;
    try {
      if (world.now() < CLOCK_SET_S) throw new ClockError(WRONG_CLOCK);
      const own = ownerOnly(world.disk);
      if (!await exists(path)) await made(path, own);
      lock = await lockRun(path, { pid });
      const owner = await ownerOf(path);
      if (owner !== null) await give(`${path}/lock`, owner);
      const disk = owner === null ? own : ownedBy(owner, own);
      return await opened(path, { world, config, cluster, lock, disk });
    } catch (error) {
      lock?.release();
      if (error instanceof AnotherRunError || error instanceof UsageError || error instanceof ClockError) {
        throw error;
      }
      throw folderProblem(path, error);
    }

    async function opened(
      folder: string,
      parts: FolderOptions & { readonly lock: LockedFile; readonly disk: FileSystem },
    ): Promise<StateFolder> {
      const { disk } = parts;
      const now_s = world.now();
      const found = await openState(folder, disk, {
        destination: { api_url: config.api_url, cluster },
        now_s,
        window_days: config.collection_window_days,
        log: world.log,
      });
      await keepPrevious(folder, found, disk).catch((error) => {
        world.log("warning", `The state in ${folder} cannot be copied: ${messageOf(error)}`);
      });
      const spool = await Spool.open(folder, {
        disk,
        log: world.log,
        cluster,
        privacy: { pseudonyms: config.pseudonymise_users !== "off", job_names: config.job_names },
        limit_bytes: config.spool_limit_bytes,
        acknowledged: found.acknowledged,
      });
      const times = { now_s, margin_s: config.late_margin_s };
      const state = withoutFuture(found, times);
      return new StateFolder({ path: folder, spool, lock: parts.lock }, { state, disk, times });
    }
  }

  /** What is remembered. */
  get state(): State {
    return this.#state;
  }

  /**
   * Time that waits for files set aside. Whoever removes one gives its jobs up, but not the others of that time, which is
   * collected again then.
   */
  get owed(): State["owed"] {
    return this.#state.owed.filter(({ files }) => files.every((file) => this.spool.isAside(file)));
  }

  /**
   * The time of a range that is to be collected: neither settled nor waiting here to be sent. What waits for a file set
   * aside may wait for ever, so what was read early of it is read again meanwhile.
   */
  missing(range: Window): Spans {
    const aside = [...this.spool.held_aside, ...this.owed];
    return missing(range, this.#state, [
      ...this.spool.held,
      ...aside.flatMap((reading) => settledOf(reading, this.#times)),
    ]);
  }

  /** Time whose jobs wait here to be sent, or of which some are set aside. */
  get held(): readonly Window[] {
    const aside = [...this.spool.held_aside, ...this.owed];
    return [...this.spool.held, ...aside.flatMap(({ covers }) => covers)];
  }

  /** Remembers something durably; if that cannot be written it is still remembered in this run. */
  async save(changes: Partial<State>): Promise<void> {
    this.#state = { ...this.#state, ...changes };
    await writeState(this.path, this.#state, this.disk);
  }

  /** Gives the folder free for the next run. */
  close(): void {
    this.#lock.release();
  }
}

/** Makes a folder below one that exists. That its name is durable is wished for only: the agent may not open the one above. */
async function made(path: string, disk: FileSystem): Promise<void> {
  await disk.makeFolder(path);
  await disk.syncFolder(dirname(path)).catch((error) => {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
  });
}

/** An error with what to do: a configuration to be mended, or a disk. */
function folderProblem(path: string, cause: unknown): Error {
  const reason = messageOf(cause);
  if (cause instanceof Deno.errors.NotFound) {
    const advice = "make it and give it to the user who runs the agent, or mount it";
    return new UsageError([`state_folder ${path} does not exist: ${advice}`], { cause });
  }
  if (cause instanceof Deno.errors.PermissionDenied || cause instanceof Deno.errors.NotCapable) {
    const advice = "run the agent as the owner of that folder (or with sudo), or give it to this user";
    return new UsageError([`state_folder ${path} cannot be written: ${advice}: ${reason}`], { cause });
  }
  return new Error(`state_folder ${path} cannot be used: ${reason}`, { cause });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
