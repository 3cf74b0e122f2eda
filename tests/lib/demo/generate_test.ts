import assert from "node:assert/strict";
import { outageOf, periodOf } from "../../../lib/demo/calendar.ts";
import { demoClusters } from "../../../lib/demo/generate.ts";
import type { DemoOptions } from "../../../lib/demo/generate.ts";
import { AURORA, BOREALIS, nodesOf } from "../../../lib/demo/hardware.ts";
import { CLUSTER_NAME } from "../../../lib/job/batch.ts";
import type { WireJob } from "../../../lib/job/batch.ts";
import { JOB_COLUMNS } from "../../../lib/job/columns.ts";
import { jobReader } from "../../../lib/job/record.ts";
import { parseJobId } from "../../../lib/slurm/job_id.ts";
import { parseMemory } from "../../../lib/slurm/memory.ts";
import { countNodes, expandNodeList } from "../../../lib/slurm/node_list.ts";
import { parseState, STATES } from "../../../lib/slurm/state.ts";
import { gpusOf, parseTres } from "../../../lib/slurm/tres.ts";

const NOW_S = 1_764_000_000;
/** As many jobs a month as the full demonstration has, so that the clusters are as busy. */
const BUSY: DemoOptions = { seed: 7, now_s: NOW_S, months: 2.1, jobs: 30_000 };

const busy = new Map(
  demoClusters(BUSY).map(({ hostname, batches }) => [
    hostname,
    [...batches].flatMap((batch) => batch.jobs),
  ]),
);
const all_busy = [...busy.values()].flat();

function jobsOf(options: DemoOptions): readonly WireJob[] {
  return demoClusters(options).flatMap(({ batches }) => [...batches].flatMap((batch) => batch.jobs));
}

function ran(job: WireJob): boolean {
  return job.NodeList !== "None assigned";
}

function digest(jobs: readonly WireJob[]): number {
  let hash = 0;
  for (const character of JSON.stringify(jobs)) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) | 0;
  return hash;
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * values.length)];
}

Deno.test("demoClusters() gives the same jobs for the same seed and others for another", () => {
  const options = { seed: 3, now_s: NOW_S, jobs: 2_000 };
  assert.equal(digest(jobsOf(options)), digest(jobsOf(options)));
  assert.notEqual(digest(jobsOf(options)), digest(jobsOf({ ...options, seed: 4 })));
});

Deno.test("demoClusters() gives batches that can be iterated again, full but for the last", () => {
  const clusters = demoClusters(BUSY);
  assert.deepEqual(clusters.map((cluster) => cluster.hostname), ["aurora", "borealis"]);
  for (const { hostname, batches } of clusters) {
    assert.match(hostname, CLUSTER_NAME);
    const sizes = [];
    for (const batch of batches) {
      sizes.push(batch.jobs.length);
      assert.equal(batch.hostname, hostname);
      assert.equal(batch.collected_until, NOW_S);
      assert.match(batch.agent ?? "", /^slurm-usage-history-exporter\/\d/);
    }
    const last = sizes.pop() ?? 0;
    assert.ok(sizes.length >= 1 && sizes.every((size) => size === 5_000) && last > 0 && last <= 5_000);
    assert.equal(sizes.length * 5_000 + last, busy.get(hostname)?.length);
  }
});

Deno.test("demoClusters() gives about as many jobs as asked for, over the months asked for", () => {
  for (const [jobs, months] of [[2_000, 14], [2_000, 3], [30_000, 2.1]] as const) {
    const generated = jobsOf({ seed: 11, now_s: NOW_S, months, jobs });
    assert.ok(Math.abs(generated.length - jobs) <= 0.05 * jobs, `${generated.length} of ${jobs}`);
    const submits = generated.map((job) => Number(job.Submit));
    const period = periodOf(NOW_S, months);
    const length_s = period.to_s - period.from_s;
    const first_s = submits.reduce((a, b) => Math.min(a, b));
    assert.ok(first_s >= period.from_s && first_s < period.from_s + 0.02 * length_s);
    assert.ok(submits.every((submit) => submit < NOW_S));
  }
});

Deno.test("demoClusters() refuses a demonstration without jobs or time, and takes a tiny one", () => {
  assert.throws(() => demoClusters({ seed: 1, now_s: NOW_S, jobs: 0 }), RangeError);
  assert.throws(() => demoClusters({ seed: 1, now_s: NOW_S, months: Number.NaN }), RangeError);
  assert.ok(jobsOf({ seed: 1, now_s: NOW_S, jobs: 1, months: 0.1 }).length <= 2);
});

Deno.test("demoClusters() sends known columns in the order of End, then running, then pending jobs", () => {
  const names = new Set<string>(JOB_COLUMNS.map((column) => column.name));
  for (const jobs of busy.values()) {
    assert.deepEqual(Object.keys(jobs[0]).filter((name) => !names.has(name)), []);
    const places = jobs.map((job) =>
      job.End !== "Unknown" ? Number(job.End) : job.State === "RUNNING" ? NOW_S + 1 : NOW_S + 2
    );
    assert.deepEqual(places, places.toSorted((a, b) => a - b));
    assert.ok(
      jobs.every((job) => (job.State === "PENDING" || job.State === "RUNNING") === (job.End === "Unknown")),
    );
  }
});

Deno.test("demoClusters() sends nothing that is rejected or read otherwise than it was meant", () => {
  const read = jobReader("UTC");
  for (const job of all_busy) {
    const record = read(job);
    if ("reason" in record) assert.fail(`${job.JobID}: ${record.reason}`);
    assert.equal(record.JobName, job.JobName);
    assert.equal(record.Submit, job.Submit);
    assert.equal(record.Start, typeof job.Start === "number" ? job.Start : null);
    assert.equal(record.AllocGPUS, job.AllocGPUS);
    assert.equal(record.ReqMem, parseMemory(String(job.ReqMem))?.bytes);
    assert.ok(Math.abs((record.CPUHours ?? 0) - Number(job.CPUHours)) < 1e-6);
  }
});

Deno.test("demoClusters() keeps times in order", () => {
  for (const job of all_busy) {
    const [submit, start, end] = [job.Submit, job.Start, job.End].map(Number);
    if (job.Eligible !== "Unknown") assert.ok(Number(job.Eligible) >= submit);
    if (job.End !== "Unknown") assert.ok(end <= NOW_S && end >= submit);
    if (!ran(job)) {
      assert.ok(job.Start === "None" || job.Start === "Unknown" || job.Start === job.End, String(job.Start));
      assert.equal(job.ElapsedRaw, 0);
      continue;
    }
    assert.ok(start >= Number(job.Eligible) && start >= submit && start <= NOW_S);
    assert.equal(job.ElapsedRaw, (job.State === "RUNNING" ? NOW_S : end) - start);
    assert.ok(Number(job.ElapsedRaw) <= Number(job.TimelimitRaw) * 60 + 30);
    if (job.State === "TIMEOUT") assert.ok(Number(job.ElapsedRaw) >= Number(job.TimelimitRaw) * 60);
  }
});

Deno.test("demoClusters() gives each record its own identity, requeued runs the same id", () => {
  for (const jobs of busy.values()) {
    const identities = new Set(jobs.map((job) => `${job.JobIDRaw} ${job.Submit} ${job.Start}`));
    assert.equal(identities.size, jobs.length);
    const runs = jobs.filter((job) => Number(job.Restarts) > 0 && ran(job));
    assert.ok(runs.length > 0);
    for (const run of runs) {
      const earlier = jobs.find((job) => job.JobIDRaw === run.JobIDRaw && job.End === run.Submit);
      assert.ok(earlier && ["NODE_FAIL", "PREEMPTED", "REQUEUED"].includes(String(earlier.State)));
    }
  }
});

Deno.test("demoClusters() never puts more on a node than it has", () => {
  for (const cluster of [AURORA, BOREALIS]) {
    const room = new Map(
      nodesOf(cluster).map(({ group, number }) => [
        group.prefix + String(number).padStart(group.width, "0"),
        group,
      ]),
    );
    const changes = (busy.get(cluster.hostname) ?? []).filter(ran).flatMap((job) => {
      const count = Number(job.AllocNodes);
      const amount = {
        cpus: Number(job.AllocCPUS) / count,
        gpus: Number(job.AllocGPUS) / count,
        mem_mb: Number(parseTres(String(job.AllocTRES)).get("mem")?.replace("M", "")) / count,
      };
      const end = job.End === "Unknown" ? NOW_S + 1 : Number(job.End);
      return expandNodeList(String(job.NodeList)).flatMap((node) => [
        { node, at_s: Number(job.Start), sign: 1, ...amount },
        { node, at_s: end, sign: -1, ...amount },
      ]);
    }).sort((a, b) => a.at_s - b.at_s || a.sign - b.sign);
    const used = new Map([...room.keys()].map((node) => [node, { cpus: 0, gpus: 0, mem_mb: 0 }]));
    for (const change of changes) {
      const [node, has] = [used.get(change.node), room.get(change.node)];
      assert.ok(node && has, change.node);
      node.cpus += change.sign * change.cpus;
      node.gpus += change.sign * change.gpus;
      node.mem_mb += change.sign * change.mem_mb;
      assert.ok(node.cpus <= has.cpus && node.gpus <= has.gpus && node.mem_mb <= has.mem_mb, change.node);
    }
    assert.ok(changes.length > 1_000);
  }
});

Deno.test("demoClusters() is busy: nodes are used well and jobs wait for them", () => {
  for (
    const [cluster, unit, capacity] of [[AURORA, "CPUHours", 96 * 64], [BOREALIS, "GPUHours", 128]] as const
  ) {
    const jobs = (busy.get(cluster.hostname) ?? []).filter(ran);
    const used_hours = jobs.reduce((sum, job) => sum + Number(job[unit]), 0);
    const use = used_hours / (capacity * 2.1 * 30.44 * 24);
    assert.ok(use > 0.45 && use < 0.85, `${cluster.hostname} ${use}`);
    const waits_s = jobs.map((job) => Number(job.Start) - Number(job.Submit));
    assert.ok(quantile(waits_s, 0.5) < 2 * 3600);
    assert.ok(quantile(waits_s, 0.95) > 3600 && quantile(waits_s, 0.95) < 4 * 86_400);
  }
});

Deno.test("demoClusters() has the rhythm of a week", () => {
  const submitted = [0, 0, 0, 0, 0, 0, 0];
  for (const job of jobsOf({ seed: 5, now_s: NOW_S, jobs: 8_000 })) {
    submitted[new Date(Number(job.Submit) * 1000).getUTCDay()]++;
  }
  const [sunday, monday, tuesday, wednesday, thursday, friday, saturday] = submitted;
  const working = Math.min(monday, tuesday, wednesday, thursday, friday);
  assert.ok(working > 1.4 * Math.max(saturday, sunday), submitted.join(" "));
});

Deno.test("demoClusters() starts nothing in the outage, which ends what runs and leaves a backlog", () => {
  const outage = outageOf(periodOf(NOW_S, 2.1));
  assert.equal(outage.to_s - outage.from_s, 2 * 86_400);
  for (const jobs of busy.values()) {
    assert.ok(
      jobs.every((job) =>
        !(Number(job.Start) >= outage.from_s && Number(job.Start) < outage.to_s && ran(job))
      ),
    );
    const lost = jobs.filter((job) => job.State === "NODE_FAIL" && job.End === outage.from_s);
    assert.ok(lost.length >= 3, `${lost.length} lost`);
    const starts = jobs.filter(ran).map((job) => Number(job.Start));
    const within = (from_s: number) => starts.filter((at) => at >= from_s && at < from_s + 3600).length;
    assert.ok(within(outage.to_s) > 2 * within(outage.from_s - 86_400));
  }
});

Deno.test("demoClusters() has every ending, and harmless odd names", () => {
  const wanted = [
    "CANCELLED",
    "COMPLETED",
    "DEADLINE",
    "FAILED",
    "NODE_FAIL",
    "OUT_OF_MEMORY",
    "PENDING",
    "PREEMPTED",
    "REQUEUED",
    "RUNNING",
    "TIMEOUT",
  ];
  const states = all_busy.map((job) => parseState(String(job.State)));
  assert.deepEqual([...new Set(states.map(({ state }) => state))].sort(), wanted);
  assert.ok(wanted.every((state) => STATES.includes(state)));
  const cancelled = all_busy.filter((job) => /^CANCELLED by \d+$/.test(String(job.State)));
  assert.ok(cancelled.some(ran) && cancelled.some((job) => !ran(job)));
  assert.ok(all_busy.some((job) => /[^ -~]/.test(String(job.JobName))));
  const small = new Set(jobsOf({ seed: 2, now_s: NOW_S, jobs: 2_000 }).map((job) => job.State));
  assert.ok(small.has("RUNNING") && small.has("PENDING"));
});

Deno.test("demoClusters() writes job ids in every form", () => {
  const ids = all_busy.map((job) => parseJobId(String(job.JobID)));
  const tasks = ids.filter((id) => id.task !== null || id.pending_tasks !== null).length;
  assert.ok(tasks > 0.3 * ids.length && tasks < 0.4 * ids.length);
  assert.ok(ids.some((id) => id.component === 0) && ids.some((id) => id.component === 1));
  assert.ok(all_busy.every((job) => /^\d+$/.test(String(job.JobIDRaw))));
});

Deno.test("demoClusters() has counts, node lists, TRES and hours that agree", () => {
  for (const job of all_busy) {
    if (!ran(job)) {
      assert.deepEqual([job.AllocTRES, job.AllocGPUS, job.CPUHours, job.GPUHours], ["", 0, 0, 0]);
      continue;
    }
    const tres = parseTres(String(job.AllocTRES));
    const gpus = gpusOf(String(job.AllocTRES));
    assert.equal(countNodes(String(job.NodeList)), job.AllocNodes);
    assert.equal(Number(tres.get("node")), job.AllocNodes);
    assert.equal(Number(tres.get("cpu")), job.AllocCPUS);
    assert.equal(gpus.count, job.AllocGPUS);
    assert.equal([...gpus.types.values()].reduce((a, b) => a + b, 0), job.AllocGPUS);
    assert.equal(job.GPUHours, gpus.count * Number(job.ElapsedRaw) / 3600);
    assert.equal(job.CPUHours, Number(job.AllocCPUS) * Number(job.ElapsedRaw) / 3600);
  }
  const types = new Set(all_busy.flatMap((job) => [...gpusOf(String(job.AllocTRES)).types.keys()]));
  assert.deepEqual([...types].sort(), ["a100", "h100", "l40s"]);
});

Deno.test("demoClusters() never uses more than was allocated; OUT_OF_MEMORY is near it", () => {
  for (const job of all_busy) {
    if (job.TotalCPU === null || job.MaxRSS === null) continue;
    assert.ok(Number(job.TotalCPU) <= Number(job.AllocCPUS) * Number(job.ElapsedRaw));
    const share = Number(job.MaxRSS) / (parseMemory(String(job.ReqMem))?.bytes ?? 0);
    assert.ok(share <= 1);
    if (job.State === "OUT_OF_MEMORY") assert.ok(share > 0.96, String(share));
  }
});

Deno.test("demoClusters() has some 120 users of 28 accounts, few of whom submit most", () => {
  const jobs = jobsOf({ seed: 9, now_s: NOW_S, jobs: 12_000 });
  const by_user = new Map<string, number>();
  for (const job of jobs) by_user.set(String(job.User), (by_user.get(String(job.User)) ?? 0) + 1);
  assert.ok(by_user.size > 100 && by_user.size <= 120);
  assert.equal(new Set(jobs.map((job) => job.Account)).size, 28);
  const counts = [...by_user.values()].sort((a, b) => b - a);
  const of_twelve = counts.slice(0, 12).reduce((a, b) => a + b, 0);
  assert.ok(of_twelve > 0.3 * jobs.length && of_twelve < 0.7 * jobs.length);
});
