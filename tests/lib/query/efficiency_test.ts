import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { efficiencies, efficiency } from "../../../lib/query/efficiency.ts";
import { jobs } from "../../../lib/query/jobs.ts";
import { totals } from "../../../lib/query/totals.ts";
import { EFFICIENCIES, MEMORY_CLASSES } from "../../../lib/view/efficiency_classes.ts";
import { choose, DEFAULT_FILTERS, type Filters } from "../../../lib/view/filters.ts";
import { clusterOf, dataOf, jobRecord, utc } from "../../helpers.ts";
import { inside, memoryOf, naiveJobs, naiveKeeps, naiveKeys, ran, runOf, shareUsed } from "./naive_jobs.ts";
import { naiveSpan } from "./naive_calendar.ts";
import { dataOfClusters, randomClusters } from "./random_data.ts";

const NOW = { now_s: 0 };
const GIB = 2 ** 30;
const DAY = utc("2024-05-06");

/** The grouping that the bins of a histogram are. */
const GROUPING = {
  cpu: "cpu_use_class",
  memory: "mem_use_class",
  limit: "limit_use_class",
  gpu: "gpu_use_class",
} as const;

Deno.test("efficiency() counts every job that ended once, in its bin or as unknown, by jobs and by hours", async () => {
  let seen = 0;
  for (let seed = 1; seed <= 6; seed++) {
    const clusters = randomClusters(createRandom(seed), { jobs: 250, around_s: utc("2024-03-31") });
    const filters: Filters & { from: string; to: string; tz: string } = {
      ...DEFAULT_FILTERS,
      from: "2024-03-10",
      to: "2024-04-20",
      tz: "Europe/Berlin",
      only: { ...DEFAULT_FILTERS.only, state: seed % 2 === 0 ? ["COMPLETED", "FAILED"] : [] },
    };
    const span = naiveSpan(filters);
    const ended = naiveJobs(clusters).filter((job) =>
      naiveKeeps(filters, job) && ran(job) && job.End !== null && inside(runOf(job).end_s, span)
    );
    const data = dataOfClusters(clusters);
    for (const  of of["cpu", "memory", "limit", "gpu"] as const) {
      const answer = await efficiency(data, filters, { ...NOW, of });
      assert.ok(answer.of !== "memory-bins");
      const shares = ended.map((job) => shareUsed(job, GROUPING[of]));
      for (const { key, jobs } of answer.bins) {
        const expected = ended.filter((job) => naiveKeys(job, GROUPING[of]).has(key));
        assert.equal(jobs, expected.length, `${of} ${key}, seed ${seed}`);
        seen += jobs;
      }
      assert.equal(answer.unknown.jobs, shares.filter((share) => share === null).length, `${of} unknown`);
      assert.equal(
        answer.known.jobs,
        shares.filter((share) => typeof share === "number").length,
        `${of} known`,
      );
    }
    const bins = await efficiency(data, filters, { ...NOW, of: "memory-bins" });
    assert.ok(bins.of === "memory-bins");
    const both = ended.filter((job) => job.MaxRSS !== null && (memoryOf(job) ?? 0) > 0);
    assert.equal(bins.known.jobs, both.length);
    for (const { asked, used, jobs } of bins.cells) {
      const within = (bytes: number, place: number) => {
        const { from_gib, to_gib } = MEMORY_CLASSES[place];
        return bytes / GIB >= from_gib && bytes / GIB < (to_gib ?? Infinity);
      };
      const here = both.filter((job) => within(memoryOf(job) ?? 0, asked) && within(job.MaxRSS ?? 0, used));
      assert.equal(jobs, here.length, `memory ${asked} ${used}`);
    }
  }
  assert.ok(seen > 200, `${seen} jobs were compared`);
});

/** A job of 2 CPUs and an hour that used a share of its CPU time. */
function job(number: number, share: number | null, parts: Parameters<typeof jobRecord>[0] = {}) {
  return jobRecord({
    JobID: String(number),
    Submit: DAY,
    Start: DAY,
    End: DAY + 3600,
    State: "COMPLETED",
    NodeList: "n1",
    AllocCPUS: 2,
    AllocNodes: 1,
    TotalCPU: share === null ? null : 7200 * share,
    ...parts,
  });
}

const ONE_DAY: Filters = { ...DEFAULT_FILTERS, from: "2024-05-06", to: "2024-05-06", tz: "UTC" };

Deno.test("efficiency() has in each bin the jobs that the table lists for its class, up to those that ended later", async () => {
  let filled = 0;
  for (let seed = 1; seed <= 3; seed++) {
    const data = dataOfClusters(randomClusters(createRandom(seed), { jobs: 200, around_s: DAY }));
    const all = { ...DEFAULT_FILTERS, from: "2020-01-01", to: "2030-12-31", tz: "UTC" };
    for (const [of, by] of Object.entries(GROUPING)) {
      const answer = await efficiency(data, all, { ...NOW, of: of as keyof typeof GROUPING });
      assert.ok(answer.of !== "memory-bins");
      for (const { key, jobs: count } of answer.bins) {
        const listed = await jobs(data, choose(all, by as (typeof GROUPING)["cpu"], [key]), {
          ...NOW,
          limit: 0,
          offset: 0,
        });
        assert.equal(listed.total, count, `${by} ${key}, seed ${seed}`);
        if (count > 0) filled++;
      }
    }
  }
  assert.ok(filled > 60, `${filled} bins had jobs`);
});

Deno.test("efficiency() gives 100 % to the last step, more to a bin of its own, and a limit that was reached to that, too", async () => {
  const data = dataOf(clusterOf([
    job(1, 0),
    job(2, 0.049),
    job(3, 0.05),
    job(4, 1),
    job(5, 1.01, { TimelimitRaw: 60 }),
    job(6, 0.5, { TimelimitRaw: 120 }),
    job(7, null, { TimelimitRaw: 50, AllocGPUS: 2, GPUUtilAve: 250 }),
  ]));
  const filled = async (of: "cpu" | "limit" | "gpu") => {
    const answer = await efficiency(data, ONE_DAY, { ...NOW, of });
    assert.ok(answer.of !== "memory-bins");
    return answer.bins.filter(({ jobs }) => jobs > 0).map(({ key, jobs, hours }) => [key, jobs, hours]);
  };
  assert.deepEqual(await filled("cpu"), [
    ["0-5", 2, 4],
    ["5-10", 1, 2],
    ["50-55", 1, 2],
    ["95-100", 1, 2],
    [">100", 1, 2],
  ]);
  assert.deepEqual(await filled("limit"), [["50-55", 1, 2], [">100", 2, 4]]);
  assert.deepEqual(await filled("gpu"), [["95-100", 1, 2]], "a task on several GPUs counts as all of them");
});

Deno.test("efficiencies() answers all at once as each alone, and its hours are those of the jobs that ended", async () => {
  const data = dataOfClusters(randomClusters(createRandom(3), { jobs: 200, around_s: DAY }));
  const filters: Filters = {
    ...DEFAULT_FILTERS,
    from: "2024-04-20",
    to: "2024-05-30",
    tz: "UTC",
    basis: "end",
  };
  const all = await efficiencies(data, filters, NOW);
  for (const of of EFFICIENCIES) {
    assert.deepEqual(all[of], await efficiency(data, filters, { ...NOW, of }), of);
  }
  const found = await totals(data, filters, { ...NOW, measures: ["cpu-hours", "jobs-ended"] });
  const { known, unknown } = all.cpu;
  assert.equal(known.jobs + unknown.jobs, found["jobs-ended"]);
  const difference = known.hours + unknown.hours - (found["cpu-hours"] ?? 0);
  assert.ok(Math.abs(difference) < 1e-6, `differs by ${difference} CPU-hours`);
});

Deno.test("efficiency() of nothing has no jobs in any bin", async () => {
  const answer = await efficiency(dataOf(clusterOf([])), ONE_DAY, { ...NOW, of: "memory-bins" });
  assert.deepEqual([answer.known, answer.unknown], [{ jobs: 0, hours: 0 }, { jobs: 0, hours: 0 }]);
  assert.ok(answer.of === "memory-bins" && answer.cells.length === 0);
});
