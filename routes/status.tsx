import { page } from "fresh";
import { StatusView } from "../components/StatusView.tsx";
import { statusPage } from "../lib/pages/status.ts";
import { breathe } from "../lib/server/event_loop.ts";
import { define } from "../state.ts";

/** Answers with the page, made in its turn. */
export const handler = define.handlers({
  async GET(ctx) {
    const { data, now_s, services } = ctx.state;
    return page(
      await services.answers.turnstile.pass(() => statusPage(data, { now_s, breathe }), ctx.req.signal),
    );
  },
});

/** Whether each cluster's reports arrive. */
export default define.page<typeof handler>(function Status({ data }) {
  return <StatusView model={data} />;
});
