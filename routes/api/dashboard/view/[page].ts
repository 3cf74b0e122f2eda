import { HttpError } from "fresh";
import { isView, VIEWS } from "../../../../lib/pages/links.ts";
import { pageModel } from "../../../../lib/pages/page_model.ts";
import { jsonAnswer } from "../../../../lib/server/answer.ts";
import { answerTo } from "../../../../lib/server/answers.ts";
import { assertCluster } from "../../../../lib/server/filtered_page.ts";
import { define } from "../../../../state.ts";

/** The plain data that a page is rendered from, for the same query. */
export const handler = define.handlers({
  async GET(ctx) {
    const name = ctx.params.page;
    if (!isView(name)) throw new HttpError(404, `There is no view "${name}"; there is ${VIEWS.join(", ")}.`);
    if (name === "cluster") assertCluster(ctx.state.data, ctx.url.searchParams);
    const found = await answerTo(ctx, {
      name: `view/${name}`,
      of: "all clusters",
      make: ({ data, ...asked }) => pageModel(data, name, asked),
    });
    return jsonAnswer(ctx.req, found);
  },
});
