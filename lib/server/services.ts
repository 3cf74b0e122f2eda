import { Warehouse, type WarehouseOptions } from "../engine/warehouse.ts";
import { FolderInUseError } from "../store/lock.ts";
import { type Config, ConfigError } from "./config.ts";
import type { Log } from "./log.ts";

/** What the routes of one server share. */
export interface Services {
  readonly config: Config;
  readonly warehouse: Warehouse;
  readonly log: Log;
  readonly now_ms: () => number;
}

/**
 * Opens the data folder and keeps it fresh until `signal` is aborted.
 *
 * @throws {FolderInUseError} if another server has the folder open
 * @throws {ConfigError} if the folder cannot be used
 */
export async function openServices(
  { config, log, now_ms, signal }: Omit<Services, "warehouse"> & { readonly signal?: AbortSignal },
): Promise<Services> {
  const warehouse = await openWarehouse({
    root: config.data_path,
    zone: config.zone,
    now_ms,
    notice: (text) => log("warn", text),
  });
  const timer = setInterval(() => {
    warehouse.refresh().catch((error) => log("error", `The data folder could not be read again: ${error}`));
  }, config.refresh_s * 1000);
  Deno.unrefTimer(timer);
  signal?.addEventListener("abort", () => {
    clearInterval(timer);
    warehouse.close();
  });
  return { config, warehouse, log, now_ms };
}

async function openWarehouse(options: WarehouseOptions): Promise<Warehouse> {
  try {
    return await Warehouse.open(options);
  } catch (error) {
    if (error instanceof FolderInUseError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`DATA_PATH is ${options.root} but cannot be used: ${reason}`]);
  }
}
