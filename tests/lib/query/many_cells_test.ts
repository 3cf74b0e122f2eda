/** Percentiles of more cells than are counted by bins: the answers must be the same. */
import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { series } from "../../../lib/query/series.ts";
import { DEFAULT_FILTERS } from "../../../lib/view/filters.ts";
import type { Grouping } from "../../../lib/view/measures.ts";
import { clusterOf, dataOf, jobRecord, utc } from "../../helpers.ts";

const DAY = "2024-03-04";
const HOUR_S = 3600;

/** The smallest value that at least `percent` in a hundred do not exceed. */
function percentile(values: readonly number[], percent: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(percent * sorted.length / 100) - 1)] ?? null;
}

Deno.test("series() gives exact percentiles of thousands of cells, of jobs on one node or two", async () => {
  const random = createRandom(3);
  const records = Array.from({ length: 9000 }, (_, id) => {
    const Start = utc(DAY) + random.below(48 * HOUR_S);
    const node = random.below(160);
    return jobRecord({
      JobID: String(id + 1),
      User: `u${random.below(300)}`,
      Submit: Start - random.below(5000),
      Start,
      End: Start + 1 + random.below(100),
      NodeList: random.below(3) === 0 ? `n[${node}-${node + 1}]` : `n${node}`,
    });
  });
  const data = dataOf(clusterOf(records));
  const nodesOf = (list: string | null) => {
    const [, from, to = from] = /^n\[?(\d+)(?:-(\d+))?/.exec(list ?? "") ?? [];
    return from === to ? [`n${from}`] : [`n${from}`, `n${to}`];
  };
  for (const by of ["user", "node"] as const satisfies readonly Grouping[]) {
    const answer = await series(data, {
      ...DEFAULT_FILTERS,
      from: DAY,
      to: "2024-03-05",
      tz: "UTC",
      step: "hour",
      by,
      measure: "wait-p90",
    }, { now_s: utc(DAY) });
    const waits = new Map<string, number[][]>();
    const everyone: number[] = [];
    for (const { User, NodeList, Submit, Start } of records) {
      const wait_s = (Start ?? 0) - (Submit ?? 0);
      everyone.push(wait_s);
      for (const key of by === "user" ? [User ?? ""] : nodesOf(NodeList)) {
        const cells = waits.get(key) ?? Array.from({ length: 48 }, () => []);
        waits.set(key, cells);
        cells[Math.floor(((Start ?? 0) - utc(DAY)) / HOUR_S)].push(wait_s);
      }
    }
    const filled = [...waits.values()].flat().filter((cell) => cell.length > 0).length;
    assert.ok(filled > 5000, `${filled} cells`);
    assert.equal(answer.series.length, waits.size);
    assert.equal(answer.total, percentile(everyone, 90), `${by}: of all`);
    for (const { key, values, total } of answer.series) {
      const cells = waits.get(key) ?? [];
      assert.equal(total, percentile(cells.flat(), 90), `${by} ${key}`);
      assert.deepEqual(values, cells.map((cell) => percentile(cell, 90)), `${by} ${key} by hour`);
    }
  }
});
