import { jsonAnswer } from "../../../lib/server/answer.ts";
import { metadata } from "../../../lib/server/dashboard.ts";
import { define } from "../../../state.ts";

/** The clusters and what their jobs can be filtered by. */
export const handler = define.handlers({
  GET(ctx) {
    return jsonAnswer(ctx.req, metadata(ctx.state.data, ctx.state.now_s));
  },
});
