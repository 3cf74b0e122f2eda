import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { JOB_COLUMNS } from "../../../lib/job/columns.ts";
import type { JobRow } from "../../../lib/query/answers.ts";
import type { Data } from "../../../lib/query/data.ts";
import { JOB_SORTS, jobs } from "../../../lib/query/jobs.ts";
import { DEFAULT_FILTERS, type Filters } from "../../../lib/view/filters.ts";
import { utc } from "../../helpers.ts";
import { ran } from "./naive_jobs.ts";
import { dataOfClusters, randomClusters } from "./random_data.ts";
import { eachJob } from "./each_job.ts";

const DAY = "2024-03-31";
const NOW = { now_s: utc(DAY) };
const YEAR: Filters = { ...DEFAULT_FILTERS, from: "2024-01-01", to: "2024-12-31", tz: "UTC" };

/** What jobs are sorted by; null where unknown. */
function keyOf(row: JobRow, key: string): string | number | null {
  if (key === "cluster") return row.Cluster;
  if (key === "wait") {
    return ran(row) && row.Submit !== null ? Math.max(0, (row.Start ?? 0) - row.Submit) : null;
  }
  if (key === "jobid" || key === "jobidraw") {
    const [number, part = -1] = (key === "jobid" ? row.JobID : row.JobIDRaw).split("_").map(Number);
    return number + (part + 1) / 1e7;
  }
  const column = JOB_COLUMNS.find(({ name }) => name.toLowerCase() === key);
  return column === undefined ? null : row[column.name];
}

/** All jobs that the filters leave, in the order of clusters, weeks and rows. */
async function inPlace(data: Data, filters: Filters): Promise<readonly JobRow[]> {
  const rows: JobRow[] = [];
  for await (const row of eachJob(data, filters, NOW)) rows.push(row);
  return rows;
}

function plainSort(rows: readonly JobRow[], sort: string): readonly JobRow[] {
  const key = sort.replace("-", "");
  const keyed = rows.map((row) => ({ row, value: keyOf(row, key) }));
  const known = keyed.filter(({ value }) => value !== null).sort((a, b) => {
    const order = a.value === b.value ? 0 : (a.value ?? 0) < (b.value ?? 0) ? -1 : 1;
    return sort === key ? order : -order;
  });
  return [...known, ...keyed.filter(({ value }) => value === null)].map(({ row }) => row);
}

Deno.test("pageOf() has every page of a plain sort, ties in the order of clusters, weeks and rows", async () => {
  for (let seed = 1; seed <= 3; seed++) {
    const random = createRandom(seed);
    const [alpha, beta] = randomClusters(random, { jobs: 260, around_s: utc(DAY) });
    // Some are arrays; some ids of one cluster are another's; some have a SLUID.
    const changed = alpha.records.map((record, i) => ({
      ...record,
      JobID: i % 3 === 0 ? `${i % 40}_${i}` : record.JobID,
      SLUID: i % 4 === 0 ? `s${String(i * 7919 % 9973).padStart(13, "0")}` : null,
    }));
    const data = dataOfClusters([{ ...alpha, records: changed }, beta]);
    const choices: Partial<Filters>[] = [
      {},
      { q: "train 1" },
      { q: "1" },
      { from: "2024-03-28", to: "2024-03-31" },
      { only: { ...DEFAULT_FILTERS.only, account: ["a1", "a2", "root"], state: ["COMPLETED", "RUNNING"] } },
      { not: { ...DEFAULT_FILTERS.not, user: ["u1"] }, q: "u", from: "2024-03-20" },
    ];
    for (const choice of choices) {
      const found = await inPlace(data, { ...YEAR, ...choice });
      assert.ok(found.length > 5, JSON.stringify(choice));
      for (const key of JOB_SORTS) {
        for (const sort of [key, `-${key}`]) {
          const expected = plainSort(found, sort);
          for (let i = 0; i < 4; i++) {
            const offset = i === 0 ? 0 : random.below(found.length + 3);
            const limit = random.pick([0, 1, 7, 50, 10_000]);
            const { rows, total, users } = await jobs(data, { ...YEAR, ...choice, sort }, {
              ...NOW,
              limit,
              offset,
            });
            const what = `seed ${seed}, ${JSON.stringify(choice)}, ${sort}, ${limit} from ${offset}`;
            assert.deepEqual(rows, expected.slice(offset, offset + limit), what);
            assert.equal(total, found.length, what);
            assert.equal(users, new Set(found.flatMap(({ User }) => User ?? [])).size, what);
          }
        }
      }
    }
  }
});
