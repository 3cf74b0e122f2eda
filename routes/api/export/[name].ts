import { exportFile } from "../../../lib/server/export.ts";
import { breathe } from "../../../lib/server/event_loop.ts";
import { define } from "../../../state.ts";

/** A page's numbers as a file, for the same query. */
export const handler = define.handlers({
  GET(ctx) {
    const { data, now_s, services } = ctx.state;
    return services.answers.turnstile.pass(
      () =>
        exportFile(ctx.params.name, {
          data,
          params: ctx.url.searchParams,
          now_s,
          breathe,
          max_rows: services.config.export_max_rows,
          signal: ctx.req.signal,
        }),
      ctx.req.signal,
    );
  },
});
