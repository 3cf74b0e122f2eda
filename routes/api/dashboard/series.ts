import { jsonAnswer } from "../../../lib/server/answer.ts";
import { seriesAnswer } from "../../../lib/server/dashboard.ts";
import { define } from "../../../state.ts";

/** One measure over time, split by one grouping. */
export const handler = define.handlers({
  GET(ctx) {
    const { data, now_s } = ctx.state;
    return jsonAnswer(ctx.req, seriesAnswer(data, ctx.url.searchParams, now_s));
  },
});
