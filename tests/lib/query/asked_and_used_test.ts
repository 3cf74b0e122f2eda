import assert from "node:assert/strict";
import { askedAndUsed, type JobsAndHours } from "../../../lib/query/asked_and_used.ts";
import { type AskedGroup, cpuCount, limitFor, memorySize } from "../../../lib/query/asked_groups.ts";
import { totals } from "../../../lib/query/totals.ts";
import { DEFAULT_FILTERS } from "../../../lib/view/filters.ts";
import { clusterOf, dataOf, jobRecord, utc } from "../../helpers.ts";
import { naiveSpan } from "./naive_calendar.ts";
import { elapsedOf, inside, type NaiveJob, naiveJobs, naiveKeeps, ran } from "./naive_jobs.ts";
import { caseSets } from "./random_cases.ts";
import { dataOfClusters } from "./random_data.ts";

const NOW = { now_s: 0 };
const GIB = 2 ** 30;
const HOUR_S = 3600;

/** A job with what it asked for, what it used and for how long. */
interface Use {
  readonly asked: number;
  readonly used: number;
  readonly elapsed_s: number;
}

/** Memory of the whole job as the test's records name it. */
function naiveMemory({ AllocTRES, ReqMem }: NaiveJob): number | null {
  const said = AllocTRES?.split(",").find((part) => part.startsWith("mem="));
  if (said === undefined) return ReqMem;
  return parseFloat(said.slice(4)) * (said.endsWith("G") ? GIB : GIB / 1024);
}

function naiveGroups(uses: readonly Use[], sizeFor: (used: number) => number): readonly AskedGroup[] {
  const groups: AskedGroup[] = [];
  for (const asked of new Set(uses.map((use) => use.asked))) {
    const members = uses.filter((use) => use.asked === asked).sort((a, b) => a.used - b.used);
    // The first that at least 95 % of all do not exceed.
    const used_p95 = members.find(({ used }) =>
      members.filter((other) =>
        other.used <= used
      ).length >= 0.95 * members.length
    )?.used ?? NaN;
    const size = sizeFor(used_p95);
    const enough = size < asked ? size : asked;
    const fitting = members.filter(({ used }) => used <= enough);
    const sum = (of: (use: Use) => number, list = members) => list.reduce((all, use) => all + of(use), 0);
    groups.push({
      asked,
      jobs: members.length,
      used_p95,
      used_mean: sum(({ used, elapsed_s }) => used * elapsed_s) / sum(({ elapsed_s }) => elapsed_s),
      enough,
      fitting: fitting.length,
      freed_hours: sum(({ elapsed_s }) => (asked - enough) * elapsed_s / HOUR_S, fitting),
    });
  }
  return groups;
}

/** Groups whose sums were made in another order are the same but for the last digits. */
function assertGroups(found: readonly AskedGroup[], expected: readonly AskedGroup[], words: string): void {
  const inOrder = (groups: readonly AskedGroup[]) => groups.toSorted((a, b) => a.asked - b.asked);
  const rounded = (group: AskedGroup) => ({
    ...group,
    used_mean: Number(group.used_mean.toPrecision(9)),
    freed_hours: Number(group.freed_hours.toPrecision(9)),
  });
  assert.deepEqual(inOrder(found).map(rounded), inOrder(expected).map(rounded), words);
}

function near(found: number, expected: number, words: string): void {
  assert.ok(
    Math.abs(found - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
    `${words}: ${found}, ${expected}`,
  );
}

Deno.test("askedAndUsed() answers random questions as the plain definitions do", async () => {
  const seen = { memory: 0, cpus: 0, limit: 0, freed: 0, out_of_memory: 0 };
  for (const { clusters, cases } of caseSets()) {
    const all_jobs = naiveJobs(clusters);
    const data = dataOfClusters(clusters);
    for (const filters of cases.slice(0, 10)) {
      const words = JSON.stringify(filters);
      const found = await askedAndUsed(data, filters, NOW);
      const span = naiveSpan(filters);
      const ended = all_jobs.filter((job) => naiveKeeps(filters, job) && ran(job) && inside(job.End, span));
      const inState = (state: string) => ended.filter((job) => job.State === state);
      const counts: readonly (readonly [JobsAndHours, readonly NaiveJob[]])[] = [
        [found.ended, ended],
        [found.timed_out, inState("TIMEOUT")],
        [found.out_of_memory, inState("OUT_OF_MEMORY")],
        [found.failed, inState("FAILED")],
        [found.short, ended.filter((job) => elapsedOf(job) < 60)],
      ];
      for (const [{ jobs }, expected] of counts) assert.equal(jobs, expected.length, words);
      const uses = (of: (job: NaiveJob, elapsed_s: number) => readonly [number | null, number | null]) =>
        ended.flatMap((job): Use[] => {
          const elapsed_s = elapsedOf(job);
          const [asked, used] = of(job, elapsed_s);
          return elapsed_s > 0 && asked !== null && asked > 0 && used !== null
            ? [{ asked, used, elapsed_s }]
            : [];
        });
      const memory = uses((job) => [naiveMemory(job), job.AllocNodes === 1 ? job.MaxRSS : null]);
      assertGroups(found.memory.groups, naiveGroups(memory, memorySize), `memory ${words}`);
      assert.equal(found.memory.jobs, memory.length);
      near(
        found.memory.used_hours,
        memory.reduce((sum, { used, elapsed_s }) => sum + used / GIB * elapsed_s / HOUR_S, 0),
        words,
      );
      const cpus = uses((job, elapsed_s) => [
        job.AllocCPUS,
        job.TotalCPU === null ? null : job.TotalCPU / elapsed_s,
      ]);
      assertGroups(found.cpus.groups, naiveGroups(cpus, cpuCount), `CPUs ${words}`);
      near(
        found.cpus.asked_hours,
        cpus.reduce((sum, { asked, elapsed_s }) => sum + asked * elapsed_s / HOUR_S, 0),
        words,
      );
      const limits = uses((job, elapsed_s) => [
        job.TimelimitRaw === null ? null : job.TimelimitRaw * 60,
        elapsed_s,
      ]);
      assertGroups(found.limit.groups, naiveGroups(limits, limitFor), `limits ${words}`);
      const shares = limits.map(({ asked, used }) => used / asked).sort((a, b) => a - b);
      assert.equal(found.limit.use_p50, shares[Math.ceil(shares.length / 2) - 1] ?? null, words);
      seen.memory += memory.length;
      seen.cpus += cpus.length;
      seen.limit += limits.length;
      seen.freed += found.memory.groups.filter(({ freed_hours }) => freed_hours > 0).length;
      seen.out_of_memory += found.out_of_memory.jobs;
    }
  }
  for (const [what, count] of Object.entries(seen)) assert.ok(count > 40, `${what}: ${count}`);
});

Deno.test("askedAndUsed() counts the jobs that the measures count", async () => {
  for (const { clusters, cases } of [...caseSets()].slice(0, 4)) {
    const data = dataOfClusters(clusters);
    for (const filters of cases.slice(0, 10)) {
      const measures = ["jobs-ended", "cpu-hours-failed"] as const;
      const all = await totals(data, filters, { ...NOW, measures });
      const { ended, failed, timed_out, out_of_memory } = await askedAndUsed(data, filters, NOW);
      assert.equal(ended.jobs, all["jobs-ended"]);
      const lost = failed.cpu_hours + timed_out.cpu_hours + out_of_memory.cpu_hours;
      assert.ok(lost <= (all["cpu-hours-failed"] ?? 0) + 1e-6);
    }
  }
});

Deno.test("askedAndUsed() takes no job on several nodes for its memory, and counts GPUs up to their whole use", async () => {
  const job = (fields: Parameters<typeof jobRecord>[0]) =>
    jobRecord({
      State: "COMPLETED",
      Submit: utc("2024-05-01T10:00"),
      Start: utc("2024-05-01T10:00"),
      End: utc("2024-05-01T12:00"),
      NodeList: "n1",
      AllocNodes: 1,
      AllocCPUS: 2,
      ...fields,
    });
  const data = dataOf(clusterOf([
    job({ JobID: "1", ReqMem: 8 * GIB, MaxRSS: GIB, AllocGPUS: 2, GPUUtilAve: 50 }),
    job({ JobID: "2", ReqMem: 8 * GIB, MaxRSS: GIB, AllocNodes: 2, AllocGPUS: 4, GPUUtilAve: 320 }),
    job({ JobID: "3", AllocGPUS: 1 }),
  ]));
  const { memory, gpus } = await askedAndUsed(
    data,
    { ...DEFAULT_FILTERS, from: "2024-05-01", to: "2024-05-02" },
    NOW,
  );
  assert.deepEqual([memory.jobs, memory.asked_hours, memory.used_hours], [1, 16, 2]);
  assert.deepEqual(gpus, { jobs: 2, asked_hours: 12, used_hours: 10 });
});

Deno.test("memorySize(), limitFor() and cpuCount() give common sizes that hold what was used and a fifth more", () => {
  assert.deepEqual([0, 200, 250, 1000, 1800, 3000, 6000].map((mib) => memorySize(mib * 2 ** 20) / 2 ** 20), [
    256,
    256,
    512,
    2048,
    3072,
    4096,
    8192,
  ]);
  assert.deepEqual([10, 300, 3000, 3001, 86_400, 40 * 86_400].map(limitFor), [
    300,
    600,
    3600,
    7200,
    172_800,
    48 * 86_400,
  ]);
  assert.deepEqual([0, 0.3, 1, 1.2, 3, 4.1, 7, 13.5, 33].map(cpuCount), [1, 1, 1, 2, 3, 6, 8, 16, 48]);
});
