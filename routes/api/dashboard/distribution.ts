import { jsonAnswer } from "../../../lib/server/answer.ts";
import { distributionAnswer } from "../../../lib/server/figures.ts";
import { define } from "../../../state.ts";

/** How waits, run times or sizes of jobs are distributed. */
export const handler = define.handlers({
  async GET(ctx) {
    return jsonAnswer(ctx.req, await distributionAnswer(ctx));
  },
});
