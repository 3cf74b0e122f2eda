import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { clusters } from "../../../lib/query/clusters.ts";
import { facets, values } from "../../../lib/query/facets.ts";
import { jobs } from "../../../lib/query/jobs.ts";
import { DEFAULT_FILTERS, type Filters, keyOfText } from "../../../lib/view/filters.ts";
import { DIMENSIONS, MAIN_DIMENSIONS } from "../../../lib/view/measures.ts";
import { EMPTY_REPORT } from "../../../lib/store/report.ts";
import { clusterOf, dataOf, jobRecord, utc } from "../../helpers.ts";
import { caseSets } from "./random_cases.ts";
import { dataOfClusters, randomData } from "./random_data.ts";

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
        ...RANGE.only,
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
    for (const dimension of MAIN_DIMENSIONS) {
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

Deno.test("values() tells every value of every dimension with the jobs that choosing it shows", async () => {
  const found = new Set<string>();
  for (const { clusters, cases } of caseSets()) {
    const data = dataOfClusters(clusters);
    for (const [number, random_filters] of cases.slice(0, DIMENSIONS.length).entries()) {
      const dimension = DIMENSIONS[number];
      const filters: Filters = { ...random_filters, q: number % 5 === 0 ? "1" : null };
      const answer = await values(data, filters, { ...NOW, dimension, find: "", limit: 500 });
      assert.equal(answer.count, answer.values.length);
      const counts = answer.values.map((value) => value.jobs);
      assert.deepEqual(counts, counts.toSorted((a, b) => b - a), "most jobs first");
      for (const { value, jobs: count, selected } of answer.values) {
        const key = keyOfText(value);
        const chosen: Filters = {
          ...filters,
          only: { ...filters.only, [dimension]: [key] },
          not: { ...filters.not, [dimension]: [] },
        };
        const { total } = await jobs(data, chosen, { ...NOW, limit: 0, offset: 0 });
        assert.equal(count, total, `${dimension}=${value} ${JSON.stringify(filters)}`);
        assert.equal(selected, filters.only[dimension].includes(key));
        if (count > 0) found.add(`${dimension} ${value === "(none)" ? value : "known"}`);
      }
      const all: Filters = {
        ...filters,
        only: { ...filters.only, [dimension]: [] },
        not: { ...filters.not, [dimension]: [] },
      };
      const { total } = await jobs(data, all, { ...NOW, limit: 0, offset: 0 });
      const sum = counts.reduce((one, other) => one + other, 0);
      assert.ok(sum >= total, `${dimension}: a job has at least one value, if only (none)`);
    }
  }
  for (const dimension of DIMENSIONS) {
    assert.ok(found.has(`${dimension} known`), dimension);
    const always = ["cluster", "group"].includes(dimension);
    assert.equal(found.has(`${dimension} (none)`), !always, `${dimension} of none`);
  }
});

Deno.test("values() finds texts in letters large or small, hostile ones as they are, and says how many there are", async () => {
  const names = ["Alice", "alina", "bob", "a.c", "%", "(none)", "__proto__", "<b>", "'; --"];
  const records = names.flatMap((User, index) =>
    Array.from(
      { length: index + 1 },
      (_, at) => jobRecord({ JobID: String(index * 100 + at), User, Submit: utc(DAY) }),
    )
  );
  const data = dataOf(clusterOf([...records, jobRecord({ JobID: "9999", User: null, Submit: utc(DAY) })]));
  const find = async (text: string, limit = 50, filters = RANGE) => {
    const asked = { ...NOW, dimension: "user", find: text, limit } as const;
    const { count, values: listed } = await values(data, filters, asked);
    return [count, ...listed.map(({ value, jobs }) => `${value} ${jobs}`)];
  };
  assert.deepEqual(await find("ALI"), [2, "alina 2", "Alice 1"]);
  assert.deepEqual(await find("ali", 1), [2, "alina 2"]);
  assert.deepEqual(await find("", 0), [10]);
  for (const [index, name] of names.entries()) {
    if (name !== "(none)" && index > 1) assert.deepEqual(await find(name), [1, `${name} ${index + 1}`]);
  }
  assert.deepEqual(await find("a.c"), [1, "a.c 4"], "a dot is a dot");
  assert.deepEqual(await find("none"), [2, "((none)) 6", "(none) 1"]);
  assert.deepEqual(await find("nobody"), [0]);
  const chosen = { ...RANGE, only: { ...RANGE.only, user: ["nobody", "bob"] } };
  assert.deepEqual(await find("bo", 50, chosen), [2, "bob 3", "nobody 0"]);
});

Deno.test("facets() has the values of further dimensions only where something is chosen of them", async () => {
  const data = dataOf(clusterOf([jobRecord({ Submit: utc(DAY), Start: utc(DAY), NodeList: "n[1-2]" })]));
  assert.deepEqual(Object.keys(await facets(data, RANGE, NOW)), [...MAIN_DIMENSIONS]);
  const { node, user } = await facets(data, { ...RANGE, not: { ...RANGE.not, node: ["n2"] } }, NOW);
  assert.deepEqual(node?.map(({ value, jobs }) => [value, jobs]), [["n1", 1], ["n2", 1]]);
  assert.deepEqual(user, [], "the job has a part on a node that is left out");
});
