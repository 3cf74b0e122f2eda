/** Serves two invented clusters, their jobs sent through the same door as an agent's. Usage: demo.ts [folder] */
import { INGEST_PATH } from "./lib/job/batch.ts";
import { INVENTORY_PATH } from "./lib/job/inventory.ts";
import { demoClusters } from "./lib/demo/generate.ts";
import { ingest } from "./lib/server/ingest.ts";
import { takeInventory } from "./lib/server/inventory.ts";
import { buildIfStale, endWith, serve } from "./lib/server/serve.ts";
import { readConfig } from "./lib/server/config.ts";
import { environment } from "./lib/server/environment.ts";
import type { Services } from "./lib/server/services.ts";
import { lockFolder } from "./lib/store/lock.ts";

const FOLDER = Deno.args[0] ?? "demo-data";
const SEED = 1;
const DAY_MS = 86_400_000;

/** Marks a folder as the demo's own, which may be made anew; holds when that was last done, once it is done. */
const MARK = `${FOLDER}/.demo`;

/** Whether the demo's jobs must be made: there are none, or the newest are more than a day old. */
async function isStale(): Promise<boolean> {
  try {
    const made_ms = Date.parse(await Deno.readTextFile(MARK));
    return !(made_ms > Date.now() - DAY_MS);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  await Deno.mkdir(FOLDER, { recursive: true });
  for await (const { name } of Deno.readDir(FOLDER)) {
    console.error(`${FOLDER} holds ${name} and is no folder of the demo: name an empty one`);
    Deno.exit(1);
  }
  return true;
}

/** Finds out whether the port is free before the work is done, not after. */
async function assertFree(): Promise<void> {
  const { port, host } = readConfig(await environment(".env"));
  Deno.listen({ port, hostname: host }).close();
}

async function emptied(): Promise<void> {
  // Not under the feet of a demo that is still running.
  (await lockFolder(FOLDER)).release();
  await Deno.remove(FOLDER, { recursive: true });
  await Deno.mkdir(FOLDER);
  await Deno.writeTextFile(MARK, "");
}

async function fill(services: Services, key: string): Promise<void> {
  const now_s = Math.floor(Date.now() / 1000);
  const post = (path: string, body: unknown) =>
    new Request(`http://localhost${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": key },
      body: JSON.stringify(body),
    });
  for (const { hostname, batches, inventories } of demoClusters({ seed: SEED, now_s })) {
    for (const batch of batches) await ingest(post(INGEST_PATH, batch), services);
    for (const inventory of inventories()) {
      // The older one was taken when the cluster was looked at: by that time's clock it is no old one.
      await takeInventory(post(INVENTORY_PATH, inventory), {
        ...services,
        now_ms: () => inventory.at * 1000,
      });
    }
    const jobs = services.warehouse.clusters.get(hostname)?.dataset.length ?? 0;
    console.log(`Made ${jobs} jobs of the demo cluster ${hostname}`);
  }
  await Deno.writeTextFile(MARK, new Date(now_s * 1000).toISOString());
}

const key = crypto.randomUUID();
Deno.env.set("DATA_PATH", FOLDER);
Deno.env.set("API_KEYS", key);
if (!Deno.env.get("HOST")) Deno.env.set("HOST", "127.0.0.1");
try {
  await assertFree();
  const stale = await isStale();
  if (stale) await emptied();
  const { services } = await import("./main.ts");
  if (stale) await fill(services, key);
  await buildIfStale();
  await serve(services);
} catch (error) {
  endWith(error);
}
