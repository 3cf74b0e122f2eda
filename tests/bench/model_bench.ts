/**
 * What the models of the pages cost in a server that has been up for a while: every page over 30 and 90 days, a year
 * and all time, each time of filters that were not asked before.
 *
 *   deno run -A tests/bench/model_bench.ts --keep folder [--jobs 1000000] [--rounds 6] [--only text]
 *
 * Times are those of the main thread at work, as other processes share the machine; the first of each page is shown
 * apart. `folder` is one that page_bench.ts made or one that this makes.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Warehouse } from "../../lib/engine/warehouse.ts";
import { type ViewName, VIEWS } from "../../lib/pages/links.ts";
import { pageModel } from "../../lib/pages/page_model.ts";
import { facets } from "../../lib/query/facets.ts";
import { warmPages } from "../../lib/pages/warm_pages.ts";
import { DEFAULT_FILTERS } from "../../lib/view/filters.ts";
import { CLUSTER } from "./cases.ts";
import { prepared } from "./page_bench.ts";
import { NOW_S } from "./trace.ts";

const PERIODS = ["30d", "90d", "12mo", "all"] as const;
const DIMENSIONS = ["account", "user", "partition", "qos", "none", "not.state"] as const;

/** Time of the main thread at work, in milliseconds. */
function busy_ms(): number {
  return Number(Deno.readTextFileSync(`/proc/self/task/${Deno.pid}/schedstat`).split(" ")[0]) / 1e6;
}

function summary(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const of = (share: number) => sorted[Math.floor((sorted.length - 1) * share)].toFixed(0).padStart(5);
  return `${of(0.5)} ${of(1)}`;
}

const { keep, jobs, rounds, only, dimensions, periods } = parseArgs({
  args: Deno.args,
  options: {
    keep: { type: "string" },
    jobs: { type: "string", default: "1000000" },
    rounds: { type: "string", default: "6" },
    only: { type: "string", default: "" },
    dimensions: { type: "string", default: DIMENSIONS.join() },
    periods: { type: "string", default: PERIODS.join() },
  },
}).values;
if (keep === undefined) throw new TypeError("--keep must name a folder");
await Deno.mkdir(keep, { recursive: true });
await prepared(keep, Number(jobs));
const warehouse = await Warehouse.open({
  root: join(keep, "data"),
  zone: () => "UTC",
  now_ms: () => NOW_S * 1000,
  notice: (text) => console.error(text),
});
const data = warehouse.clusters;
let start_ms = busy_ms();
await warmPages(data, { now_s: NOW_S });
console.log(`warm-up ${(busy_ms() - start_ms).toFixed(0)} ms`);
const known = await facets(data, { ...DEFAULT_FILTERS, period: "all" }, { now_s: NOW_S });
const names = Object.fromEntries(
  ["account", "user", "partition", "qos"].map((name) => [
    name,
    known[name as "account"].map(({ value }) => value),
  ]),
);
const by = dimensions.split(",");
let asked = 0;

/** Filters that were not asked before. */
function fresh(page: ViewName, period: string): URLSearchParams {
  const number = asked++;
  const params = new URLSearchParams({ period });
  if (page === "cluster") params.set("cluster", CLUSTER);
  const dimension = by[number % by.length];
  if (dimension === "none") params.set("not.user", `nobody${number}`);
  else if (dimension === "not.state") {
    params.set("not.state", "COMPLETED");
    params.set("not.user", `nobody${number}`);
  } else if (dimension.endsWith("_class")) {
    params.set(dimension, "<= 1 min");
    params.set("not.user", `nobody${number}`);
  } else {
    const list = names[dimension];
    params.set(dimension, list[Math.floor(number / 7) % Math.min(list.length, 20)]);
    params.set("not.user", `nobody${number}`);
  }
  return params;
}

console.log(
  `${"".padEnd(12)} first  ${
    PERIODS.map((period) => `${period.padStart(6)} med worst`).join("  ")
  }   JSON ms  KB`,
);
for (const page of VIEWS.filter((name) => name.includes(only))) {
  const times: Record<string, number[]> = {};
  let first = NaN;
  const json: number[] = [];
  let bytes = 0;
  for (let round = 0; round < Number(rounds); round++) {
    for (const period of periods.split(",")) {
      const params = fresh(page, period);
      start_ms = busy_ms();
      const model = await pageModel(data, page, { now_s: NOW_S, params });
      const middle_ms = busy_ms();
      const text = JSON.stringify(model);
      json.push(busy_ms() - middle_ms);
      bytes = Math.max(bytes, text.length);
      if (Number.isNaN(first)) first = middle_ms - start_ms;
      else (times[period] ??= []).push(middle_ms - start_ms);
    }
  }
  console.log(
    `${page.padEnd(12)} ${first.toFixed(0).padStart(5)}  ${
      PERIODS.map((period) => summary(times[period] ?? [NaN]).padStart(16)).join("  ")
    }   ${summary(json)} ${(bytes / 1024).toFixed(0)}`,
  );
}
warehouse.close();
