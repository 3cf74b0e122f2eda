import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { JOB_COLUMNS } from "../../../lib/job/columns.ts";
import { jobsPage } from "../../../lib/pages/jobs.ts";
import { parseFilters } from "../../../lib/view/filters.ts";
import { clusterOf, dataOf, NOW_S, type Sent } from "./small_data.ts";

const GAP = "\u00a0";

async function jobs(sent: readonly Sent[], query = "") {
  const { filters } = parseFilters(new URLSearchParams(query));
  return await jobsPage(dataOf(clusterOf("alpha", sent)), filters, { now_s: NOW_S });
}

function column(model: Awaited<ReturnType<typeof jobs>>, key: string): readonly string[] {
  const at = model.columns.findIndex((entry) => entry.key === key);
  return model.rows.map((row) => row.cells[at].text);
}

Deno.test("jobsPage() shows a job's times, sizes and hours", async () => {
  const model = await jobs([{
    submit: Date.UTC(2026, 10, 20, 8, 5) / 1000,
    wait_s: 125,
    run_s: 5400,
    cpus: 8,
    gpus: 2,
    state: "TIMEOUT",
  }]);
  deepStrictEqual(model.rows[0].cells.map((cell) => cell.text), [
    ...["1000", "relax", "alice", "phys", "standard", "normal", "TIMEOUT"],
    ...["20 Nov 08:05", `2${GAP}min 5${GAP}s`, "20 Nov 08:07", `1${GAP}h 30${GAP}min`],
    ...["8", "2", "1", "12"],
  ]);
  strictEqual(model.rows[0].cells[6].mark, "limit");
  strictEqual(model.rows[0].cells[2].href, "/jobs?user=alice");
});

Deno.test("jobsPage() shows no wait of a job that never ran, though it has a Start", async () => {
  const model = await jobs([
    { id: "1", wait_s: 120, run_s: 0, state: "CANCELLED", nodes: "None assigned" },
    { id: "2", wait_s: 120 },
    { id: "3", wait_s: 0 },
  ], "sort=jobid");
  deepStrictEqual(column(model, "wait"), ["—", `2${GAP}min`, `0${GAP}s`]);
  ok(column(model, "start").every((text) => text !== "—"), "each has one");
});

Deno.test("jobsPage() has the newest submission first and sorts by what the heads say", async () => {
  const sent = [3, 1, 2].map((at) => ({
    id: String(at),
    submit: NOW_S - at * 100,
    cpus: at,
    wait_s: 0,
    run_s: 10,
  }));
  deepStrictEqual(column(await jobs(sent), "jobid"), ["1", "2", "3"]);
  deepStrictEqual(column(await jobs(sent, "sort=-alloccpus"), "alloccpus"), ["3", "2", "1"]);
  for (const { key, sort_href } of (await jobs(sent)).columns) {
    const sorted = (await jobs(sent, sort_href.split("?")[1] ?? "")).columns.find((entry) =>
      entry.sorted !== undefined
    );
    strictEqual(sorted?.key, key);
  }
});

Deno.test("jobsPage() pages through all jobs, each once", async () => {
  const sent = Array.from(
    { length: 120 },
    (_, index) => ({ id: String(index + 1), submit: NOW_S - index * 60 - 9000 }),
  );
  const seen: string[] = [];
  let href: string | null = "/jobs";
  let pages = 0;
  while (href !== null) {
    const model = await jobs(sent, href.split("?")[1] ?? "");
    seen.push(...column(model, "jobid"));
    href = model.pages.next;
    pages += 1;
  }
  strictEqual(pages, 3);
  strictEqual(new Set(seen).size, 120);
  const last = await jobs(sent, "page=3");
  deepStrictEqual([last.span, last.pages.at, last.pages.previous], [
    "101–120 of 120",
    "Page 3 of 3",
    "/jobs?page=2",
  ]);
});

Deno.test("jobsPage() shows the last page for one past it", async () => {
  const sent = Array.from({ length: 60 }, (_, index) => ({ id: String(index + 1) }));
  const model = await jobs(sent, "page=999999");
  deepStrictEqual([model.rows.length, model.span, model.href], [10, "51–60 of 60", "/jobs?page=2"]);
  deepStrictEqual(model.pages, {
    first: "/jobs",
    previous: "/jobs",
    next: null,
    last: null,
    at: "Page 2 of 2",
  });
  strictEqual((await jobs([], "page=9")).pages.at, "Page 1 of 1");
});

Deno.test("jobsPage() marks each state with its family", async () => {
  const states = ["COMPLETED", "TIMEOUT", "FAILED", "CANCELLED by 100", "RUNNING", "PENDING", "REQUEUED"];
  const model = await jobs(states.map((state, index) => ({ id: String(index + 1), state })), "sort=jobid");
  deepStrictEqual(model.rows.map((row) => row.cells[6].mark), [
    "completed",
    "limit",
    "failed",
    "cancelled",
    "running",
    "pending",
    "other",
  ]);
});

Deno.test("jobsPage() names of two filters the one that leaves nothing", async () => {
  const sent: readonly Sent[] = [{ account: "phys", user: "alice" }, { account: "chem", user: "bob" }];
  const notice = async (query: string) =>
    (await jobs(sent, query)).notices.find((entry) => entry.state === "filtered-out");
  deepStrictEqual(await notice("account=phys&user=nobody"), {
    state: "filtered-out",
    filter: "user nobody",
    href: "/jobs?account=phys",
  });
  strictEqual((await notice("account=phys&q=nothing"))?.filter, 'the search "nothing"');
  deepStrictEqual(await notice("account=none&user=nobody"), { state: "filtered-out", href: "/jobs" });
});

Deno.test("jobsPage() names the cluster only where there are several", async () => {
  strictEqual((await jobs([{}])).columns.some((entry) => entry.key === "cluster"), false);
  const data = dataOf(clusterOf("alpha", [{}]), clusterOf("beta", [{}]));
  const model = await jobsPage(data, parseFilters(new URLSearchParams()).filters, { now_s: NOW_S });
  deepStrictEqual(model.columns.slice(0, 2).map((entry) => entry.key), ["jobid", "cluster"]);
  deepStrictEqual(model.rows.map((row) => row.cells[1].text).sort(), ["alpha", "beta"]);
});

Deno.test("jobsPage() finds jobs by name and links the CSV file of all of them", async () => {
  const model = await jobs([{ name: "train_big" }, { name: "relax" }], "q=train&page=1");
  deepStrictEqual([model.count, model.q], ["1", "train"]);
  deepStrictEqual(model.files.map(({ href }) => href), [
    "/api/export/jobs.csv?q=train",
    "/api/export/jobs.jsonl?q=train",
    "/api/export/jobs.parquet?q=train",
  ]);
  deepStrictEqual(model.filter_bar.chips.map((chip) => [chip.label, chip.value, chip.href]), [[
    "Search",
    "train",
    "/jobs",
  ]]);
});

Deno.test("jobsPage() shows the columns chosen in their order, the job first, and files have all of them", async () => {
  const model = await jobs([{ id: "7", state: "FAILED" }], "column=state&column=maxrss&column=end&sort=-end");
  deepStrictEqual(model.columns.map(({ key }) => key), ["jobid", "state", "maxrss", "end"]);
  deepStrictEqual(model.rows[0].cells.map(({ text }) => text).slice(0, 3), ["7", "FAILED", "—"]);
  strictEqual(model.files[0].href, "/api/export/jobs.csv");
  strictEqual(model.chooser.usual_href, "/jobs?sort=-end");
  deepStrictEqual(model.chooser.hidden, [{ name: "sort", value: "-end" }]);
  const shown = model.chooser.columns.filter((column) => column.shown).map(({ key }) => key);
  deepStrictEqual(shown, ["jobid", "state", "maxrss", "end"]);
  ok(model.columns.every(({ sort_href }) => sort_href?.includes("column=state&column=maxrss&column=end")));
});

Deno.test("jobsPage() offers every stored column and tells of one that there is none of", async () => {
  const model = await jobs([{}], "column=colour&column=jobname");
  ok(model.notices.some((notice) => JSON.stringify(notice).includes("colour")));
  deepStrictEqual(model.columns.map(({ key }) => key), ["jobid", "jobname"]);
  const offered = new Set(model.chooser.columns.map(({ key }) => key));
  for (const { name } of JOB_COLUMNS) ok(offered.has(name.toLowerCase()), name);
  ok(offered.has("wait") && !offered.has("cluster"));
  const every = [...offered].map((key) => `column=${key}`).join("&");
  strictEqual((await jobs([{}], every)).rows[0].cells.length, offered.size);
});

Deno.test("jobsPage() has the usual columns without a word of them in the address", async () => {
  const data = dataOf(clusterOf("alpha", [{}]), clusterOf("beta", [{}]));
  const pageOf = (query: string) =>
    jobsPage(data, parseFilters(new URLSearchParams(query)).filters, { now_s: NOW_S });
  const usual = (await pageOf("")).chooser.columns.filter(({ shown }) => shown).map(({ key }) => key);
  strictEqual((await pageOf(usual.map((key) => `column=${key}`).join("&"))).href, "/jobs");
  strictEqual((await pageOf("column=jobid&column=jobid")).href, "/jobs?column=jobid");
});

Deno.test("jobsPage() leads from each job to its page, of the very record, however its id is written", async () => {
  const model = await jobs(
    [{ id: "7_1", submit: 1_795_000_000 }, { id: "8+0", submit: 1_795_000_100 }],
    "sort=jobid",
  );
  deepStrictEqual(model.rows.map(({ cells }) => cells[0].href), [
    "/jobs/alpha/7_1?submit=1795000000",
    "/jobs/alpha/8%2B0?submit=1795000100",
  ]);
});

Deno.test("jobsPage() finds jobs by a part of their user's name", async () => {
  const model = await jobs([{ user: "alice" }, { user: "bob" }], "q=LIC");
  deepStrictEqual(column(model, "user"), ["alice"]);
});
