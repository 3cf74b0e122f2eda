import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { usagePage } from "../../../lib/pages/usage.ts";
import { parseFilters } from "../../../lib/view/filters.ts";
import { EMPTY_INVENTORY } from "../../../lib/store/inventory.ts";
import { chartOf, clusterOf, dataOf, NOW_S, type Sent } from "./small_data.ts";

const DAY_S = 86_400;
const GAP = "\u00a0";

async function usage(jobs: readonly Sent[], query = "") {
  const { filters } = parseFilters(new URLSearchParams(query));
  const model = await usagePage(dataOf(clusterOf("alpha", jobs)), filters, { now_s: NOW_S });
  return { ...model, figure: chartOf(model.figure) };
}

const JOBS: readonly Sent[] = [
  { account: "phys", cpus: 6, wait_s: 60 },
  { account: "phys", cpus: 3, wait_s: 180 },
  { account: "chem", cpus: 1, wait_s: 10 },
  { account: "phys", cpus: 3, submit: NOW_S - 40 * DAY_S },
  // So old that the whole period before can be compared with.
  { account: "phys", submit: NOW_S - 100 * DAY_S },
];

Deno.test("usagePage() has a row for each account with share, change, jobs and wait, and the whole below", async () => {
  const { table } = await usage(JOBS);
  deepStrictEqual(table?.columns.map((column) => column.label), [
    "Account",
    "CPU-hours",
    "Share",
    "Change",
    "Jobs ended",
    "Wait, median",
  ]);
  deepStrictEqual(table?.rows.map((row) => row.cells), [
    ["phys", "9", `90${GAP}%`, `+200${GAP}%`, "2", `1${GAP}min`],
    ["chem", "1", `10${GAP}%`, "new", "1", `10${GAP}s`],
  ]);
  deepStrictEqual(table?.footer, ["All", "10", `100${GAP}%`, `×${GAP}3.3`, "3", `1${GAP}min`]);
  strictEqual(table?.left_out, "");
});

Deno.test("usagePage() shows no change where nothing is known of the period before", async () => {
  const { table, figure } = await usage(JOBS.slice(0, 3));
  strictEqual(table?.rows[0].cells[3], "—");
  strictEqual(table?.footer[3], "—");
  strictEqual(figure.finding, `phys has 90${GAP}% of 10 CPU-hours.`);
});

Deno.test("usagePage() says the chart in one sentence", async () => {
  strictEqual(
    (await usage(JOBS)).figure.finding,
    `phys has 90${GAP}% of 10 CPU-hours; in all 3.3 times as much as in the 30 days before.`,
  );
});

Deno.test("usagePage() leads from a row to the next dimension, and from a chosen row back", async () => {
  strictEqual((await usage(JOBS)).table?.rows[0].href, "/usage?account=phys&by=user");
  const chosen = (await usage(JOBS, "account=phys")).table?.rows[0];
  deepStrictEqual([chosen?.href, chosen?.selected], ["/usage", true]);
  strictEqual((await usage(JOBS, "by=wckey")).table?.rows[0].href, "/usage?wckey=%28none%29");
});

Deno.test("usagePage() sorts by any column, unknown values last, and links each head to the other order", async () => {
  const names = async (query: string) => (await usage(JOBS, query)).table?.rows.map((row) => row.key);
  deepStrictEqual(await names(""), ["phys", "chem"]);
  deepStrictEqual(await names("sort=name"), ["chem", "phys"]);
  deepStrictEqual(await names("sort=wait-p50"), ["chem", "phys"]);
  deepStrictEqual(await names("sort=-jobs-ended"), ["phys", "chem"]);
  deepStrictEqual(await names("sort=nonsense"), ["phys", "chem"]);
  const [name, hours] = (await usage(JOBS, "sort=name")).table?.columns ?? [];
  deepStrictEqual([name.sorted, name.sort_href], ["ascending", "/usage?sort=-name#table"]);
  deepStrictEqual([hours.sorted, hours.sort_href], [undefined, "/usage?sort=-cpu-hours#table"]);
});

Deno.test("usagePage() draws lines and no shares for measures that do not add up", async () => {
  const { figure, table } = await usage(JOBS, "measure=wait-p50");
  deepStrictEqual([figure.kind, figure.stacked], ["lines", false]);
  ok(!table?.columns.some((column) => column.label === "Share"));
  strictEqual(figure.finding, `Wait, median: 1${GAP}min, unchanged.`);
});

Deno.test("usagePage() claims no share where jobs count once on each of their nodes, but for hours", async () => {
  const jobs: readonly Sent[] = [{ nodes: "n[1-3]", cpus: 6 }, { nodes: "n1", cpus: 2 }];
  const counts = await usage(jobs, "by=node&measure=jobs-ended");
  deepStrictEqual([counts.figure.kind, counts.figure.stacked], ["lines", false]);
  deepStrictEqual(counts.table?.columns.map((column) => column.label), [
    "Node",
    "Jobs ended",
    "Change",
    "CPU-hours",
    "Wait, median",
  ]);
  deepStrictEqual(counts.table?.rows.map((row) => row.cells.slice(0, 2)), [["n1", "2"], ["n2", "1"], [
    "n3",
    "1",
  ]]);
  deepStrictEqual(counts.table?.footer.slice(0, 2), ["All", "2"]);
  for (const { cells } of counts.table?.rows ?? []) strictEqual(cells.length, 5);
  strictEqual(counts.figure.finding, "2 jobs in all.");
  const hours = await usage(jobs, "by=node&measure=cpu-hours");
  deepStrictEqual([hours.figure.kind, hours.figure.stacked], ["bars", true]);
  deepStrictEqual(hours.table?.rows.map((row) => row.cells.slice(0, 3)), [
    ["n1", "4", `50${GAP}%`],
    ["n2", "2", `25${GAP}%`],
    ["n3", "2", `25${GAP}%`],
  ]);
  strictEqual(hours.figure.finding, `n1 has 50${GAP}% of 8 CPU-hours.`);
});

Deno.test("usagePage() adds up no counts of the nodes that it leaves out", async () => {
  const jobs = Array.from({ length: 2 }, () => ({ nodes: "n[1-510]", cpus: 510 }));
  const left = async (measure: string) => (await usage(jobs, `by=node&measure=${measure}`)).table?.left_out;
  strictEqual(await left("jobs-ended"), "The first 500 are listed; 10 more are in the CSV file.");
  strictEqual(
    await left("cpu-hours"),
    `The first 500 are listed; 10 more with 20 CPU-hours (2.0${GAP}%) are in the CSV file.`,
  );
});

Deno.test("usagePage() folds all but seven into Other and leads to the table of all", async () => {
  const jobs = Array.from({ length: 12 }, (_, index) => ({ account: `a${index}`, cpus: index + 1 }));
  const { figure, table } = await usage(jobs);
  deepStrictEqual(figure.series.map(({ label }) => label), [
    "a11",
    "a10",
    "a9",
    "a8",
    "a7",
    "a6",
    "a5",
    "Other",
  ]);
  deepStrictEqual(figure.truncated, { shown: 7, of: 12, href: "/usage#table" });
  deepStrictEqual([figure.series.at(-1)?.colour, figure.series.at(-1)?.href], ["other", null]);
  strictEqual(table?.rows.length, 12);
});

Deno.test("usagePage() lists 500 values and says what is left out", async () => {
  const jobs = Array.from({ length: 510 }, (_, index) => ({ user: `u${index}`, cpus: 2 }));
  const { table } = await usage(jobs, "by=user");
  strictEqual(table?.rows.length, 500);
  match(
    table?.left_out ?? "",
    /^The first 500 are listed; 10 more with 20 CPU-hours \(2\.0\u00a0%\) are in the CSV file\.$/,
  );
});

Deno.test("usagePage() has classes in their own order, in table and chart, until sorted otherwise", async () => {
  const jobs = [{ cpus: 3 }, { cpus: 100 }, { cpus: 20 }, { cpus: 6 }, { cpus: 6 }];
  const keys = async (query: string) =>
    (await usage(jobs, `by=size_class${query}`)).table?.rows.map((row) => row.key);
  deepStrictEqual(await keys(""), ["2-4", "5-16", "17-64", "65-256"]);
  deepStrictEqual(await keys("&sort=-name"), ["65-256", "17-64", "5-16", "2-4"]);
  deepStrictEqual(await keys("&sort=-cpu-hours"), ["65-256", "17-64", "5-16", "2-4"]);
  deepStrictEqual((await keys("&sort=-jobs-ended"))?.[0], "5-16");
  const { figure, table, more_groupings, groupings } = await usage(jobs, "by=size_class");
  deepStrictEqual(figure.series.map(({ key, href }) => [key, href]), [
    ["2-4", "/usage?size_class=2-4&by=size_class"],
    ["5-16", "/usage?size_class=5-16&by=size_class"],
    ["17-64", "/usage?size_class=17-64&by=size_class"],
    ["65-256", "/usage?size_class=65-256&by=size_class"],
  ]);
  match(figure.finding ?? "", /^65-256 has 74/);
  strictEqual(
    table?.columns.find(({ key }) => key === "share")?.sort_href,
    "/usage?by=size_class&sort=-cpu-hours#table",
  );
  ok(!groupings.some(({ selected }) => selected));
  const waited = await usage([{ wait_s: 30 }], "by=wait_class");
  deepStrictEqual([waited.table?.rows[0].key, waited.table?.rows[0].cells[0]], ["<= 1 min", "≤ 1 min"]);
  strictEqual(waited.figure.series[0].label, "≤ 1 min");
  deepStrictEqual(more_groupings.filter(({ selected }) => selected).map(({ label }) => label), ["Job size"]);
});

Deno.test("usagePage() links a bar to its days and a legend entry to its series alone or beside others", async () => {
  const { figure } = await usage(JOBS, "account=chem&period=7d");
  strictEqual(figure.buckets[0].href, "/usage?account=chem&from=2026-11-17&to=2026-11-17");
  deepStrictEqual([figure.series[0].href, figure.series[0].toggle_href], [
    "/usage?account=chem&period=7d",
    "/usage?period=7d",
  ]);
  const monthly = (await usage(JOBS, "period=12mo&step=month")).figure;
  strictEqual(monthly.buckets.at(-1)?.href, "/usage?from=2026-11-01&to=2026-11-23");
  strictEqual(monthly.buckets[0].href, "/usage?from=2025-11-24&to=2025-11-30");
});

Deno.test("usagePage() is titled by the one thing that is chosen", async () => {
  strictEqual((await usage(JOBS, "user=alice")).title, "Usage by alice");
  strictEqual((await usage(JOBS, "account=phys&account=chem")).title, "Usage of accounts chem and phys");
  strictEqual((await usage(JOBS)).title, "Usage");
});

Deno.test("usagePage() links the CSV file of the same question", async () => {
  strictEqual(
    (await usage(JOBS, "by=user&sort=name&period=7d")).csv_href,
    "/api/export/usage.csv?period=7d&by=user",
  );
});

Deno.test("usagePage() tells accounts apart by parts of their names, and goes on from one to the next", async () => {
  const jobs = [{ account: "bio-imaging-ms" }, { account: "bio-imaging-em", cpus: 8 }, { account: "phys" }];
  const first = await usage(jobs, "by=account_1");
  deepStrictEqual(first.account_forms.map(({ label, selected }) => [label, selected]), [
    ["Full name", false],
    ["First segment", true],
    ["Two segments", false],
    ["Slurm's tree", false],
  ]);
  deepStrictEqual(first.groupings.filter(({ selected }) => selected).map(({ label }) => label), ["Account"]);
  deepStrictEqual(first.table?.rows.map(({ cells, href }) => [cells[0], cells[1], href]), [
    ["bio", "12", "/usage?account_1=bio&by=account_2"],
    ["phys", "4", "/usage?account_1=phys&by=account_2"],
  ]);
  deepStrictEqual((await usage(jobs, "by=user")).account_forms, []);
});

Deno.test("usagePage() has one series and no table where nothing is split", async () => {
  const { figure, table, title, question } = await usage(JOBS, "by=none");
  deepStrictEqual([figure.series.length, figure.title, table], [1, "CPU-hours", null]);
  strictEqual(figure.finding, `10 CPU-hours in all, 3.3 times as much as in the 30 days before.`);
  deepStrictEqual([title, question], ["Usage", "Who used what? CPU-hours"]);
});

Deno.test("usagePage() draws the range before behind what adds up, as the whole of it up to the same time", async () => {
  const { figure, table } = await usage(JOBS, "compare=prev");
  strictEqual(figure.compared?.total, 3);
  strictEqual(figure.compared?.values.reduce((sum: number, value) => sum + (value ?? 0), 0), 3);
  strictEqual(table?.footer[3], `×${GAP}3.3`);
  strictEqual((await usage(JOBS, "compare=prev&measure=wait-p50")).figure.compared, null);
});

Deno.test("usagePage() draws the range before up to where it is compared, so that it tells the same change", async () => {
  // Of the last day of the range half is reported: the day before ended its range with two jobs, one in each half.
  const jobs = [
    { submit: NOW_S - DAY_S, wait_s: 0, cpus: 6 },
    { submit: NOW_S - 30 * DAY_S - 7200, wait_s: 0, cpus: 2 },
    { submit: NOW_S - 30 * DAY_S + 3600, wait_s: 0, cpus: 99 },
    { submit: NOW_S - 800 * DAY_S },
  ];
  for (const [compare, days] of [["prev", 30], ["year", 365]] as const) {
    const shifted = jobs.map((job, at) =>
      at === 1 || at === 2 ? { ...job, submit: job.submit - (days - 30) * DAY_S } : job
    );
    const { figure, table } = await usage(shifted, `compare=${compare}`);
    strictEqual(figure.compared?.total, 2);
    strictEqual(figure.compared?.values.reduce((sum: number, value) => sum + (value ?? 0), 0), 2);
    strictEqual(figure.compared?.values.at(-1), 2);
    strictEqual(table?.footer[3], `+200${GAP}%`);
    match(figure.finding, /200\u00a0% more/);
  }
});

Deno.test("usagePage() leads from an account's own jobs in the tree to that account, from one below to what is below it", async () => {
  const below = (account: string, parent: string | null) => ({
    account,
    parent,
    description: null,
    organization: null,
  });
  const accounts = [below("root", null), below("phys", "root"), below("phys-exp", "phys")];
  const cluster = clusterOf("alpha", [
    { account: "phys", cpus: 8 },
    { account: "phys-exp", cpus: 4 },
    { account: "root", cpus: 1 },
  ], { inventory: { ...EMPTY_INVENTORY, accounts, changes: 1 } });
  const ask = async (query: string) => {
    const { filters } = parseFilters(new URLSearchParams(query));
    const { table, figure } = await usagePage(dataOf(cluster), filters, { now_s: NOW_S });
    const links = table?.rows.map(({ key, href }) => [key, href]);
    deepStrictEqual(
      chartOf(figure).series.map(({ key, href }) => [key, href?.replace(/&by=.*/, "")]),
      links?.map(([key, href]) => [key, href?.replace(/&by=.*/, "")]),
    );
    return links;
  };
  deepStrictEqual(await ask("by=account_tree"), [
    ["phys", "/usage?account_tree=phys&by=account_tree"],
    ["root", "/usage?account=root&by=user"],
  ]);
  deepStrictEqual(await ask("by=account_tree&account_tree=phys"), [
    ["phys", "/usage?account=phys&account_tree=phys&by=user"],
    ["phys-exp", "/usage?account_tree=phys-exp&by=account_tree"],
  ]);
});
