import assert from "node:assert/strict";
import { pageModel } from "../../../lib/pages/page_model.ts";
import type { FigureSpec } from "../../../lib/view/chart_spec.ts";
import { clusterOf, dataOf, jobRecord } from "../../helpers.ts";
import { NOW_S } from "./small_data.ts";

const GIB = 2 ** 30;
const START = NOW_S - 86_400;

function job(number: number, parts: Parameters<typeof jobRecord>[0] = {}) {
  return jobRecord({
    JobID: String(number),
    User: "alice",
    Submit: START,
    Start: START,
    End: START + 3600,
    State: "COMPLETED",
    NodeList: "n1",
    AllocCPUS: 4,
    AllocNodes: 1,
    TotalCPU: 3600,
    ReqMem: 16 * GIB,
    MaxRSS: GIB,
    TimelimitRaw: 120,
    ...parts,
  });
}

function model(query: string, parts: Parameters<typeof jobRecord>[0] = {}) {
  const data = dataOf(clusterOf([
    job(1),
    job(2, { State: "FAILED", User: "bob", AllocCPUS: 8, TotalCPU: 28_800 }),
    job(3, { TotalCPU: null, MaxRSS: null, ...parts }),
  ], { fresh_until_s: NOW_S }));
  return pageModel(data, "efficiency", { params: new URLSearchParams(query), now_s: NOW_S });
}

function figureOf(panels: readonly { readonly figure: FigureSpec }[], id: string) {
  const found = panels.find(({ figure }) => figure.id === id)?.figure;
  assert.ok(found !== undefined && found.kind !== "failed", id);
  return found;
}

Deno.test("efficiencyPage() shows histograms of all jobs, and counts those of which it is not known", async () => {
  const { panels, tiles, tables } = await model("period=7d");
  const cpu = figureOf(panels, "by-cpu");
  assert.ok(cpu.kind === "bars" && cpu.axis === "class");
  const filled = cpu.buckets.flatMap(({ label }, at) =>
    cpu.series[0].values[at] ? [[label, cpu.series[0].values[at]]] : []
  );
  assert.deepEqual(filled, [["25 to 30 %", 1], ["95 to 100 %", 1]]);
  assert.equal(
    panels.find(({ figure }) => figure.id === "by-cpu")?.note,
    "Left out: 1 job without CPU time.",
  );
  assert.ok(!panels.some(({ figure }) => figure.id === "by-gpu"), "no GPUs, no figure of them");
  const heat = figureOf(panels, "memory-bins");
  assert.ok(heat.kind === "heat");
  assert.deepEqual([heat.rows[0].label, heat.rows.at(-1)?.label], ["16 GiB to 32 GiB", "1 GiB to 2 GiB"]);
  assert.equal(heat.rows[0].cells[0].value, 2);
  assert.equal(tiles.find(({ label }) => label === "CPU-hours not used")?.value, "3");
  assert.ok(tables.length === 1 && "rows" in tables[0]);
  assert.deepEqual(tables[0].rows.map(({ cells }) => cells.slice(0, 3)), [["alice", "3", "0"], [
    "bob",
    "0",
    "8",
  ]]);
});

Deno.test("efficiencyPage() leads from each bar to the jobs of its bin, and says which of them ended later", async () => {
  const { panels } = await model("period=7d", { AllocGPUS: 1, GPUUtilAve: 40 });
  const hrefs = ["cpu", "memory", "limit", "gpu"].map((of) => {
    const figure = figureOf(panels, `by-${of}`);
    assert.ok(figure.kind === "bars");
    return figure.buckets.find((_, at) => figure.series[0].values[at])?.href;
  });
  assert.deepEqual(hrefs, [
    "/jobs?cpu_use_class=25-30&period=7d",
    "/jobs?mem_use_class=5-10&period=7d",
    "/jobs?limit_use_class=50-55&period=7d",
    "/jobs?gpu_use_class=40-45&period=7d",
  ]);
  const [{ href }] = await pageModel(
    dataOf(clusterOf([job(1), job(2, { TotalCPU: 28_800 })], { fresh_until_s: NOW_S })),
    "jobs",
    { params: new URLSearchParams("cpu_use_class=25-30&period=7d"), now_s: NOW_S },
  ).then(({ rows, filter_bar }) => {
    assert.equal(rows.length, 1);
    return filter_bar.chips;
  });
  assert.ok(href.startsWith("/jobs"));
  const day = new Date(START * 1000).toISOString().slice(0, 10);
  const past = await model(`from=2020-01-01&to=${day}`);
  assert.match(past.panels[0].note ?? "", /ended later/);
  assert.doesNotMatch(panels[0].note ?? "", /ended later/);
});

Deno.test("efficiencyPage() weighs jobs by their hours, and shows GPUs where there are any", async () => {
  const { panels } = await model("period=7d&weight=cpu-hours", { AllocGPUS: 2, GPUUtilAve: 30 });
  const cpu = figureOf(panels, "by-cpu");
  assert.ok(cpu.kind === "bars");
  assert.deepEqual(cpu.series[0].values.filter(Boolean), [4, 8]);
  const gpu = figureOf(panels, "by-gpu");
  assert.ok(gpu.kind === "bars");
  assert.deepEqual([gpu.unit, gpu.series[0].values[6]], ["GPU-hours", 2]);
});

Deno.test("efficiencyPage() tells failures by state without the jobs that completed", async () => {
  const { panels } = await model("period=7d", { State: "CANCELLED" });
  const failures = figureOf(panels, "failures");
  assert.ok(failures.kind === "bars");
  assert.deepEqual(failures.series.map(({ key, total }) => [key, total]).sort(), [["CANCELLED", 1], [
    "FAILED",
    1,
  ]]);
  assert.ok(failures.series[0].href?.includes("state="), "leads to the jobs of that state");
  assert.ok(!failures.series[0].href?.includes("not.state"));
});

Deno.test("efficiencyPage() shows nothing where no job has ended, and says so", async () => {
  const page = await model("period=7d&user=nobody");
  assert.deepEqual([page.panels, page.tiles], [[], []]);
  assert.ok(page.notices.length > 0);
});

Deno.test("efficiencyPage() lists 25 groups a page, says of how many, and leads to the others in the same order", async () => {
  const jobs = Array.from(
    { length: 60 },
    (_, number) => job(number, { User: `u${String(number).padStart(2, "0")}` }),
  );
  const data = dataOf(clusterOf(jobs, { fresh_until_s: NOW_S }));
  const ask = async (query: string) => {
    const { tables } = await pageModel(data, "efficiency", {
      params: new URLSearchParams(query),
      now_s: NOW_S,
    });
    const [table] = tables;
    assert.ok(!("kind" in table));
    return table;
  };
  const first = await ask("sort=name");
  assert.deepEqual([first.rows.length, first.rows[0].key, first.rows.at(-1)?.key], [25, "u00", "u24"]);
  assert.equal(first.paging?.span, "1–25 of all 60");
  assert.equal(first.paging?.pages.next, "/efficiency?sort=name&page=2");
  assert.ok(
    first.columns.every(({ sort_href }) => !sort_href?.includes("page=")),
    "an order begins with its first",
  );
  const last = await ask("sort=name&page=9");
  assert.deepEqual([last.rows.length, last.rows.at(-1)?.key, last.paging?.pages.next], [10, "u59", null]);
  assert.equal(last.paging?.span, "51–60 of all 60");
  const keys = (await Promise.all(["1", "2", "3"].map((page) => ask(`sort=name&page=${page}`)))).flatMap(
    ({ rows }) => rows.map(({ key }) => key),
  );
  assert.equal(new Set(keys).size, 60);
  assert.equal((await ask("by=partition")).paging, null);
});
