import assert from "node:assert/strict";
import { type StandingInput, standingOut } from "../../../lib/pages/standing_out.ts";
import { clusters } from "../../../lib/query/clusters.ts";
import { DEFAULT_FILTERS } from "../../../lib/view/filters.ts";
import { clusterOf, dataOf, NOW_S } from "./small_data.ts";

const [CLUSTER] = clusters(dataOf(clusterOf("alpha", [{}])), { now_s: NOW_S });
const QUIET: StandingInput = {
  now: { "wait-p50": 700, "wait-p95": 7200, "failed-share": 0.1, "jobs-failed": 100, "pending-mean": 60 },
  then: { "wait-p50": 400, "wait-p95": 4000, "failed-share": 0.08, "pending-mean": 40 },
  clusters: [{ ...CLUSTER, fresh_until_s: NOW_S - 60 }],
  peak: { jobs: 200, label: "3 Nov" },
  now_s: NOW_S,
};
const GAP = "\u00a0";

function texts(change: Partial<StandingInput>): readonly string[] {
  return standingOut({ ...QUIET, ...change }, DEFAULT_FILTERS).map(({ text }) => text);
}

Deno.test("standingOut() has nothing to say where all is within the thresholds", () => {
  assert.deepEqual(texts({}), []);
  assert.deepEqual(texts({ then: {} }), []);
});

Deno.test("standingOut() tells of waits that more than doubled and are long", () => {
  assert.deepEqual(texts({ now: { ...QUIET.now, "wait-p50": 900 } }), [
    `half of the jobs waited more than 15${GAP}min, 6${GAP}min 40${GAP}s before`,
  ]);
  assert.deepEqual(texts({ now: { ...QUIET.now, "wait-p95": 9000 } }), [
    `5 % of the jobs waited more than 2${GAP}h 30${GAP}min, 1${GAP}h 7${GAP}min before`,
  ]);
  assert.deepEqual(texts({ now: { "wait-p50": 300 }, then: { "wait-p50": 10 } }), [], "short all the same");
});

Deno.test("standingOut() tells of a deeper queue, and of its peak", () => {
  assert.deepEqual(texts({ now: { ...QUIET.now, "pending-mean": 90 } }), [
    "90 jobs waited at one time on average, 40 before",
  ]);
  assert.deepEqual(texts({ peak: { jobs: 400, label: "3 Nov" } }), [
    "400 jobs waited at one time (3 Nov)",
  ]);
});

Deno.test("standingOut() tells of more failures by more than five points", () => {
  const failed = texts({ now: { ...QUIET.now, "failed-share": 0.2 } });
  assert.deepEqual(failed, [`20${GAP}% of the jobs failed, 8.0${GAP}% before`]);
  assert.deepEqual(texts({ now: { ...QUIET.now, "failed-share": 0.2, "jobs-failed": 3 } }), []);
});

Deno.test("standingOut() tells of silent clusters and nodes out, and of three things at most", () => {
  const hardware = { nodes: 20, nodes_out: 2, cpus: 80, gpus: 0, gpus_by_type: [], memory_bytes: 0 };
  const [cluster] = QUIET.clusters;
  const out = standingOut({ ...QUIET, clusters: [{ ...cluster, hardware }] }, DEFAULT_FILTERS);
  assert.deepEqual(out, [{
    text: "2 of 20 nodes of alpha are out of service",
    href: "/nodes?cluster=alpha&sort=state#table",
  }]);
  assert.deepEqual(texts({ clusters: [{ ...cluster, hardware: { ...hardware, nodes_out: 1 } }] }), []);
  const all = texts({
    clusters: [{ ...cluster, fresh_until_s: NOW_S - 5 * 86_400, hardware }],
    now: { "wait-p50": 9000, "failed-share": 0.5, "jobs-failed": 100, "pending-mean": 500 },
  });
  assert.equal(all.length, 3);
  assert.match(all[0], /^alpha last reported /);
});
