import { jsonAnswer } from "../../../lib/server/answer.ts";
import { hoursOfWeekAnswer } from "../../../lib/server/figures.ts";
import { define } from "../../../state.ts";

/** One measure by the hours of the week. */
export const handler = define.handlers({
  async GET(ctx) {
    return jsonAnswer(ctx.req, await hoursOfWeekAnswer(ctx));
  },
});
