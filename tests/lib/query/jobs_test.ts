import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import type { JobRecord } from "../../../lib/job/columns.ts";
import type { JobRow } from "../../../lib/query/answers.ts";
import type { Data } from "../../../lib/query/data.ts";
import { jobs } from "../../../lib/query/jobs.ts";
import { DEFAULT_FILTERS, type Filters } from "../../../lib/view/filters.ts";
import { clusterOf, dataOf, jobRecord, utc } from "../../helpers.ts";
import { randomData } from "./random_data.ts";
import { eachJob } from "./each_job.ts";

const DAY = "2024-03-31";
const NOW = { now_s: utc(DAY) };
const YEAR: Partial<Filters> = { from: "2024-01-01", to: "2024-12-31", tz: "UTC" };

function filters(parts: Partial<Filters>): Filters {
  return { ...DEFAULT_FILTERS, ...YEAR, ...parts };
}

async function page(data: Data, parts: Partial<Filters>, { limit = 10_000, offset = 0 } = {}) {
  return await jobs(data, filters(parts), { ...NOW, limit, offset });
}

function idsOf(rows: readonly JobRow[]): string[] {
  return rows.map(({ JobID }) => JobID);
}

function some(...records: Partial<JobRecord>[]): Data {
  return dataOf(
    clusterOf(
      records.map((fields, i) =>
        jobRecord({ JobID: String(i + 1), Submit: utc("2024-03-01") + i, ...fields })
      ),
    ),
  );
}

Deno.test("jobs() sorts by the newest submission unless asked, also for a key that does not exist", async () => {
  const data = some({}, {}, {});
  for (const sort of [null, "-submit", "favourite", "-"]) {
    assert.deepEqual(idsOf((await page(data, { sort })).rows), ["3", "2", "1"], String(sort));
  }
});

Deno.test("jobs() sorts job ids as numbers, array tasks and components behind their job", async () => {
  const ids = [
    "9",
    "10",
    "123",
    "123_1",
    "123_2",
    "123_10",
    "123_100",
    "124+0",
    "124+1",
    "1000_[5-9%2]",
    "by hand",
  ];
  const data = some(...ids.toReversed().map((JobID) => ({ JobID, JobIDRaw: JobID })));
  assert.deepEqual(idsOf((await page(data, { sort: "jobid" })).rows), ids);
});

Deno.test("jobs() shows each job once over all pages, in every order", async () => {
  const data = randomData(createRandom(2), { jobs: 90, around_s: utc(DAY) });
  const { total } = await page(data, {});
  for (const sort of ["state", "-wait", "user", "cluster", "-end"]) {
    const whole = (await page(data, { sort })).rows;
    const paged: JobRow[] = [];
    for (let offset = 0; offset < total + 7; offset += 7) {
      paged.push(...(await page(data, { sort }, { limit: 7, offset })).rows);
    }
    assert.deepEqual(paged, whole, sort);
    assert.equal(new Set(paged.map(({ Cluster, JobID }) => `${Cluster} ${JobID}`)).size, total);
  }
  assert.deepEqual((await page(data, {}, { limit: 5, offset: total })).rows, []);
  assert.deepEqual((await page(data, {}, { limit: 0, offset: 0 })).rows, []);
});

Deno.test("jobs() and its weeks hold the jobs that were waiting or running in the range", async () => {
  const data = randomData(createRandom(3), { jobs: 200, around_s: utc(DAY) });
  const range = { from: "2024-03-30", to: "2024-04-02" };
  const [start_s, end_s] = [utc("2024-03-30"), utc("2024-04-03")];
  const expected: string[] = [];
  for (const { name, dataset, fresh_until_s } of data.values()) {
    for (const { JobID, Submit, Start, End } of dataset.records()) {
      const times = [Submit, Start, End].filter((time_s) => time_s !== null);
      const last = End ?? Math.max(...times, fresh_until_s ?? -Infinity);
      if (Math.min(...times) < end_s && last >= start_s) expected.push(`${name} ${JobID}`);
    }
  }
  const answer = await page(data, range);
  const listed = answer.rows.map(({ Cluster, JobID }) => `${Cluster} ${JobID}`);
  assert.deepEqual(listed.sort(), expected.sort());
  assert.equal(answer.total, expected.length);
  assert.equal(answer.users, new Set(answer.rows.flatMap(({ User }) => User ?? [])).size);
  const each: string[] = [];
  for await (const { Cluster, JobID } of eachJob(data, filters(range), NOW)) each.push(`${Cluster} ${JobID}`);
  assert.deepEqual(each.sort(), expected);
  assert.ok(expected.length > 20 && expected.length < 240);
});

Deno.test("jobs() shows jobs cancelled while pending, and those still pending", async () => {
  const data = some(
    { State: "CANCELLED", End: utc(DAY) + 60 },
    { State: "CANCELLED", Start: utc(DAY) + 60, End: utc(DAY) + 60, NodeList: "None assigned" },
    { State: "PENDING" },
    { State: "COMPLETED", Start: utc("2024-03-02"), End: utc("2024-03-03") },
  );
  assert.deepEqual(idsOf((await page(data, { from: DAY, to: DAY, sort: "jobid" })).rows), ["1", "2", "3"]);
});

Deno.test("jobs() finds text in names of jobs and users, whatever its case, and takes it as text", async () => {
  const data = some(
    { JobName: "Train_Model" },
    { JobName: "100% .* [x]" },
    { JobName: "O'Brien; DROP TABLE" },
    { JobName: null },
    { JobName: "ÜBER 😀" },
    { JobName: "x", User: "Zoe.Model" },
    { JobName: "x", User: "o'neil" },
  );
  const found = async (q: string) => idsOf((await page(data, { q, sort: "jobid" })).rows);
  assert.deepEqual(await found("train"), ["1"]);
  assert.deepEqual(await found("MODEL"), ["1", "6"]);
  assert.deepEqual(await found("zoe"), ["6"]);
  assert.deepEqual(await found("O'"), ["3", "7"]);
  assert.deepEqual(await found(".*"), ["2"]);
  assert.deepEqual(await found("o'brien; drop"), ["3"]);
  assert.deepEqual(await found("über"), ["5"]);
  assert.deepEqual(await found("😀"), ["5"]);
  assert.deepEqual(await found("nothing like it"), []);
});

Deno.test("jobs() finds the jobs whose id begins with a text, whatever its name", async () => {
  const ids = [
    ...["1", "12", "123", "1234", "4294967295", "9123", "5"],
    ...["123_4", "123_40", "123_5", "123_[7-9%2]", "123+0", "123+10", "1234_4", "12_34"],
    ...["s0123456789ABC", "s0123456789ABD", "by hand", "12 by hand"],
  ];
  const names = ["x", "train-123_4", "5", null, "123+"];
  const records = ids.map((JobID, i) => ({
    JobID,
    JobName: names[i % names.length],
    User: i % 3 ? "u12" : "v",
  }));
  const data = some(...records);
  const asked = [
    ...["1", "12", "123", "1234", "12345", "4294967295", "42949672950", "5", "0", "01"],
    ...[
      "123_",
      "123_4",
      "123_40",
      "123_400",
      "123_[",
      "123_[7-9%2]",
      "123+",
      "123+1",
      "1234_",
      "12_3",
      "12_",
    ],
    ...["s0123456789AB", "s0123456789ABD", "by", "BY", "12 by", "u1", "V", "_4", "+", "TRAIN"],
  ];
  for (const q of asked) {
    const has = (text: string | null) => text?.toLowerCase().includes(q.toLowerCase()) ?? false;
    const expected = records.filter(({ JobID, JobName, User }) =>
      JobID.startsWith(q) || has(JobName) || has(User)
    );
    const { rows, total } = await page(data, { q });
    assert.deepEqual(idsOf(rows).sort(), expected.map(({ JobID }) => JobID).sort(), q);
    assert.equal(total, expected.length, q);
  }
  const plain = some(...ids.map((JobID) => ({ JobID })));
  const found = async (q: string) => idsOf((await page(plain, { q, sort: "jobid" })).rows);
  assert.deepEqual(await found("123_"), ["123_4", "123_5", "123_[7-9%2]", "123_40"]);
  assert.deepEqual(await found("123_4"), ["123_4", "123_40"]);
  assert.deepEqual(await found("123+"), ["123+0", "123+10"]);
  assert.deepEqual(await found("34"), [], "no id begins so");
});

Deno.test("jobs() finds a waiting job under each of its partitions, with or without a space", async () => {
  const data = some({ Partition: "a,b" }, { Partition: "a, b" }, { Partition: "b" }, { Partition: "ab" }, {});
  const chosen = async (only: readonly string[], not: readonly string[] = []) =>
    idsOf(
      (await page(data, {
        sort: "jobid",
        only: { ...DEFAULT_FILTERS.only, partition: only },
        not: { ...DEFAULT_FILTERS.not, partition: not },
      })).rows,
    );
  assert.deepEqual(await chosen(["a"]), ["1", "2"]);
  assert.deepEqual(await chosen(["b"]), ["1", "2", "3"]);
  assert.deepEqual(await chosen(["a,b"]), ["1"]);
  assert.deepEqual(await chosen([], ["a"]), ["3", "4", "5"]);
  assert.deepEqual(await chosen(["b"], ["a"]), ["3"]);
});

Deno.test("jobs() takes filter values as they are", async () => {
  const names = ["O'Brien", "a-b-c-d", "__proto__", "constructor", "' OR 1=1 --", "%", "<b>"];
  const data = some(...names.map((Account) => ({ Account })));
  for (const [i, account] of names.entries()) {
    const only = { ...DEFAULT_FILTERS.only, account: [account] };
    assert.deepEqual(idsOf((await page(data, { only })).rows), [String(i + 1)], account);
  }
  assert.deepEqual((await page(data, { only: { ...DEFAULT_FILTERS.only, account: ["toString"] } })).rows, []);
});
