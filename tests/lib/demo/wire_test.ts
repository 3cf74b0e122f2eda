import assert from "node:assert/strict";
import { AURORA, nodesOf } from "../../../lib/demo/hardware.ts";
import type { Request } from "../../../lib/demo/requests.ts";
import type { Run } from "../../../lib/demo/run.ts";
import { waitingTasks, wireJobs } from "../../../lib/demo/wire.ts";
import { request } from "./make_request.ts";

const CONTEXT = { nodes: nodesOf(AURORA), now_s: 10_000 };

function run(job: Partial<Request>, part: Partial<Run> = {}): Run {
  return {
    request: request(job),
    submit_s: 1_000,
    eligible_s: 1_000,
    restarts: 0,
    state: "COMPLETED",
    start_s: 2_000,
    end_s: 5_600,
    nodes: [0],
    reason: "None",
    ...part,
  };
}

Deno.test("wireJobs() writes nodes in brackets, group by group", () => {
  const lists: readonly (readonly [readonly number[], string])[] = [
    [[6], "cn007"],
    [[0, 1, 2, 6], "cn[001-003,007]"],
    [[85, 87, 88, 89], "cn[086,088],bm[001-002]"],
  ];
  for (const [nodes, expected] of lists) {
    const [job] = wireJobs(run({ nodes: nodes.length }, { nodes }), CONTEXT);
    assert.equal(job.NodeList, expected);
  }
});

Deno.test("wireJobs() gives a heterogeneous job two records that share its nodes", () => {
  const jobs = wireJobs(run({ id: 70, nodes: 3, heterogeneous: true }, { nodes: [0, 1, 2] }), CONTEXT);
  assert.deepEqual(
    jobs.map((job) => [job.JobID, job.JobIDRaw, job.NodeList, job.AllocCPUS, job.CPUHours]),
    [["70+0", "70", "cn001", 64, 64], ["70+1", "71", "cn[002-003]", 128, 128]],
  );
});

Deno.test("wireJobs() writes what is not known yet as sacct does", () => {
  const [running] = wireJobs(run({}, { state: "RUNNING", end_s: null }), CONTEXT);
  assert.deepEqual([running.Start, running.End, running.ElapsedRaw, running.MaxRSS], [
    2_000,
    "Unknown",
    8_000,
    null,
  ]);
  const pending = { state: "PENDING", start_s: null, end_s: null, eligible_s: null, nodes: [] } as const;
  const [waiting] = wireJobs(run({}, pending), CONTEXT);
  assert.deepEqual(
    [waiting.Eligible, waiting.Start, waiting.End, waiting.NodeList, waiting.AllocTRES, waiting.AllocCPUS],
    ["Unknown", "Unknown", "Unknown", "None assigned", "", 64],
  );
});

Deno.test("waitingTasks() is one record with the tasks in order", () => {
  const pending = { state: "PENDING", start_s: null, end_s: null, nodes: [] } as const;
  const runs = [11, 2, 10, 3, 7].map((task) => run({ id: 50 + task, array: { id: 50, task } }, pending));
  const job = waitingTasks(runs, CONTEXT);
  assert.deepEqual([job.JobID, job.JobIDRaw, job.State], ["50_[2-3,7,10-11]", "50", "PENDING"]);
});
