import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { statusPage } from "../../../lib/pages/status.ts";
import { EMPTY_REPORT } from "../../../lib/store/report.ts";
import { after, node, snapshot } from "../store/inventory_snapshots.ts";
import { clusterOf, dataOf, NOW_S } from "./small_data.ts";

async function fact(data: Parameters<typeof statusPage>[0], label: string) {
  const [status] = (await statusPage(data, { now_s: NOW_S })).clusters;
  return status.facts.find((entry) => entry.label === label);
}

Deno.test("statusPage() tells reports that arrive from late and missing ones", async () => {
  const state = async (fresh_until_s: number | null) =>
    (await statusPage(dataOf(clusterOf("alpha", [], { fresh_until_s })), { now_s: NOW_S })).clusters[0].state;
  deepStrictEqual([await state(NOW_S - 3600), await state(NOW_S - 40 * 3600), await state(null)], [
    "current",
    "late",
    "waiting",
  ]);
});

Deno.test("statusPage() writes times in the cluster's zone, with their age", async () => {
  const data = dataOf(clusterOf("alpha", [{}], { tz: "Europe/Berlin", fresh_until_s: NOW_S - 5400 }));
  deepStrictEqual(await fact(data, "Complete up to"), {
    label: "Complete up to",
    value: "23 Nov 2026 09:00",
    note: "1 h ago",
  });
  strictEqual((await fact(data, "Time zone"))?.value, "Europe/Berlin");
});

Deno.test("statusPage() shows rejected rows with their reasons, and how many more there are", async () => {
  const cluster = {
    ...clusterOf("alpha", [{}]),
    report: {
      ...EMPTY_REPORT,
      rejected: 1204,
      recent_rejected: [{ at_s: NOW_S - 60, job_id: null, reason: "JobID: is missing" }],
    },
    set_aside: new Map([["jobs_1.parquet", "footer is cut off"]]),
  };
  const { clusters: [status] } = await statusPage(dataOf(cluster), { now_s: NOW_S });
  strictEqual(
    status.rejected_text,
    "1,204 rows were no job and could not be stored; the newest 1 are listed.",
  );
  deepStrictEqual(status.rejected, [{
    at: "23 Nov 2026 09:29",
    job_id: "unknown",
    reason: "JobID: is missing",
    stored_href: null,
  }]);
  deepStrictEqual(status.set_aside, [{ file: "jobs_1.parquet", reason: "footer is cut off" }]);
});

Deno.test("statusPage() counts the jobs submitted on each of the last 30 days", async () => {
  const data = dataOf(clusterOf("alpha", [{ submit: NOW_S - 60 }, {}]));
  const { clusters: [status] } = await statusPage(data, { now_s: NOW_S });
  strictEqual(status.jobs_by_day.length, 30);
  strictEqual(status.jobs_by_day_text, "2 jobs submitted in the last 30 days, 1 today");
});

Deno.test("statusPage() tells what a cluster consists of where it is known, and nothing where it is not", async () => {
  const cluster = clusterOf("alpha", [{}]);
  const labels = async (data: Parameters<typeof statusPage>[0]) =>
    (await statusPage(data, { now_s: NOW_S })).clusters[0].facts.map(({ label }) => label);
  const unknown = await labels(dataOf(cluster));
  strictEqual(unknown.some((label) => /Nodes|CPUs|GPUs|Inventory/.test(label)), false);

  const accounts_only = after(snapshot(NOW_S - 7200, { accounts: [] }));
  deepStrictEqual(await labels(dataOf({ ...cluster, inventory: accounts_only })), [
    ...unknown,
    "Inventory last seen",
  ]);

  const inventory = after(
    snapshot(NOW_S - 9000, { nodes: [node("gone", { cpus: 999 })] }),
    snapshot(NOW_S - 7200, {
      nodes: [
        node("a", { cpus: 1000, gpus: [["a100", 4], ["v100", 1]] }),
        node("b", { state: "IDLE+DRAIN", gpus: [["a100", 4]] }),
        node("c", { state: "FUTURE", future: true }),
      ],
    }),
  );
  const data = dataOf({ ...cluster, inventory });
  deepStrictEqual(
    [await fact(data, "Nodes"), await fact(data, "CPUs"), await fact(data, "GPUs")],
    [
      {
        label: "Nodes",
        value: "2",
        note: "1 down, drained or in maintenance",
        href: "/nodes?cluster=alpha&sort=state#table",
      },
      { label: "CPUs", value: "1,004", note: "" },
      { label: "GPUs", value: "9", note: "8 a100, 1 v100" },
    ],
  );
  deepStrictEqual(await fact(data, "Inventory last seen"), {
    label: "Inventory last seen",
    value: "23 Nov 2026 07:30",
    note: "2 h ago",
  });
});

Deno.test("statusPage() tells of a rejected row that a job of its id has come in by now", async () => {
  const rejected = ["1000", "1000", "2000", "odd"].map((job_id, at) => ({
    at_s: at === 1 ? NOW_S - 500 * 86_400 : NOW_S - 60,
    job_id,
    reason: "Start: is odd",
  }));
  const cluster = {
    ...clusterOf("alpha", [{ id: "1000" }]),
    report: { ...EMPTY_REPORT, rejected: 4, recent_rejected: rejected },
  };
  const { clusters: [status] } = await statusPage(dataOf(cluster), { now_s: NOW_S });
  deepStrictEqual(status.rejected.map(({ stored_href }) => stored_href), [
    "/jobs/alpha/1000",
    null,
    null,
    null,
  ]);
  match(status.rejected_text, /^4 rows were no job .* Of one of these a job has come in by now\.$/);
});

Deno.test("statusPage() tells what is archived, and when, where anything ever is", async () => {
  const data = dataOf(clusterOf("alpha", [{}]));
  const archived = async (retention_months: number | null, files: number) => {
    const store = { retention_months, archived: new Map([["alpha", { files, bytes: 2048 }]]) };
    const { clusters: [{ facts }] } = await statusPage(data, { now_s: NOW_S, store });
    const found = facts.find(({ label }) => label === "Archived");
    return found === undefined ? null : [found.value, found.note];
  };
  deepStrictEqual(await archived(null, 0), null);
  deepStrictEqual(await archived(24, 0), ["nothing yet", "after 24 months"]);
  deepStrictEqual(await archived(1, 3), ["3 weeks", "2\u00a0KiB, after 1 month"]);
  deepStrictEqual(await archived(null, 1), ["1 week", "2\u00a0KiB, not shown any more"]);
});
