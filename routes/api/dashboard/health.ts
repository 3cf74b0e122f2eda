import { health } from "../../../lib/server/dashboard.ts";
import { define } from "../../../state.ts";

/** That the server answers, and for which clusters. */
export const handler = define.handlers({
  GET(ctx) {
    return ctx.json(health(ctx.state.data, ctx.state.now_s), { headers: { "cache-control": "no-cache" } });
  },
});
