import { page } from "fresh";
import { LivePage } from "../islands/LivePage.tsx";
import { canonicalRedirect, pageModel } from "../lib/pages/page_model.ts";
import { define } from "../state.ts";

/** Answers with the page, or leads to the canonical form of its address. */
export const handler = define.handlers({
  GET(ctx) {
    const canonical = canonicalRedirect("usage", ctx.url);
    if (canonical !== null) return ctx.redirect(canonical);
    const { data, now_s } = ctx.state;
    return page(pageModel(data, "usage", { params: ctx.url.searchParams, now_s }));
  },
});

export default define.page<typeof handler>(({ data }) => <LivePage model={data} />);
