/** Long answers are made in pieces: whatever else waits has a turn between them. */
import assert from "node:assert/strict";
import { nodes } from "../../../lib/query/nodes.ts";
import { ranking } from "../../../lib/query/ranking.ts";
import { series } from "../../../lib/query/series.ts";
import { TooManyBucketsError } from "../../../lib/query/steps.ts";
import { DEFAULT_FILTERS, type Filters } from "../../../lib/view/filters.ts";
import { clusterOf, dataOf, jobRecord, utc } from "../../helpers.ts";

const DAY = "2024-03-04";
const NOW = { now_s: utc("2024-03-06") };
const USERS = 300;

function waiting(id: number, parts: Parameters<typeof jobRecord>[0] = {}) {
  const Start = utc(DAY) + id * 60;
  return jobRecord({
    JobID: String(id + 1),
    User: `u${id % USERS}`,
    State: "COMPLETED",
    Submit: Start - id % 50,
    Start,
    End: Start + 600,
    AllocCPUS: 2,
    NodeList: `n${id % 40}`,
    ...parts,
  });
}

const ON_MANY = waiting(1000, { User: "wide", NodeList: "h[1-20000]", AllocNodes: 20_000 });

function filtersOf(parts: Partial<Filters>): Filters {
  return { ...DEFAULT_FILTERS, from: DAY, to: "2024-03-05", tz: "UTC", ...parts };
}

/** How often an answer gave others a turn, if it did so each time that it could. */
async function breaks(ask: (breathe: () => undefined) => Promise<unknown>): Promise<number> {
  let count = 0;
  await ask(() => {
    count++;
    return undefined;
  });
  return count;
}

Deno.test("series() lets others in between any two of its rows", async () => {
  const data = dataOf(clusterOf(Array.from({ length: 900 }, (_, id) => waiting(id))));
  for (const measure of ["wait-p90", "cpu-hours", "users"] as const) {
    const filters = filtersOf({ by: "user", step: "hour", measure });
    assert.ok(await breaks((breathe) => series(data, filters, { ...NOW, breathe })) >= USERS, measure);
  }
});

Deno.test("series() refuses sooner what has a percentile in each cell than what has a sum", async () => {
  const data = dataOf(clusterOf(Array.from({ length: 900 }, (_, id) => waiting(id))));
  const filters = filtersOf({ from: "2024-01-01", to: "2024-03-31", by: "user", step: "hour" });
  await assert.rejects(series(data, { ...filters, measure: "wait-p90" }, NOW), TooManyBucketsError);
  assert.equal((await series(data, { ...filters, measure: "cpu-hours" }, NOW)).series.length, USERS);
});

Deno.test("ranking() and nodes() let others in while they list the nodes of a job on very many", async () => {
  const data = dataOf(clusterOf([...Array.from({ length: 100 }, (_, id) => waiting(id)), ON_MANY]));
  const filters = filtersOf({});
  const ranked = await breaks(async (breathe) => {
    const { rows } = await ranking(data, filters, {
      ...NOW,
      breathe,
      by: "node",
      measures: ["jobs-started", "wait-p90"],
    });
    assert.equal(rows.length, 20_040);
    assert.equal(rows.find(({ key }) => key === "h777")?.values["wait-p90"], 1000 % 50);
  });
  assert.ok(ranked > 20_000 / 256, `${ranked} breaks of ranking`);
  const listed = await breaks(async (breathe) => {
    assert.equal((await nodes(data, filters, { ...NOW, breathe })).count, 20_040);
  });
  assert.ok(listed > 2 * 20_000 / 1024, `${listed} breaks of nodes`);
});
