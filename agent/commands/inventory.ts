import { sendInventory } from "../inventory/send.ts";
import type { ExitStatus, Run } from "../run.ts";
import { StoppedError } from "../sending/exchange.ts";
import { postJson } from "../sending/json.ts";
import { wordsOf } from "../words.ts";
import type { Handle } from "./handle.ts";
import { pseudonymsOf } from "./walk.ts";

/** The server does not take the inventory, though it takes jobs. */
class InventoryRefused extends Error {}

/** Sends the cluster's inventory if it is time to. What cannot be had, or is not wanted, is told; jobs do not wait for it. */
export async function inventoryAfterwards(run: Run, { folder, connection }: Handle): Promise<ExitStatus> {
  const { world } = run;
  try {
    const { sent, sent_s, digest, notices } = await sendInventory(run, {
      last_s: folder.state.inventory_s,
      digest: folder.state.inventory_digest,
      pseudonyms: await pseudonymsOf(run, folder),
      post: async (path, body) => {
        const outcome = await postJson(path, body, connection);
        if ("answer" in outcome) return outcome.answer;
        throw new InventoryRefused(outcome.refused);
      },
    });
    for (const notice of notices) world.log("warning", notice);
    if (sent) {
      world.log("info", "Sent the inventory of nodes, partitions, events and accounts");
      await folder.save({ inventory_s: sent_s, inventory_digest: digest });
    }
    return 0;
  } catch (error) {
    world.log("warning", `The inventory was not sent: ${wordsOf(error)}`);
    if (error instanceof StoppedError) return error.kind === "refused" ? 2 : 75;
    return error instanceof InventoryRefused ? 0 : 1;
  }
}
