import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { JOB_COLUMNS } from "../../../lib/job/columns.ts";
import { eachJob } from "../query/each_job.ts";
import { jobLines } from "../../../lib/server/job_lines.ts";
import { csvLine } from "../../../lib/view/csv.ts";
import { DEFAULT_FILTERS, type Filters } from "../../../lib/view/filters.ts";
import { utc } from "../../helpers.ts";
import { dataOfClusters, randomClusters } from "../query/random_data.ts";

const DAY = "2024-03-31";
const NOW = { now_s: utc(DAY) };
const IDS = ["7", "7_12", "7+0", "s0123456789ABC", "by hand, as it were", '=1+"1"', "0"];

Deno.test("jobLines() has a line for each job as csvLine() writes it, in chunks of whole lines", async () => {
  const around_s = utc(DAY);
  const [alpha, beta] = randomClusters(createRandom(5), { jobs: 900, around_s });
  const records = alpha.records.map((record, i) => ({
    ...record,
    JobID: i < IDS.length ? IDS[i] : record.JobID,
    SLUID: i % 5 === 0 ? `s${String(i).padStart(13, "0")}` : null,
    JobName: i % 50 === 0 ? `Näme ${"😀".repeat(i)}` : i % 3 === 0 ? `-a,"b"\\r\\n${i}` : record.JobName,
  }));
  const data = dataOfClusters([{ ...alpha, name: "a,b", records }, beta]);
  const year: Filters = { ...DEFAULT_FILTERS, from: "2024-01-01", to: "2024-12-31", tz: "UTC" };
  for (const filters of [year, { ...year, q: "1" }, { ...year, from: "2024-03-30", to: "2024-04-01" }]) {
    const lines: string[] = [];
    for await (const row of eachJob(data, filters, NOW)) {
      lines.push(csvLine([
        row.Cluster,
        ...JOB_COLUMNS.map(({ name, type }) => {
          const value = row[name];
          if (type !== "time" || typeof value !== "number") return value;
          return new Date(value * 1000).toISOString().replace(".000Z", "Z");
        }),
      ]));
    }
    assert.ok(lines.length > 100);
    const chunks: string[] = [];
    let breaths = 0;
    const breathe = () => {
      breaths++;
      return undefined;
    };
    for await (const chunk of jobLines(data, filters, { ...NOW, breathe })) {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(chunk);
      assert.ok(text.endsWith("\r\n"));
      chunks.push(text);
    }
    assert.equal(chunks.slice(1).join(""), lines.join(""));
    assert.match(chunks[0], /^Cluster,JobID,JobIDRaw,.*,GPUHours \(h\)\r\n$/);
    assert.ok(
      (filters !== year || chunks.length > 3) && breaths >= chunks.length - 2,
      `${chunks.length} chunks, ${breaths} breaths`,
    );
  }
});
