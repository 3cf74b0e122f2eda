import { ingest } from "../../../lib/server/ingest.ts";
import { define } from "../../../state.ts";

/** Takes up a batch of jobs from a cluster's agent. */
export const handler = define.handlers({
  async POST(ctx) {
    return ctx.json(await ingest(ctx.req, ctx.state.services));
  },
});
