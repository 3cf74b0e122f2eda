import { InventoryBlockedError } from "../engine/inventory_keeper.ts";
import type { InventoryAnswer } from "../job/inventory.ts";
import { hostnameOf, NoInventoryError, type ReadSnapshot, readSnapshot } from "../job/snapshot.ts";
import { assertJson, decoded, type RawBody } from "./body.ts";
import { breathe } from "./event_loop.ts";
import { assertCluster, keysOf } from "./ingest.ts";
import { Problem } from "./problem.ts";
import type { Services } from "./services.ts";

/** Most bytes of an inventory: 200,000 events of ordinary length. */
const MAX_BYTES = 32 * 1024 * 1024;
/** How far the clock of a sender may run ahead. */
const AHEAD_S = 86_400;
/** How old an inventory may be: an older one is of a clock that is behind, and would make up years of hardware. */
const BEHIND_S = 30 * 86_400;

/**
 * Takes up an inventory: checks key, size and shape, stores what can be used, and answers when it is on the disk. The same
 * inventory once more changes nothing.
 *
 * @throws {Problem} 401, 403, 413, 415, 400 or 422, with the reason
 */
export async function takeInventory(request: Request, services: Services): Promise<InventoryAnswer> {
  const keys = keysOf(request, services);
  assertJson(request);
  return await services.intake.take(request, async (_, body) => {
    const given = await jsonOf(body, Math.min(MAX_BYTES, services.config.max_body_bytes));
    assertCluster(inWords(() => hostnameOf(given)), keys);
    return await stored(await readSnapshot(given, breathe).catch(refuse), services);
    // Even a small body may be large when it is decompressed: one at a time.
  }, { always_in_turn: true });
}

async function stored(read: ReadSnapshot, services: Services): Promise<InventoryAnswer> {
  const { hostname, rejected, rejected_count } = read;
  const now_s = Math.floor(services.now_ms() / 1000);
  const snapshot = { ...read.snapshot, at_s: atOf(read, now_s) };
  const counts = Object.fromEntries(
    Object.entries(snapshot.parts).map(([part, entries]) => [part, entries.length]),
  );
  if (Object.keys(counts).length === 0) {
    throw new Problem(422, `None of the ${rejected_count} entries can be used`, { rejected, rejected_count });
  }
  try {
    await services.warehouse.cluster(hostname).takeInventory(snapshot);
  } catch (error) {
    if (error instanceof InventoryBlockedError) throw new Problem(503, error.message);
    throw error;
  }
  return {
    success: true,
    message: `Successfully stored the inventory of ${hostname}`,
    hostname,
    stored: counts,
    rejected,
    rejected_count,
  };
}

/** The moment of an inventory; a clock that runs ahead a little must not make the future look known. */
function atOf({ snapshot: { at_s } }: ReadSnapshot, now_s: number): number {
  if (at_s > now_s + AHEAD_S) {
    throw new Problem(422, `at: is ${at_s} but here it is ${now_s}: one of the two clocks is wrong`);
  }
  if (at_s < now_s - BEHIND_S) {
    throw new Problem(
      422,
      `at: is ${at_s} but here it is ${now_s}: an inventory may be at most ${
        BEHIND_S / 86_400
      } days old, or one of the two clocks is wrong`,
    );
  }
  return Math.min(at_s, now_s);
}

async function jsonOf(body: RawBody, max_bytes: number): Promise<unknown> {
  const tooLarge = new Problem(
    413,
    `The body is larger than ${max_bytes} bytes: send fewer events at a time`,
  );
  if (!body.gzip && body.bytes.length > max_bytes) throw tooLarge;
  const bytes = await decoded(body, max_bytes).catch((error) => {
    throw error instanceof Problem && error.status === 413 ? tooLarge : error;
  });
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Problem(400, `The body is no JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function inWords<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    return refuse(error);
  }
}

function refuse(error: unknown): never {
  throw error instanceof NoInventoryError ? new Problem(422, error.message) : error;
}
