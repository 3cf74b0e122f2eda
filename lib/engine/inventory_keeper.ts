import type { FileSystem } from "../disk/file_system.ts";
import type { Snapshot } from "../job/inventory.ts";
import {
  EMPTY_INVENTORY,
  type Inventory,
  InventoryError,
  readInventory,
  setInventoryAside,
  writeInventory,
} from "../store/inventory.ts";
import { takingUp } from "../store/inventory_merge.ts";
import { withBreaks } from "./work.ts";

/** Where the inventory is, and who is told if it cannot be read. */
export interface KeeperOptions {
  readonly root: string;
  /** Name of the cluster. */
  readonly name: string;
  readonly notice: (text: string) => void;
  readonly disk?: FileSystem;
  /** Called between pieces of long work: gives others a turn when it is due. */
  readonly breathe?: () => Promise<void> | undefined;
}

/** What is known of a cluster's hardware cannot be read or set aside now, so nothing may be written in its place. */
export class InventoryBlockedError extends Error {
  override readonly name = "InventoryBlockedError";
}

/** The inventory of one cluster, in memory and on the disk. Its changes wait for each other, and for nothing else. */
export class InventoryKeeper {
  /** What is known; what comes later does not change it. Null if nothing ever was told. */
  current: Inventory | null = null;
  readonly #options: KeeperOptions;
  /** Whether `current` is all that the folder has: only then may it be written over. */
  #sound = false;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /**
   * Reads the inventory from the folder; one that is damaged is set aside, and nothing is known. One that cannot be read
   * or set aside stays where it is, and is tried again before anything is taken up.
   */
  load(): Promise<void> {
    return this.#inTurn(async () => {
      this.#sound = false;
      await this.#read().catch(({ message }) => this.#options.notice(message));
    });
  }

  /** @throws {InventoryBlockedError} if it cannot be read, or is damaged and cannot be set aside */
  async #read(): Promise<void> {
    const { root, name, disk, notice } = this.#options;
    try {
      this.current = await readInventory(root, name);
    } catch (error) {
      if (!(error instanceof InventoryError)) {
        throw blocked(`${name}: inventory.json cannot be read, nothing is written over it`, error);
      }
      notice(
        `${name}: inventory.json cannot be read, what is known of its nodes begins anew: ${error.message}`,
      );
      this.current = null;
      await setInventoryAside(root, name, { disk }).catch((cause) => {
        throw blocked(`${name}: inventory.json could not be set aside, nothing is written over it`, cause);
      });
    }
    this.#sound = true;
  }

  /**
   * Takes up a snapshot: on return it is on the disk.
   *
   * @throws {InventoryBlockedError} if what is known so far would be lost
   */
  take(snapshot: Snapshot): Promise<void> {
    return this.#inTurn(async () => {
      const { root, name, disk, breathe } = this.#options;
      if (!this.#sound) await this.#read();
      const inventory = await withBreaks(takingUp(this.current ?? EMPTY_INVENTORY, snapshot), breathe);
      await writeInventory(root, name, { inventory, disk, breathe });
      this.current = inventory;
    });
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(change, change);
    this.#queue = done.catch(() => {});
    return done;
  }
}

function blocked(what: string, cause: unknown): InventoryBlockedError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new InventoryBlockedError(`${what}: ${reason}`, { cause });
}
