import { jsonAnswer } from "../../../lib/server/answer.ts";
import { answerTo } from "../../../lib/server/answers.ts";
import { metadata } from "../../../lib/server/dashboard.ts";
import { define } from "../../../state.ts";

/** The clusters and what their jobs can be filtered by. */
export const handler = define.handlers({
  async GET(ctx) {
    const found = await answerTo(ctx, {
      name: "metadata",
      of: "all clusters",
      named: false,
      make: ({ data, now_s }) => metadata(data, now_s),
    });
    return jsonAnswer(ctx.req, found);
  },
});
