import { Warehouse } from "../engine/warehouse.ts";
import type { Config } from "./config.ts";
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
 */
export async function openServices(
  { config, log, now_ms, signal }: Omit<Services, "warehouse"> & { readonly signal?: AbortSignal },
): Promise<Services> {
  const warehouse = await Warehouse.open({
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
