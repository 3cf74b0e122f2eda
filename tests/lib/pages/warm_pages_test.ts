import assert from "node:assert/strict";
import { warmPages } from "../../../lib/pages/warm_pages.ts";
import { NOW_S, twoClusters } from "./small_data.ts";

/** How often a warm-up gave way to others. */
async function breaths(worth_jobs?: number): Promise<number> {
  let count = 0;
  const breathe = () => {
    count++;
    return undefined;
  };
  await warmPages(twoClusters(), { now_s: NOW_S, breathe, worth_jobs });
  return count;
}

Deno.test("warmPages() asks for the pages where there are jobs enough, and gives way while it does", async () => {
  const without = await breaths();
  assert.ok(without > 0);
  assert.ok(await breaths(1) > 10 * without);
});

Deno.test("warmPages() has nothing to ask where there is no cluster", async () => {
  await warmPages(new Map(), { now_s: NOW_S });
});
