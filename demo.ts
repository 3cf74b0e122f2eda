/** Serves two invented clusters, their jobs sent through the same door as an agent's. Usage: demo.ts [folder] */
import { INGEST_PATH } from "./lib/job/batch.ts";
import { demoClusters } from "./lib/demo/generate.ts";
import { ingest } from "./lib/server/ingest.ts";
import { buildIfStale, serve } from "./lib/server/serve.ts";
import type { Services } from "./lib/server/services.ts";

const FOLDER = Deno.args[0] ?? "demo-data";
const SEED = 1;
const DAY_S = 86_400;

/** The newest report of the demo's clusters, epoch seconds; 0 if there are none. */
async function lastReport(): Promise<number> {
  try {
    const { mtime } = await Deno.stat(`${FOLDER}/borealis/report.json`);
    return (mtime?.getTime() ?? 0) / 1000;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

async function fill(services: Services, key: string): Promise<void> {
  const now_s = Math.floor(Date.now() / 1000);
  for (const { hostname, batches } of demoClusters({ seed: SEED, now_s })) {
    for (const batch of batches) {
      const request = new Request(`http://localhost${INGEST_PATH}`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-api-key": key },
        body: JSON.stringify(batch),
      });
      await ingest(request, services);
    }
    const jobs = services.warehouse.clusters.get(hostname)?.dataset.length ?? 0;
    console.log(`Made ${jobs} jobs of the demo cluster ${hostname}`);
  }
}

const key = crypto.randomUUID();
Deno.env.set("DATA_PATH", FOLDER);
Deno.env.set("API_KEYS", key);
if (!Deno.env.get("HOST")) Deno.env.set("HOST", "127.0.0.1");
const stale = await lastReport() < Date.now() / 1000 - DAY_S;
if (stale) await Deno.remove(FOLDER, { recursive: true }).catch(() => {});
const { services } = await import("./main.ts");
if (stale) await fill(services, key);
await buildIfStale();
await serve(services);
