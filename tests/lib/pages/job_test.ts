import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import { h } from "preact";
import { JobView } from "../../../components/JobView.tsx";
import { JOB_COLUMNS, type JobRecord } from "../../../lib/job/columns.ts";
import { type JobModel, jobPage, NoJobError } from "../../../lib/pages/job.ts";
import { jobAt, jobHref } from "../../../lib/pages/paths.ts";
import { STATES } from "../../../lib/slurm/state.ts";
import { clusterOf, dataOf, jobRecord } from "../../helpers.ts";
import { HOSTILE } from "./small_data.ts";

const SUBMIT = Date.UTC(2026, 10, 20, 8) / 1000;
const GIB = 2 ** 30;
const GAP = "\u00a0";

function pageOf(records: readonly Partial<JobRecord>[], id = "7"): Promise<JobModel> {
  const jobs = records.map((record) =>
    jobRecord({
      JobID: "7",
      JobIDRaw: "7",
      User: "alice",
      Account: "phys",
      JobName: "relax",
      State: "COMPLETED",
      Submit: SUBMIT,
      Eligible: SUBMIT,
      Start: SUBMIT + 3600,
      End: SUBMIT + 3 * 3600,
      ElapsedRaw: 7200,
      TimelimitRaw: 240,
      AllocCPUS: 8,
      AllocNodes: 1,
      NodeList: "n1",
      ReqMem: 64 * GIB,
      ...record,
    })
  );
  const data = dataOf(clusterOf(jobs, { name: "alpha" }));
  return jobPage(data, { cluster: "alpha", id, submit_s: null, start_s: null, now_s: SUBMIT + 86_400 });
}

Deno.test("jobPage() tells the course of a job in a sentence and in stretches that fill the whole", async () => {
  const model = await pageOf([{ Eligible: SUBMIT + 1800 }]);
  strictEqual(model.title, "Job 7");
  strictEqual(
    model.course,
    `It waited 1${GAP}h and ran for 2${GAP}h of 4${GAP}h allowed.`,
  );
  deepStrictEqual(model.timeline.moments.map(({ label, text, note }) => [label, text, note]), [
    ["Submitted", "20 Nov 2026 08:00", ""],
    ["Could start", "20 Nov 2026 08:30", `after 30${GAP}min`],
    ["Started", "20 Nov 2026 09:00", `after 30${GAP}min`],
    ["Ended", "20 Nov 2026 11:00", `after 2${GAP}h`],
  ]);
  const { stretches } = model.timeline;
  deepStrictEqual(stretches.map(({ key }) => key), ["held", "waiting", "running"]);
  strictEqual(stretches[0].from, 0);
  ok(Math.abs(stretches[2].to - 1) < 1e-9 && Math.abs(stretches[2].from - 1 / 3) < 1e-9);
});

Deno.test("jobPage() tells jobs that never ran, still run, were suspended or start at once", async () => {
  const course = async (record: Partial<JobRecord>) => (await pageOf([record])).course;
  const never = { Start: null, NodeList: "None assigned", ElapsedRaw: 0, State: "CANCELLED" };
  strictEqual(await course(never), `It left the queue after 3${GAP}h, without running.`);
  strictEqual(
    await course({ ...never, End: null, ElapsedRaw: null, State: "PENDING", Reason: "Priority" }),
    "It has not started.",
  );
  strictEqual(
    await course({ End: null, State: "RUNNING", ElapsedRaw: 1800, TimelimitRaw: null }),
    `It waited 1${GAP}h and has been running for 30${GAP}min.`,
  );
  match(await course({ Start: SUBMIT }), /^It started at once and ran for /);
  const suspended = await pageOf([{ ElapsedRaw: 3600 }]);
  deepStrictEqual(suspended.timeline.notes, [`It was suspended for 1${GAP}h of its run.`]);
});

Deno.test("jobPage() sets what was used beside what was asked for, and says what would have been enough", async () => {
  const model = await pageOf([{ MaxRSS: 4 * GIB, TotalCPU: 7200 }]);
  deepStrictEqual(model.uses.map(({ label, share, words }) => [label, share, words]), [
    ["Time limit", 0.5, `2${GAP}h of 4${GAP}h`],
    ["CPUs", 0.125, "1 of 8 busy on average"],
    ["Memory", 0.0625, `4${GAP}GiB of 64${GAP}GiB at most`],
  ]);
  deepStrictEqual(model.advice, [
    `It used 6.3${GAP}% of its memory: 6${GAP}GiB would have been enough.`,
    "Of its 8 CPUs, 1 was busy on average: does the program know how many it has?",
  ]);
  const well = await pageOf([{ MaxRSS: 50 * GIB, TotalCPU: 7 * 7200 }]);
  deepStrictEqual(well.advice, []);
  const unknown = await pageOf([{}]);
  ok(unknown.uses.every(({ key, share }) => (share === null) === (key !== "time")));
});

Deno.test("jobPage() gives no advice on memory from several nodes, from a moment's run or from a failure", async () => {
  const record = { MaxRSS: GIB, TotalCPU: 1 };
  for (const more of [{ AllocNodes: 2, TotalCPU: 8 * 7200 }, { ElapsedRaw: 20, End: SUBMIT + 3620 }]) {
    deepStrictEqual((await pageOf([{ ...record, ...more }])).advice, [], JSON.stringify(more));
  }
  deepStrictEqual((await pageOf([{ ...record, State: "FAILED" }])).advice, []);
  match((await pageOf([{ ...record, State: "OUT_OF_MEMORY" }])).advice[0], /^64.GiB were not enough: ask/);
  match((await pageOf([{ State: "TIMEOUT" }])).advice[0], /^Ask for more time/);
});

Deno.test("jobPage() explains GPUs: idle, busy, or one task's several", async () => {
  const gpus = async (
    GPUUtilAve: number | null,
    AllocGPUS = 1,
  ) => (await pageOf([{ AllocGPUS, GPUUtilAve, TotalCPU: 8 * 7200 }]));
  deepStrictEqual((await gpus(0)).advice, ["Its GPUs did nothing: is the program built for them?"]);
  deepStrictEqual((await gpus(80)).advice, []);
  const several = (await gpus(180, 4)).uses.find(({ key }) => key === "gpus");
  match(several?.words ?? "", /^4 GPUs; Slurm adds up those of a task/);
  strictEqual((await gpus(null)).uses.find(({ key }) => key === "gpus")?.share, null);
});

Deno.test("jobPage() has words for every state, and for exit codes and signals", async () => {
  for (const State of [...STATES, "NEW_STATE", null]) ok((await pageOf([{ State }])).words.length > 10);
  const words = async (record: Partial<JobRecord>) => (await pageOf([record])).words;
  match(await words({ State: "FAILED", ExitCode: "0:11" }), /A signal ended it: 11 \(it used memory/);
  match(await words({ State: "FAILED", ExitCode: "127:0" }), /a command was not found/);
  strictEqual((await words({ State: "OUT_OF_MEMORY", ExitCode: "0:125" })).includes("125"), false);
  match(await words({ State: "CANCELLED", CancelledBy: "0" }), /^It was cancelled by root/);
  match(await words({ State: "CANCELLED", CancelledBy: "1000" }), /id 1000; it belongs to alice/);
});

Deno.test("jobPage() lists every stored field with its meaning, and other records with links", async () => {
  const model = await pageOf([{}, { Submit: SUBMIT + 86_400, Start: SUBMIT + 90_000, End: SUBMIT + 99_000 }]);
  deepStrictEqual(model.fields.map(({ name }) => name), JOB_COLUMNS.map(({ name }) => name));
  strictEqual(
    model.fields.find(({ name }) => name === "ReqMem")?.value,
    `64${GAP}GiB (68,719,476,736 bytes)`,
  );
  const [records] = model.tables;
  strictEqual(records.title, "Records of this id");
  deepStrictEqual(records.rows.map(({ selected, cells }) => [selected, cells[0].href ?? null]), [
    [true, null],
    [false, `/jobs/alpha/7?submit=${SUBMIT}`],
  ]);
});

Deno.test("jobPage() says in words that there is no such cluster or job", async () => {
  await rejects(
    pageOf([{}], "8"),
    (error) => error instanceof NoJobError && /no job "8"/.test(error.message),
  );
  const nowhere = jobPage(dataOf(clusterOf([], { name: "alpha" })), {
    cluster: "beta",
    id: "7",
    submit_s: null,
    start_s: null,
    now_s: SUBMIT,
  });
  await rejects(nowhere, /There is no cluster "beta"; there is alpha\./);
});

Deno.test("JobView escapes whatever a job is called", async () => {
  const model = await pageOf([{ JobName: HOSTILE, User: HOSTILE, Account: HOSTILE, NodeList: HOSTILE }, {
    JobID: "9",
    JobName: HOSTILE,
    User: HOSTILE,
  }]);
  const html = renderToString(h(JobView, { model }));
  strictEqual(html.includes("<script"), false);
  ok(html.includes("&lt;script>alert"));
  strictEqual(/ style=/.test(html), false);
});

Deno.test("jobAt() reads what jobHref() writes, however a job is called", () => {
  for (const id of ["7", "7_1", "7+0", "7_[1-3%2]", "a/b?c#d", "%", "é ä", HOSTILE]) {
    const { pathname, searchParams } = new URL(jobHref("alpha", id, 5), "http://host");
    deepStrictEqual(jobAt(pathname), { cluster: "alpha", id });
    strictEqual(searchParams.get("submit"), "5");
  }
  deepStrictEqual([jobAt("/jobs"), jobAt("/jobs/alpha"), jobAt("/usage/a/b")], [null, null, null]);
});
