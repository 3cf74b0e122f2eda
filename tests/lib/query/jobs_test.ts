import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { JOB_COLUMNS, type JobRecord } from "../../../lib/job/columns.ts";
import type { JobRow } from "../../../lib/query/answers.ts";
import type { Data } from "../../../lib/query/data.ts";
import { eachJob, JOB_SORTS, jobs } from "../../../lib/query/jobs.ts";
import { DEFAULT_FILTERS, type Filters } from "../../../lib/view/filters.ts";
import { clusterOf, dataOf, jobRecord, utc } from "../../helpers.ts";
import { ran } from "./naive.ts";
import { randomData } from "./random_data.ts";

const DAY = "2024-03-31";
const NOW = { now_s: utc(DAY) };
const YEAR: Partial<Filters> = { from: "2024-01-01", to: "2024-12-31", tz: "UTC" };

function filters(parts: Partial<Filters>): Filters {
  return { ...DEFAULT_FILTERS, ...YEAR, ...parts };
}

function page(data: Data, parts: Partial<Filters>, { limit = 10_000, offset = 0 } = {}) {
  return jobs(data, filters(parts), { ...NOW, limit, offset });
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

/** What a table sorted by the key is sorted by; null where unknown. */
function valueOf(row: JobRow, key: string): string | number | null {
  if (key === "cluster") return row.Cluster;
  if (key === "wait") {
    return ran(row) && row.Submit !== null ? Math.max(0, (row.Start ?? 0) - row.Submit) : null;
  }
  if (key === "jobid" || key === "jobidraw") return Number(row.JobID);
  const column = JOB_COLUMNS.find(({ name }) => name.toLowerCase() === key);
  return column === undefined ? null : row[column.name];
}

Deno.test("jobs() sorts by every key both ways, unknown values last", () => {
  const data = randomData(createRandom(1), { jobs: 120, around_s: utc(DAY) });
  const { total } = page(data, {});
  assert.ok(total > 100);
  for (const key of JOB_SORTS) {
    for (const sort of [key, `-${key}`]) {
      const { rows } = page(data, { sort });
      assert.equal(rows.length, total);
      const values = rows.map((row) => valueOf(row, key));
      const known = values.filter((value) => value !== null);
      assert.deepEqual(
        values.slice(known.length),
        values.slice(known.length).map(() => null),
        `${sort}: nulls last`,
      );
      for (let i = 1; i < known.length; i++) {
        const ordered = sort === key ? known[i - 1] <= known[i] : known[i - 1] >= known[i];
        assert.ok(ordered, `${sort}: ${known[i - 1]} before ${known[i]}`);
      }
    }
  }
});

Deno.test("jobs() sorts by the newest submission unless asked, also for a key that does not exist", () => {
  const data = some({}, {}, {});
  for (const sort of [null, "-submit", "favourite", "-"]) {
    assert.deepEqual(idsOf(page(data, { sort }).rows), ["3", "2", "1"], String(sort));
  }
});

Deno.test("jobs() sorts job ids as numbers, array tasks and components behind their job", () => {
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
  assert.deepEqual(idsOf(page(data, { sort: "jobid" }).rows), ids);
});

Deno.test("jobs() shows each job once over all pages, in every order", () => {
  const data = randomData(createRandom(2), { jobs: 90, around_s: utc(DAY) });
  const { total } = page(data, {});
  for (const sort of ["state", "-wait", "user", "cluster", "-end"]) {
    const whole = page(data, { sort }).rows;
    const paged: JobRow[] = [];
    for (let offset = 0; offset < total + 7; offset += 7) {
      paged.push(...page(data, { sort }, { limit: 7, offset }).rows);
    }
    assert.deepEqual(paged, whole, sort);
    assert.equal(new Set(paged.map(({ Cluster, JobID }) => `${Cluster} ${JobID}`)).size, total);
  }
  assert.deepEqual(page(data, {}, { limit: 5, offset: total }).rows, []);
  assert.deepEqual(page(data, {}, { limit: 0, offset: 0 }).rows, []);
});

Deno.test("jobs() and eachJob() list the jobs that were waiting or running in the range", () => {
  const data = randomData(createRandom(3), { jobs: 200, around_s: utc(DAY) });
  const range = { from: "2024-03-30", to: "2024-04-02" };
  const [start_s, end_s] = [utc("2024-03-30"), utc("2024-04-03")];
  const expected: string[] = [];
  for (const { name, dataset, fresh_until_s } of data.values()) {
    for (let row = 0; row < dataset.length; row++) {
      const { JobID, Submit, Start, End } = dataset.record(row);
      const times = [Submit, Start, End].filter((time_s) => time_s !== null);
      const last = End ?? Math.max(...times, fresh_until_s ?? -Infinity);
      if (Math.min(...times) < end_s && last >= start_s) expected.push(`${name} ${JobID}`);
    }
  }
  const answer = page(data, range);
  const listed = answer.rows.map(({ Cluster, JobID }) => `${Cluster} ${JobID}`);
  assert.deepEqual(listed.sort(), expected.sort());
  assert.equal(answer.total, expected.length);
  assert.equal(answer.users, new Set(answer.rows.flatMap(({ User }) => User ?? [])).size);
  const each = [...eachJob(data, filters(range), NOW)].map(({ Cluster, JobID }) => `${Cluster} ${JobID}`);
  assert.deepEqual(each.sort(), expected);
  assert.ok(expected.length > 20 && expected.length < 240);
});

Deno.test("jobs() shows jobs cancelled while pending, and those still pending", () => {
  const data = some(
    { State: "CANCELLED", End: utc(DAY) + 60 },
    { State: "CANCELLED", Start: utc(DAY) + 60, End: utc(DAY) + 60, NodeList: "None assigned" },
    { State: "PENDING" },
    { State: "COMPLETED", Start: utc("2024-03-02"), End: utc("2024-03-03") },
  );
  assert.deepEqual(idsOf(page(data, { from: DAY, to: DAY, sort: "jobid" }).rows), ["1", "2", "3"]);
});

Deno.test("jobs() finds text in names and ids, whatever its case, and takes it as text", () => {
  const data = some(
    { JobName: "Train_Model" },
    { JobName: "100% .* [x]" },
    { JobName: "O'Brien; DROP TABLE" },
    { JobName: null },
    { JobName: "ÜBER 😀" },
    { JobID: "77_123", JobName: "x" },
  );
  const found = (q: string) => idsOf(page(data, { q, sort: "jobid" }).rows);
  assert.deepEqual(found("train"), ["1"]);
  assert.deepEqual(found("MODEL"), ["1"]);
  assert.deepEqual(found(".*"), ["2"]);
  assert.deepEqual(found("o'brien; drop"), ["3"]);
  assert.deepEqual(found("über"), ["5"]);
  assert.deepEqual(found("😀"), ["5"]);
  assert.deepEqual(found("77_1"), ["77_123"]);
  assert.deepEqual(found("nothing like it"), []);
});

Deno.test("jobs() finds a waiting job under each of its partitions, with or without a space", () => {
  const data = some({ Partition: "a,b" }, { Partition: "a, b" }, { Partition: "b" }, { Partition: "ab" }, {});
  const chosen = (only: readonly string[], not: readonly string[] = []) =>
    idsOf(
      page(data, {
        sort: "jobid",
        only: { ...DEFAULT_FILTERS.only, partition: only },
        not: { ...DEFAULT_FILTERS.not, partition: not },
      }).rows,
    );
  assert.deepEqual(chosen(["a"]), ["1", "2"]);
  assert.deepEqual(chosen(["b"]), ["1", "2", "3"]);
  assert.deepEqual(chosen(["a,b"]), ["1"]);
  assert.deepEqual(chosen([], ["a"]), ["3", "4", "5"]);
  assert.deepEqual(chosen(["b"], ["a"]), ["3"]);
});

Deno.test("jobs() takes filter values as they are", () => {
  const names = ["O'Brien", "a-b-c-d", "__proto__", "constructor", "' OR 1=1 --", "%", "<b>"];
  const data = some(...names.map((Account) => ({ Account })));
  for (const [i, account] of names.entries()) {
    const only = { ...DEFAULT_FILTERS.only, account: [account] };
    assert.deepEqual(idsOf(page(data, { only }).rows), [String(i + 1)], account);
  }
  assert.deepEqual(page(data, { only: { ...DEFAULT_FILTERS.only, account: ["toString"] } }).rows, []);
});
