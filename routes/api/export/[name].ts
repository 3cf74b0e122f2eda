import { exportCsv } from "../../../lib/server/export.ts";
import { define } from "../../../state.ts";

/** A page's numbers as a file, for the same query. */
export const handler = define.handlers({
  GET(ctx) {
    const { data, now_s } = ctx.state;
    return exportCsv(ctx.params.name, { data, params: ctx.url.searchParams, now_s });
  },
});
