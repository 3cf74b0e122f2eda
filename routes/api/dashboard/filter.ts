import { readJson } from "../../../lib/server/body.ts";
import { filterJobs } from "../../../lib/server/filter.ts";
import { breathe } from "../../../lib/server/event_loop.ts";
import { define } from "../../../state.ts";

/** Most bytes of a filter: long lists of names fit many times over. */
const MAX_BODY_BYTES = 1024 * 1024;

/** The jobs of a cluster that a filter leaves. */
export const handler = define.handlers({
  async POST(ctx) {
    const value = await readJson(ctx.req, MAX_BODY_BYTES);
    const { data, now_s, services } = ctx.state;
    const answer = await services.answers.turnstile.pass(
      () => filterJobs(data, value, { now_s, breathe }),
      ctx.req.signal,
    );
    return ctx.json(answer);
  },
});
