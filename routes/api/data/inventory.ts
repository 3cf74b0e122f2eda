import { takeInventory } from "../../../lib/server/inventory.ts";
import { define } from "../../../state.ts";

/** Takes up what a cluster consists of, from its agent. */
export const handler = define.handlers({
  async POST(ctx) {
    return ctx.json(await takeInventory(ctx.req, ctx.state.services));
  },
});
