import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { ranking } from "../../../lib/query/ranking.ts";
import { series } from "../../../lib/query/series.ts";
import { BASES, DEFAULT_FILTERS, type Filters } from "../../../lib/view/filters.ts";
import { addsUp, GROUPINGS } from "../../../lib/view/measures.ts";
import { clusterOf, dataOf, jobRecord, utc } from "../../helpers.ts";
import { JOB_MEASURES } from "./random_cases.ts";
import { randomData } from "./random_data.ts";

const DAY = "2024-03-31";
const NOW = { now_s: utc(DAY) };
const WEEKS: Filters = { ...DEFAULT_FILTERS, from: "2024-03-01", to: "2024-04-30", tz: "UTC" };

function sum(values: readonly (number | null | undefined)[]): number {
  return values.reduce<number>((all, value) => all + (value ?? 0), 0);
}

Deno.test("whatever is said to add up does so by every grouping, on every basis, in every bucket", async () => {
  const exceeding = new Set<string>();
  for (let seed = 1; seed <= 3; seed++) {
    const data = randomData(createRandom(seed), { jobs: 150, around_s: utc(DAY) });
    for (const { name, ...measure } of JOB_MEASURES.filter(({ additive }) => additive)) {
      for (const by of GROUPINGS) {
        for (const basis of measure.format === "hours" ? BASES : ["prorated" as const]) {
          const asked: Filters = { ...WEEKS, measure: name, by, basis, step: "week" };
          const answer = await series(data, asked, NOW);
          const whole = await series(data, { ...asked, by: "none" }, NOW);
          const pairs = answer.buckets.map((_, bucket) => [
            sum(answer.series.map(({ values }) => values[bucket])),
            whole.series[0].values[bucket] ?? 0,
          ]);
          pairs.push([sum(answer.series.map(({ total }) => total)), whole.total ?? 0]);
          const what = `${name} by ${by} on ${basis}, seed ${seed}`;
          for (const [added, all] of pairs) {
            if (!addsUp({ name, ...measure }, by)) {
              assert.ok(added >= all, what);
              if (added > all) exceeding.add(`${name} by ${by}`);
            } else {assert.ok(
                Math.abs(added - all) <= 1e-9 * Math.max(1, all),
                `${what}: ${added}, not ${all}`,
              );}
          }
          // Only the order in which the jobs are added up differs.
          const [total, expected] = [answer.total ?? NaN, whole.total ?? NaN];
          assert.ok(
            Math.abs(total - expected) <= 1e-13 * Math.abs(expected),
            `${what}: ${total}, not ${expected}`,
          );
        }
      }
    }
  }
  assert.deepEqual([...exceeding].sort(), [
    "jobs-ended by gpu_type",
    "jobs-ended by node",
    "jobs-failed by gpu_type",
    "jobs-failed by node",
    "jobs-started by gpu_type",
    "jobs-started by node",
    "jobs-submitted by gpu_type",
    "jobs-submitted by node",
  ]);
});

Deno.test("a job on several nodes waited once: its wait hours are shared out, its count is one on each", async () => {
  const Start = utc(DAY);
  const job = jobRecord({
    Submit: Start - 4 * 3600,
    Start,
    End: Start + 60,
    NodeList: "n[1-4]",
    AllocTRES: "gres/gpu=3,gres/gpu:a100=2,gres/gpu:v100=1",
    AllocGPUS: 3,
  });
  const data = dataOf(clusterOf([job]));
  const rows = async (by: "node" | "gpu_type") =>
    (await ranking(data, WEEKS, { ...NOW, by, measures: ["wait-hours", "jobs-started", "wait-mean"] })).rows
      .map(({ key, values }) => [key, values["wait-hours"], values["jobs-started"], values["wait-mean"]]);
  assert.deepEqual(await rows("node"), ["n1", "n2", "n3", "n4"].map((key) => [key, 1, 1, 4 * 3600]));
  assert.deepEqual(await rows("gpu_type"), [["a100", 4 * 2 / 3, 1, 4 * 3600], ["v100", 4 / 3, 1, 4 * 3600]]);
});
