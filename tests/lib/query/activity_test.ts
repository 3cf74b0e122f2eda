import assert from "node:assert/strict";
import { activity, ACTIVITY_PERIODS } from "../../../lib/query/activity.ts";
import { totals } from "../../../lib/query/totals.ts";
import { UnanswerableError } from "../../../lib/query/unanswerable.ts";
import { DEFAULT_FILTERS } from "../../../lib/view/filters.ts";
import { clusterOf, dataOf, jobRecord, utc } from "../../helpers.ts";
import { naiveActivity } from "./naive_extra.ts";
import { naiveJobs, naiveKeeps } from "./naive_jobs.ts";
import { caseSets } from "./random_cases.ts";
import { dataOfClusters } from "./random_data.ts";

const NOW = { now_s: 0 };
const BY = { user: "users", account: "accounts", group: "groups" } as const;

Deno.test("activity() answers random questions as the plain definitions do", async () => {
  let number = 0;
  let filled = 0;
  for (const { clusters, cases } of caseSets()) {
    const all_jobs = naiveJobs(clusters);
    const data = dataOfClusters(clusters);
    for (const random_filters of cases.slice(0, 15)) {
      const by = (["user", "account", "group"] as const)[number % 3];
      const per = ACTIVITY_PERIODS[Math.floor(number++ / 3) % 3];
      const filters = { ...random_filters, by };
      const { periods, active, total, mean_periods } = await activity(data, filters, { ...NOW, per });
      const jobs = all_jobs.filter((job) => naiveKeeps(filters, job));
      const expected = naiveActivity(jobs, { filters, by, per });
      assert.deepEqual({ periods, active, total }, expected, `${by} ${per} ${JSON.stringify(filters)}`);
      assert.equal((await totals(data, filters, { ...NOW, measures: [BY[by]] }))[BY[by]], total);
      assert.equal(mean_periods === null, total === 0);
      if (total > 1) filled++;
    }
  }
  assert.equal(number, 300);
  assert.ok(filled > 150, `${filled} answers hold anything`);
});

Deno.test("activity() counts a day once, whatever ran on it and on which cluster", async () => {
  const job = (User: string, start: string, end: string) =>
    jobRecord({ User, Submit: utc(start), Start: utc(start), End: utc(end), AllocCPUS: 1 });
  const data = dataOf(
    clusterOf([
      job("ada", "2024-05-01T10:00", "2024-05-01T11:00"),
      job("ada", "2024-05-01T23:00", "2024-05-03T00:00"),
    ]),
    clusterOf([job("ada", "2024-05-02T10:00", "2024-05-02T11:00"), job("bob", "2024-05-31", "2024-06-30")], {
      name: "beta",
    }),
  );
  const ask = (per: "day" | "week" | "month") =>
    activity(data, { ...DEFAULT_FILTERS, from: "2024-05-01", to: "2024-06-30" }, { ...NOW, per });
  assert.deepEqual(await ask("day"), {
    by: "user",
    per: "day",
    tz: "UTC",
    from: "2024-05-01",
    to: "2024-06-30",
    periods: 61,
    active: [{ periods: 2, count: 1 }, { periods: 30, count: 1 }],
    total: 2,
    mean_periods: 16,
  });
  assert.deepEqual((await ask("week")).active, [{ periods: 1, count: 1 }, { periods: 5, count: 1 }]);
  assert.deepEqual((await ask("month")).active, [{ periods: 1, count: 1 }, { periods: 2, count: 1 }]);
});

Deno.test("activity() is refused in words for what is nobody", async () => {
  await assert.rejects(
    activity(dataOf(), { ...DEFAULT_FILTERS, by: "state" }, { ...NOW, per: "day" }),
    (error) =>
      error instanceof UnanswerableError && error.field === "by" && error.message.includes("user, account"),
  );
});
