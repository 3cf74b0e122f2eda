import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { series } from "../../../lib/query/series.ts";
import { encodeSegment } from "../../../lib/store/segment.ts";
import { DEFAULT_FILTERS } from "../../../lib/view/filters.ts";
import type { MeasureName } from "../../../lib/view/measures.ts";
import { clusterOf, dataOf, tableOf, utc, withFolder } from "../../helpers.ts";
import { duckdb } from "../store/duckdb.ts";
import { randomJob } from "./random_data.ts";

const TZ = "America/New_York";
const FROM = "2024-10-20";
const TO = "2024-11-15";

/** Seconds of each run in each day and the time of its wait, by SQL. */
const RUNS = `
  SELECT *, greatest(0, epoch("Start") - epoch("Submit")) AS wait_s,
    greatest(epoch("Start"), CASE WHEN "Submit" > "Start" AND "Submit" < "End" THEN epoch("Submit") ELSE 0 END) AS run_start,
    epoch("End") AS run_end
  FROM jobs WHERE "Start" IS NOT NULL AND "End" IS NOT NULL AND "NodeList" IS DISTINCT FROM 'None assigned'`;

const SQL: Readonly<Partial<Record<MeasureName, string>>> = {
  "cpu-hours": `sum("AllocCPUS" * least(1, coalesce("ElapsedRaw" / nullif(run_end - run_start, 0), 1)) *
    greatest(0, least(run_end, day_end) - greatest(run_start, day_start))) / 3600`,
  "jobs-started": `count(*) FILTER (run_start >= day_start AND run_start < day_end)`,
  "jobs-ended": `count(*) FILTER (run_end >= day_start AND run_end < day_end)`,
  "wait-hours": `sum(wait_s) FILTER (run_start >= day_start AND run_start < day_end) / 3600`,
  users: `count(DISTINCT "User") FILTER (
    (run_start < day_end AND run_end > day_start) OR (run_start = run_end AND run_start >= day_start AND run_start < day_end))`,
};

Deno.test("DuckDB gives the same answers by SQL from the files", async () => {
  const random = createRandom(11);
  const records = Array.from(
    { length: 2000 },
    (_, id) => randomJob(random, { id, around_s: utc("2024-11-03") }),
  )
    .filter(({ End, CPUHours }) => End !== null && CPUHours === null);
  const data = dataOf(clusterOf(records));
  await withFolder(async (folder) => {
    const path = `${folder}/jobs.parquet`;
    const counts = { accepted: 0, updated: 0, duplicates: 0 };
    await Deno.writeFile(
      path,
      encodeSegment(tableOf(records), { cluster: "alpha", received_ms: 0, idempotency: null, counts }),
    );
    const columns = Object.entries(SQL).map(([name, sql]) => `${sql} AS "${name}"`);
    const rows = await duckdb(
      `CREATE VIEW jobs AS SELECT * FROM '${path}'`,
      `CREATE VIEW days AS SELECT epoch(timezone('${TZ}', day)) AS day_start,
        epoch(timezone('${TZ}', day + INTERVAL 1 DAY)) AS day_end
        FROM range(TIMESTAMP '${FROM}', TIMESTAMP '${TO}' + INTERVAL 1 DAY, INTERVAL 1 DAY) r(day)`,
      `SELECT day_start, ${
        columns.join(", ")
      } FROM (${RUNS}) CROSS JOIN days GROUP BY ALL ORDER BY day_start`,
    );
    for (const measure of Object.keys(SQL) as MeasureName[]) {
      const filters = { ...DEFAULT_FILTERS, from: FROM, to: TO, tz: TZ, step: "day", measure } as const;
      const { series: [{ values }], buckets } = series(data, filters, { now_s: 0 });
      assert.equal(rows.length, buckets.length);
      rows.forEach((row, day) => {
        const expected = Number(row[measure] ?? 0);
        const found = values[day] ?? 0;
        assert.ok(
          Math.abs(found - expected) <= 1e-9 * Math.max(1, expected),
          `${measure} ${buckets[day]}: ${found}, not ${expected}`,
        );
      });
      assert.ok(values.some((value) => value), measure);
    }
  });
});
