import { page } from "fresh";
import { LivePage } from "../islands/LivePage.tsx";
import { canonicalRedirect, pageModel } from "../lib/pages/page_model.ts";
import { pageData } from "../lib/server/answers.ts";
import { define } from "../state.ts";

/** Answers with the page, or leads to the canonical form of its address. */
export const handler = define.handlers({
  async GET(ctx) {
    const canonical = canonicalRedirect("usage", ctx.url);
    if (canonical !== null) return ctx.redirect(canonical);
    return page(await pageData(ctx, "view/usage", ({ data, ...asked }) => pageModel(data, "usage", asked)));
  },
});

export default define.page<typeof handler>(({ data }) => <LivePage model={data} />);
