import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { statusPage } from "../../../lib/pages/status.ts";
import { EMPTY_REPORT } from "../../../lib/store/report.ts";
import { clusterOf, dataOf, NOW_S } from "./small_data.ts";

function fact(data: Parameters<typeof statusPage>[0], label: string) {
  return statusPage(data, { now_s: NOW_S }).clusters[0].facts.find((entry) => entry.label === label);
}

Deno.test("statusPage() tells reports that arrive from late and missing ones", () => {
  const state = (fresh_until_s: number | null) =>
    statusPage(dataOf(clusterOf("alpha", [], { fresh_until_s })), { now_s: NOW_S }).clusters[0].state;
  deepStrictEqual([state(NOW_S - 3600), state(NOW_S - 40 * 3600), state(null)], [
    "current",
    "late",
    "waiting",
  ]);
});

Deno.test("statusPage() writes times in the cluster's zone, with their age", () => {
  const data = dataOf(clusterOf("alpha", [{}], { tz: "Europe/Berlin", fresh_until_s: NOW_S - 5400 }));
  deepStrictEqual(fact(data, "Complete up to"), {
    label: "Complete up to",
    value: "23 Nov 2026 09:00",
    note: "1 h ago",
  });
  strictEqual(fact(data, "Time zone")?.value, "Europe/Berlin");
});

Deno.test("statusPage() shows rejected rows with their reasons, and how many more there are", () => {
  const cluster = {
    ...clusterOf("alpha", [{}]),
    report: {
      ...EMPTY_REPORT,
      rejected: 1204,
      recent_rejected: [{ at_s: NOW_S - 60, job_id: null, reason: "JobID: is missing" }],
    },
    set_aside: new Map([["jobs_1.parquet", "footer is cut off"]]),
  };
  const [status] = statusPage(dataOf(cluster), { now_s: NOW_S }).clusters;
  strictEqual(
    status.rejected_text,
    "1,204 rows were no job and could not be stored; the newest 1 are listed.",
  );
  deepStrictEqual(status.rejected, [{
    at: "23 Nov 2026 09:29",
    job_id: "unknown",
    reason: "JobID: is missing",
  }]);
  deepStrictEqual(status.set_aside, [{ file: "jobs_1.parquet", reason: "footer is cut off" }]);
});

Deno.test("statusPage() counts the jobs submitted on each of the last 30 days", () => {
  const [status] =
    statusPage(dataOf(clusterOf("alpha", [{ submit: NOW_S - 60 }, {}])), { now_s: NOW_S }).clusters;
  strictEqual(status.jobs_by_day.length, 30);
  strictEqual(status.jobs_by_day_text, "2 jobs submitted in the last 30 days, 1 today");
});
