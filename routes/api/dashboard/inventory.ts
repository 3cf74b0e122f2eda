import { jsonAnswer } from "../../../lib/server/answer.ts";
import { inventoryViewOf } from "../../../lib/server/inventory_view.ts";
import { define } from "../../../state.ts";

/** What a cluster consists of, what it offered and when which nodes were out. */
export const handler = define.handlers({
  async GET(ctx) {
    return jsonAnswer(ctx.req, await inventoryViewOf(ctx));
  },
});
