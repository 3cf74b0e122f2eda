import { withConfigured } from "../store/configured_nodes.ts";
import type { Inventory, NodePeriod } from "../store/inventory.ts";
import { listClusters } from "../store/folder.ts";
import { type FolderLock, lockFolder } from "../store/lock.ts";
import { Cluster, type ClusterOptions } from "./cluster.ts";
import { archiveWhenDue, compactWhenDue } from "./upkeep.ts";

/** How to open a warehouse; see {@link ClusterOptions} for what its clusters get. */
export interface WarehouseOptions
  extends Pick<ClusterOptions, "root" | "now_ms" | "notice" | "breathe" | "disk"> {
  /** Zone of a cluster. */
  readonly zone: (cluster: string) => string;
  /** Nodes of a cluster that its site has written down, for the time before its agent tells of them. */
  readonly nodes?: (cluster: string) => readonly NodePeriod[];
  /** How many months after its jobs have ended a week is moved to the archive; never if null or not given. */
  readonly retention_months?: number | null;
}

/** All clusters of one data folder. This process is its only writer. */
export class Warehouse {
  readonly #clusters = new Map<string, Cluster>();
  readonly #options: WarehouseOptions;
  readonly #lock: FolderLock;
  readonly #views = new Map<string, Cluster["view"]>();
  readonly #inventories = new Map<string, { told: Inventory | null; merged: Inventory | null }>();

  private constructor(options: WarehouseOptions, lock: FolderLock) {
    this.#options = options;
    this.#lock = lock;
  }

  /**
   * Opens a data folder and reads all of it.
   *
   * @throws {FolderInUseError} if another process has it open
   */
  static async open(options: WarehouseOptions): Promise<Warehouse> {
    const warehouse = new Warehouse(options, await lockFolder(options.root, options));
    try {
      await warehouse.refresh();
    } catch (error) {
      warehouse.close();
      throw error;
    }
    return warehouse;
  }

  /** The clusters that have reported, by name in alphabetical order. */
  get clusters(): ReadonlyMap<string, Cluster> {
    return new Map([...this.#clusters].filter(([, cluster]) => cluster.exists));
  }

  /**
   * What is to be read of the clusters that have reported, as it is now; what comes later does not change it. The view
   * of a cluster is the same object as long as nothing of it changes.
   */
  get views(): ReadonlyMap<string, Cluster["view"]> {
    return new Map([...this.clusters].map(([name, { view }]) => [name, this.#viewOf(view)]));
  }

  #viewOf(view: Cluster["view"]): Cluster["view"] {
    const { name, dataset, report, files, set_aside } = view;
    const inventory = this.#inventoryOf(view);
    const known = this.#views.get(name);
    const same = known !== undefined && known.dataset === dataset && known.report === report &&
      known.files === files && known.inventory === inventory && sameEntries(known.set_aside, set_aside);
    if (same) return known;
    const made = { ...view, inventory };
    this.#views.set(name, made);
    return made;
  }

  /** The same object as long as nothing has changed: what is known of one is kept by it. */
  #inventoryOf({ name, inventory }: Pick<Cluster["view"], "name" | "inventory">): Inventory | null {
    const known = this.#inventories.get(name);
    if (known !== undefined && known.told === inventory) return known.merged;
    const merged = withConfigured(inventory, this.#options.nodes?.(name) ?? []);
    this.#inventories.set(name, { told: inventory, merged });
    return merged;
  }

  /** Takes up what has changed in the folder by other means, new clusters too. */
  async refresh(): Promise<void> {
    const names = new Set([...await listClusters(this.#options.root), ...this.#clusters.keys()]);
    for (const name of names) {
      try {
        await this.cluster(name).refresh();
      } catch (error) {
        // One cluster's trouble is not the others'.
        const reason = error instanceof Error ? error.message : String(error);
        this.#options.notice(`${name}: its folder could not be read: ${reason}`);
      }
    }
  }

  /** Merges files of batches and moves old weeks to the archive, where it is time. */
  async tidy(): Promise<void> {
    const { now_ms, retention_months: months = null, notice } = this.#options;
    for (const cluster of this.clusters.values()) {
      try {
        await compactWhenDue(cluster, now_ms());
        if (months !== null) await archiveWhenDue(cluster, { now_ms: now_ms(), months });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        notice(`${cluster.name}: its files could not be tidied up: ${reason}`);
      }
    }
  }

  /** The cluster of this name, a new one if it has never reported. */
  cluster(name: string): Cluster {
    const known = this.#clusters.get(name);
    if (known !== undefined) return known;
    const cluster = new Cluster({
      ...this.#options,
      name,
      tz: this.#options.zone(name),
      assertFolder: () => this.#lock.assertHeld(),
    });
    this.#add(cluster);
    return cluster;
  }

  /** Gives the folder free for another process. */
  close(): void {
    this.#lock.release();
  }

  #add(cluster: Cluster): void {
    if (this.#clusters.has(cluster.name)) return;
    this.#clusters.set(cluster.name, cluster);
    const sorted = [...this.#clusters].sort(([a], [b]) => a < b ? -1 : 1);
    this.#clusters.clear();
    for (const [name, item] of sorted) this.#clusters.set(name, item);
  }
}

function sameEntries(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one.size === other.size && [...one].every(([key, value]) => other.get(key) === value);
}
