import { jsonAnswer } from "../../../lib/server/answer.ts";
import { valuesAnswer } from "../../../lib/server/figures.ts";
import { define } from "../../../state.ts";

/** The values of one dimension that contain a text, with their jobs. */
export const handler = define.handlers({
  async GET(ctx) {
    return jsonAnswer(ctx.req, await valuesAnswer(ctx));
  },
});
