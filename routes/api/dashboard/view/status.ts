import { jsonAnswer } from "../../../../lib/server/answer.ts";
import { statusView } from "../../../../lib/server/status_view.ts";
import { define } from "../../../../state.ts";

/** The plain data of the page that tells whether reports arrive. */
export const handler = define.handlers({
  GET: async (ctx) => jsonAnswer(ctx.req, await statusView(ctx)),
});
