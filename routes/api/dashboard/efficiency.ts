import { jsonAnswer } from "../../../lib/server/answer.ts";
import { efficiencyAnswer } from "../../../lib/server/figures.ts";
import { define } from "../../../state.ts";

/** How jobs are distributed over the share that they used of their CPUs, memory, time limit or GPUs. */
export const handler = define.handlers({
  async GET(ctx) {
    return jsonAnswer(ctx.req, await efficiencyAnswer(ctx));
  },
});
