import assert from "node:assert/strict";
import {
  type BatchNote,
  type ClusterReport,
  EMPTY_REPORT,
  noteBatch,
  readReport,
  ReportError,
  setReportAside,
  writeReport,
} from "../../../lib/store/report.ts";
import { withFolder } from "../../helpers.ts";

const NOTE: BatchNote = { at_s: 1000, agent: "agent/1", collected_until_s: 900, rejected: 0, examples: [] };

Deno.test("noteBatch() counts batches and rejected rows and keeps the newest of them first", () => {
  const first = noteBatch(EMPTY_REPORT, {
    ...NOTE,
    rejected: 2,
    examples: [{ job_id: "1", reason: "a" }, { job_id: "2", reason: "b" }],
  });
  const report = noteBatch(first, {
    ...NOTE,
    at_s: 2000,
    rejected: 500,
    examples: [{ job_id: null, reason: "c" }],
    agent: null,
  });
  assert.deepEqual([report.batches, report.rejected, report.last_batch_s, report.agent], [
    2,
    502,
    2000,
    "agent/1",
  ]);
  assert.deepEqual(report.recent_rejected.map(({ at_s, reason }) => [at_s, reason]), [
    [2000, "c"],
    [1000, "b"],
    [1000, "a"],
  ]);
});

Deno.test("noteBatch() keeps a bounded number of rejected rows", () => {
  const examples = Array.from({ length: 300 }, (_, i) => ({ job_id: String(i), reason: "x" }));
  let report = EMPTY_REPORT;
  for (let i = 0; i < 5; i++) report = noteBatch(report, { ...NOTE, rejected: 300, examples });
  assert.equal(report.rejected, 300, "the same rows, told five times");
  assert.equal(report.recent_rejected.length, 100);
});

Deno.test("noteBatch() counts a row that is told again once, and makes it the newest", () => {
  const rows = (...reasons: readonly string[]) => reasons.map((reason) => ({ job_id: null, reason }));
  const told = (report: ClusterReport, at_s: number, reasons: readonly string[], rejected = reasons.length) =>
    noteBatch(report, { ...NOTE, at_s, rejected, examples: rows(...reasons) });
  const first = told(EMPTY_REPORT, 1000, ["a", "b"]);
  const again = told(first, 2000, ["b", "c"]);
  assert.equal(again.rejected, 3);
  assert.deepEqual(again.recent_rejected.map(({ at_s, reason }) => [at_s, reason]), [
    [2000, "c"],
    [2000, "b"],
    [1000, "a"],
  ]);
  let counted = told(EMPTY_REPORT, 1000, ["a", "b"], 5000);
  assert.equal(counted.rejected, 5000);
  for (let run = 0; run < 50; run++) counted = told(counted, 2000 + run, ["a", "b"], 5000);
  assert.equal(counted.rejected, 5000, "however often the same rows are told");
  assert.equal(told(counted, 9000, ["a", "c"], 100).rejected, 5050, "half of those told are new");
  assert.equal(told(counted, 9000, [], 7).rejected, 5007, "rows that are only counted");
});

Deno.test("noteBatch() counts rows that come with their digest once, however many there are and whatever comes between", () => {
  const digests = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => `0000${(from + at).toString(16).padStart(8, "0")}`);
  const rows = (from: number, to: number) =>
    digests(from, to).map((digest, at) => ({ job_id: null, reason: `row ${from + at}`, digest }));
  let report = EMPTY_REPORT;
  for (let night = 0; night < 10; night++) {
    report = noteBatch(report, {
      ...NOTE,
      rejected: 150,
      examples: rows(0, 100),
      digests: digests(100, 150),
    });
    report = noteBatch(report, { ...NOTE, rejected: 60, examples: [], digests: digests(150, 210) });
    report = noteBatch(report, { ...NOTE, rejected: 100, examples: rows(300, 400) });
  }
  assert.equal(report.rejected, 310);
  const mixed = { ...NOTE, rejected: 160, examples: rows(100, 200), digests: digests(200, 260) };
  assert.equal(noteBatch(report, mixed).rejected, 360, "fifty of them are new");
  const many = noteBatch(report, { ...NOTE, rejected: 20_000, examples: [], digests: digests(1000, 21_000) });
  assert.deepEqual([many.rejected, many.known_rejected.length], [20_310, 10_000]);
});

Deno.test("noteBatch() lets what was collected rise only, and not beyond the moment of the report", () => {
  const until = (report: typeof EMPTY_REPORT, collected_until_s: number | null) =>
    noteBatch(report, { ...NOTE, collected_until_s });
  assert.equal(until(EMPTY_REPORT, null).collected_until_s, null);
  const report = until(EMPTY_REPORT, 900);
  assert.equal(until(report, 800).collected_until_s, 900);
  assert.equal(until(report, null).collected_until_s, 900);
  assert.equal(until(report, 5000).collected_until_s, 1000, "a clock that runs ahead");
});

Deno.test("readReport() gives back what was written, an empty report where there is none, and refuses a damaged one", async () => {
  await withFolder(async (root) => {
    const path = `${root}/alpha/report.json`;
    assert.deepEqual(await readReport(root, "alpha"), EMPTY_REPORT);
    const report = noteBatch(EMPTY_REPORT, {
      ...NOTE,
      rejected: 1,
      examples: [{ job_id: "é", reason: "<b>" }],
    });
    await writeReport(root, "alpha", { report: report });
    assert.deepEqual(await readReport(root, "alpha"), report);
    const written = await Deno.readTextFile(path);
    for (
      const text of ["", "{", '{"batches": "many"}', "[]", written.replace('"batches":1', '"batches":3')]
    ) {
      await Deno.writeTextFile(path, text);
      await assert.rejects(() => readReport(root, "alpha"), ReportError, text);
    }
    await Deno.writeTextFile(path, JSON.stringify(report));
    assert.deepEqual(await readReport(root, "alpha"), report, "as it was written before there was a digest");
  });
});

Deno.test("setReportAside() keeps a damaged report", async () => {
  await withFolder(async (root) => {
    await Deno.mkdir(`${root}/alpha`);
    await Deno.writeTextFile(`${root}/alpha/report.json`, "{");
    await setReportAside(root, "alpha");
    assert.equal(await Deno.readTextFile(`${root}/alpha/set-aside/report.json`), "{");
    assert.deepEqual(await readReport(root, "alpha"), EMPTY_REPORT);
  });
});
