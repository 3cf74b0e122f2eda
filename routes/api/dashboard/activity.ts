import { jsonAnswer } from "../../../lib/server/answer.ts";
import { activityAnswer } from "../../../lib/server/figures.ts";
import { define } from "../../../state.ts";

/** In how many days, weeks or months users, accounts or groups were active. */
export const handler = define.handlers({
  async GET(ctx) {
    return jsonAnswer(ctx.req, await activityAnswer(ctx));
  },
});
