import { health } from "../../../lib/server/health.ts";
import { define } from "../../../state.ts";

/** That the server answers, and for which clusters. */
export const handler = define.handlers({
  GET(ctx) {
    return ctx.json(health(ctx.state.services, ctx.state.now_s), {
      headers: { "cache-control": "no-cache" },
    });
  },
});
