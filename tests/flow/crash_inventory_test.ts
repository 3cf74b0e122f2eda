/** A whole server killed while it stores inventories: it comes back with the last one it acknowledged, or the next. */
import assert from "node:assert/strict";
import type { InventoryView } from "../../lib/query/inventory.ts";
import { withFolder } from "../helpers.ts";
import { startServer } from "./server_process.ts";

const KEY = "key-of-alpha";
const ROUNDS = 6;
const NODES = 3000;
/** Long enough ago for all that is sent. */
const FIRST_S = Math.floor(Date.now() / 1000) - 86_400;

/** The inventory of this number: each has one CPU more in every node. */
function bodyOf(number: number): string {
  const nodes = Array.from(
    { length: NODES },
    (_, at) => ({ name: `node${at}`, cpus: number, state: "IDLE", partitions: [`p${at % 7}`] }),
  );
  return JSON.stringify({ hostname: "alpha", at: FIRST_S + number, nodes });
}

async function post(origin: string, number: number): Promise<void> {
  const headers = { "content-type": "application/json", "x-api-key": KEY };
  const response = await fetch(`${origin}/api/data/inventory`, {
    method: "POST",
    headers,
    body: bodyOf(number),
  });
  const answer = await response.json();
  assert.equal(response.status, 200, JSON.stringify(answer));
}

/** Number of the inventory that a server shows, 0 for none; all of it must be of the same. */
async function shown(origin: string): Promise<number> {
  const response = await fetch(`${origin}/api/dashboard/inventory?cluster=alpha`);
  if (response.status === 404) {
    await response.body?.cancel();
    return 0;
  }
  const { nodes }: InventoryView = await response.json();
  assert.equal(nodes.length, NODES);
  const numbers = new Set(nodes.map(({ cpus }) => cpus));
  assert.equal(numbers.size, 1, "one inventory, whole");
  return [...numbers][0];
}

Deno.test("a server killed while it stores inventories has the last one acknowledged, or the one after it", async () => {
  await withFolder(async (root) => {
    const environment = { DATA_PATH: root, API_KEYS: KEY };
    let acknowledged = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const server = await startServer(environment);
      const found = await shown(server.origin);
      assert.ok(found === acknowledged || found === acknowledged + 1, `${found} after ${acknowledged}`);
      assert.doesNotMatch(server.log(), /cannot be read/);
      acknowledged = found + 1;
      await post(server.origin, acknowledged);
      let killed = false;
      // At another moment of the writing in each round.
      const kill = new Promise<void>((resolve) => {
        setTimeout(() => {
          killed = true;
          server.end("SIGKILL").then(() => resolve());
        }, 20 + 37 * round);
      });
      try {
        for (;;) {
          await post(server.origin, acknowledged + 1);
          acknowledged++;
        }
      } catch (error) {
        if (!killed || error instanceof assert.AssertionError) throw error;
      }
      await kill;
    }
  });
});
