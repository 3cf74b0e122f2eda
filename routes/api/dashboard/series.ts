import { jsonAnswer } from "../../../lib/server/answer.ts";
import { answerTo } from "../../../lib/server/answers.ts";
import { seriesAnswer } from "../../../lib/server/dashboard.ts";
import { define } from "../../../state.ts";

/** One measure over time, split by one grouping. */
export const handler = define.handlers({
  async GET(ctx) {
    const found = await answerTo(ctx, {
      name: "series",
      of: "chosen clusters",
      named: false,
      make: ({ data, params, ...asked }) => seriesAnswer(data, params, asked),
    });
    return jsonAnswer(ctx.req, found);
  },
});
