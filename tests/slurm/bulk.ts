/** A hundred thousand records of a real slurmdbd, collected by the agent at one go. */
import assert from "node:assert/strict";
import type { InstalledAgent } from "./agent.ts";
import { type Cluster, output } from "./cluster.ts";
import type { Dashboard } from "./dashboard.ts";

const SCRIPT = new URL("./slurm-cluster.sh", import.meta.url).pathname;
const RECORDS = 100_000;
const MAX_BYTES = 200 * 1024 * 1024;
/** Synthetic jobs of sixty days from here on; the last run a little longer. */
const FROM = { day: "2024-01-01", epoch_s: Date.UTC(2024, 0, 1) / 1000, days: 60 };
const TO_DAY = "2024-04-30";

/** Loads the records, collects them, and compares count and CPU-seconds; prints time and memory. */
export async function collectBulk(
  { cluster, dashboard, agent }: {
    readonly cluster: Cluster;
    readonly dashboard: Dashboard;
    readonly agent: InstalledAgent;
  },
): Promise<void> {
  await output(SCRIPT, {
    args: ["bulk", String(RECORDS), "7"],
    env: {
      ...cluster.env,
      SLURM_TEST_BULK_START: String(FROM.epoch_s),
      SLURM_TEST_BULK_DAYS: String(FROM.days),
      SLURM_TEST_BULK_ROLLUP: "",
    },
  });
  const began_ms = performance.now();
  const run = await agent.run("backfill", "--start-date", FROM.day, "--end-date", TO_DAY);
  const seconds = (performance.now() - began_ms) / 1000;
  assert.equal(run.code, 0, run.log);
  const range = ["-S", FROM.day, "-E", "2024-05-01"];
  const told = (await cluster.run("sacct", "-aXPnD", ...range, "-o", "CPUTimeRAW")).trim().split("\n");
  assert.ok(told.length >= RECORDS);
  assert.equal(run.accepted, told.length);
  // The earlier runs of those requeued began before the first day.
  const query = { cluster: cluster.name, measure: "cpu-hours", from: "2023-12-01", to: TO_DAY };
  const hours = Object.values(await dashboard.totals(query)).reduce((sum, value) => sum + value, 0);
  const cpu_seconds = told.reduce((sum, value) => sum + Number(value), 0);
  assert.ok(Math.abs(hours * 3600 - cpu_seconds) <= 1e-9 * cpu_seconds, `${hours * 3600} of ${cpu_seconds}`);
  const mib = Math.round(run.peak_bytes / 1024 / 1024);
  console.log(`${told.length} records collected in ${seconds.toFixed(1)} s, at most ${mib} MiB`);
  assert.ok(run.peak_bytes > 0 && run.peak_bytes < MAX_BYTES, `${mib} MiB`);
}
