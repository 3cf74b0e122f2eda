import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { clusters } from "../../../lib/query/clusters.ts";
import { facets } from "../../../lib/query/facets.ts";
import { jobs } from "../../../lib/query/jobs.ts";
import { DEFAULT_FILTERS, type Filters } from "../../../lib/view/filters.ts";
import { DIMENSIONS } from "../../../lib/view/measures.ts";
import { EMPTY_REPORT } from "../../../lib/store/report.ts";
import { clusterOf, dataOf, jobRecord, utc } from "../../helpers.ts";
import { randomData } from "./random_data.ts";

const DAY = "2024-03-31";
const NOW = { now_s: utc(DAY) };
const RANGE: Filters = { ...DEFAULT_FILTERS, from: "2024-03-20", to: "2024-04-10", tz: "UTC" };

Deno.test("facets() counts the jobs that choosing a value would show; a facet does not filter itself", async () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = createRandom(seed);
    const data = randomData(random, { jobs: 120, around_s: utc(DAY) });
    const pick = (values: readonly string[]) => values.filter(() => random.below(4) === 0);
    const filters: Filters = {
      ...RANGE,
      only: {
        cluster: pick(["alpha", "beta"]),
        account: pick(["a1", "a2"]),
        user: pick(["u1", "u2", "u3"]),
        partition: pick(["cpu", "gpu"]),
        qos: pick(["normal"]),
        state: pick(["COMPLETED", "FAILED"]),
      },
      not: { ...DEFAULT_FILTERS.not, account: pick(["O'Brien"]), partition: pick(["cpu,gpu"]) },
      q: random.pick([null, "1", "train 3", "TRAIN", "nothing like it"]),
    };
    const answer = await facets(data, filters, NOW);
    for (const dimension of DIMENSIONS) {
      const { only, not } = filters;
      for (const { value, jobs: count, selected } of answer[dimension]) {
        const chosen: Filters = {
          ...filters,
          only: { ...only, [dimension]: [value] },
          not: { ...not, [dimension]: [] },
        };
        const { total: shown } = await jobs(data, chosen, { ...NOW, limit: 0, offset: 0 });
        assert.equal(count, shown, `seed ${seed}: ${dimension}=${value}`);
        assert.equal(selected, only[dimension].includes(value));
      }
      const counts = answer[dimension].map((facet) => facet.jobs);
      assert.deepEqual(counts, counts.toSorted((a, b) => b - a), "most jobs first");
      for (const value of only[dimension]) {
        assert.ok(answer[dimension].some((facet) => facet.value === value), value);
      }
    }
  }
});

Deno.test("facets() lists the partitions of a waiting job one by one", async () => {
  const record = (JobID: string, Partition: string) => jobRecord({ JobID, Partition, Submit: utc(DAY) });
  const data = dataOf(clusterOf([record("1", "a, b"), record("2", "a,b"), record("3", "b")]));
  const { partition } = await facets(data, RANGE, NOW);
  assert.deepEqual(partition.map(({ value, jobs }) => [value, jobs]), [["b", 3], ["a", 2]]);
});

Deno.test("facets() keeps a chosen value in the list though no job has it", async () => {
  const filters = { ...RANGE, only: { ...RANGE.only, user: ["nobody"] } };
  const { user } = await facets(dataOf(clusterOf([])), filters, NOW);
  assert.deepEqual(user, [{ value: "nobody", jobs: 0, selected: true }]);
});

Deno.test("clusters() tells what is known of each cluster and its reports", () => {
  const started = jobRecord({ Submit: utc("2024-03-30T10:00"), Start: utc("2024-03-30T11:00") });
  const data = dataOf(
    clusterOf([started], {
      name: "alpha",
      tz: "Europe/Berlin",
      report: { ...EMPTY_REPORT, batches: 3, rejected: 2, agent: "agent/1", last_batch_s: 99 },
      files: [{ name: "a", bytes: 5 }, { name: "b", bytes: 7 }],
      set_aside: new Map([["c", "damaged"]]),
    }),
    clusterOf([], { name: "beta" }),
  );
  const [alpha, beta] = clusters(data, { now_s: 100 });
  assert.deepEqual([alpha.jobs, alpha.first_s, alpha.last_s], [
    1,
    utc("2024-03-30T10:00"),
    utc("2024-03-30T11:00"),
  ]);
  assert.deepEqual([alpha.files, alpha.file_bytes, alpha.batches, alpha.rejected], [2, 12, 3, 2]);
  assert.deepEqual(alpha.set_aside, [{ file: "c", reason: "damaged" }]);
  assert.deepEqual([beta.jobs, beta.first_s, beta.fresh_until_s], [0, null, null]);
});
