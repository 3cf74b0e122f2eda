import { Warehouse, type WarehouseOptions } from "../engine/warehouse.ts";
import { FolderInUseError } from "../store/lock.ts";
import { readClusters } from "./clusters_file.ts";
import { type Config, ConfigError } from "./config.ts";
import { breathe } from "./event_loop.ts";
import { Intake } from "./intake.ts";
import { Answers } from "./answers.ts";
import { Turnstile } from "./turnstile.ts";
import type { Log } from "./log.ts";

/** What the routes of one server share. */
export interface Services {
  readonly config: Config;
  readonly warehouse: Warehouse;
  readonly intake: Intake;
  readonly answers: Answers;
  readonly log: Log;
  readonly now_ms: () => number;
}

/** What a server is opened with. */
export interface ServicesOptions
  extends Pick<Services, "config" | "log" | "now_ms">, Pick<WarehouseOptions, "disk"> {
  readonly signal?: AbortSignal;
}

/**
 * Opens the data folder and keeps it fresh and tidy until `signal` is aborted.
 *
 * @throws {FolderInUseError} if another server has the folder open
 * @throws {ConfigError} if the folder or the file of the clusters cannot be used
 */
export async function openServices(
  { config, log, now_ms, signal, disk }: ServicesOptions,
): Promise<Services> {
  const nodes = await readClusters(config);
  const warehouse = await openWarehouse({
    nodes: (cluster) => nodes.get(cluster) ?? [],
    root: config.data_path,
    zone: config.zone,
    now_ms,
    disk,
    breathe,
    notice: (text) => log("warn", text),
    retention_months: config.retention_months,
  });
  const intake = new Intake({ max_bytes: config.max_body_bytes, log });
  const answers = new Answers(new Turnstile());
  const timer = setInterval(() => {
    warehouse.refresh().then(() => warehouse.tidy())
      .catch((error) => log("error", `The data folder could not be read again: ${error}`));
  }, config.refresh_s * 1000);
  Deno.unrefTimer(timer);
  signal?.addEventListener("abort", () => {
    clearInterval(timer);
    intake.close();
    warehouse.close();
  });
  return { config, warehouse, intake, answers, log, now_ms };
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
