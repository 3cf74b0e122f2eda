/** Jobs and inventories of the demo for tests, sent through the same doors as an agent's. */
import { demoClusters, type DemoOptions } from "../lib/demo/generate.ts";
import { INGEST_PATH } from "../lib/job/batch.ts";
import { INVENTORY_PATH } from "../lib/job/inventory.ts";
import { ingest } from "../lib/server/ingest.ts";
import { takeInventory } from "../lib/server/inventory.ts";
import { readConfig } from "../lib/server/config.ts";
import { openServices, type Services } from "../lib/server/services.ts";

/** Gives the demo's jobs to a server of this process. */
export async function giveDemo(
  services: Services,
  { key, ...options }: DemoOptions & { readonly key: string },
): Promise<void> {
  const post = (path: string, body: unknown) =>
    new Request(`http://localhost${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": key },
      body: JSON.stringify(body),
    });
  for (const { batches, inventories } of demoClusters(options)) {
    for (const batch of batches) await ingest(post(INGEST_PATH, batch), services);
    for (const inventory of inventories()) {
      await takeInventory(post(INVENTORY_PATH, inventory), {
        ...services,
        now_ms: () => inventory.at * 1000,
      });
    }
  }
}

/** Fills a data folder with the demo's jobs, and leaves it to a server. */
export async function fillFolder(
  folder: string,
  { key, ...options }: DemoOptions & { readonly key: string },
): Promise<void> {
  const stop = new AbortController();
  const services = await openServices({
    config: readConfig({ API_KEYS: key, DATA_PATH: folder }),
    log: () => {},
    now_ms: () => options.now_s * 1000,
    signal: stop.signal,
  });
  try {
    await giveDemo(services, { key, ...options });
  } finally {
    stop.abort();
  }
}
