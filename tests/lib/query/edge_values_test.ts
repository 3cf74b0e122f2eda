/** Values at the edges of what the columns hold. */
import assert from "node:assert/strict";
import { totals } from "../../../lib/query/totals.ts";
import { DEFAULT_FILTERS } from "../../../lib/view/filters.ts";
import { clusterOf, dataOf, datasetOf, jobRecord, utc } from "../../helpers.ts";

const DAY = "2024-03-06";

Deno.test("percentiles count run times of 2^32 - 1 seconds and beyond", async () => {
  const start_s = utc(DAY);
  const records = [5, 2 ** 32 - 1, 2 ** 32].map((ElapsedRaw, id) =>
    jobRecord({ JobID: String(id + 1), Submit: start_s, Start: start_s, End: start_s + 60, ElapsedRaw })
  );
  const filters = { ...DEFAULT_FILTERS, from: DAY, to: DAY, tz: "UTC" };
  const found = await totals(dataOf(clusterOf(records)), filters, {
    now_s: start_s,
    measures: ["elapsed-p50", "elapsed-mean"],
  });
  assert.deepEqual(found, { "elapsed-p50": 2 ** 32 - 1, "elapsed-mean": (5 + 2 ** 33 - 1) / 3 });
});

Deno.test("a dataset gives hours back as they came, of jobs that never ran or were resized as well", () => {
  const start_s = utc(DAY);
  const records = [
    {
      NodeList: "None assigned",
      Submit: start_s + 100,
      Start: start_s,
      End: start_s + 400,
      CPUHours: 0.3333,
    },
    { NodeList: "None assigned", Submit: start_s + 100, Start: start_s, End: start_s + 400, CPUHours: 4 / 9 },
    { NodeList: "n1", Submit: start_s + 100, Start: start_s, End: start_s + 400, CPUHours: 1 / 3 },
    { NodeList: "n1", Submit: start_s - 100, Start: start_s, End: start_s + 400, CPUHours: 0.25 },
    { NodeList: "n1", Submit: start_s - 100, Start: start_s, End: null, CPUHours: 4 * 400 / 3600 },
  ].map((fields, id) => jobRecord({ JobID: String(id + 1), AllocCPUS: 4, ElapsedRaw: 400, ...fields }));
  assert.deepEqual([...datasetOf(records).records()], records);
});
