import { daysAnswer } from "../../../lib/server/days.ts";
import { define } from "../../../state.ts";

/** What of a cluster ended on each day of a range, for its agent alone. */
export const handler = define.handlers({
  async GET(ctx) {
    return ctx.json(await daysAnswer(ctx), { headers: { "cache-control": "no-store" } });
  },
});
