import assert from "node:assert/strict";
import {
  type BatchNote,
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
  assert.equal(report.rejected, 1500);
  assert.equal(report.recent_rejected.length, 100);
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
