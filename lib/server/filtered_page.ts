import { page, type PageResponse } from "fresh";
import type { ViewName } from "../pages/links.ts";
import { canonicalRedirect, type Models, pageModel } from "../pages/page_model.ts";
import { paramsOf } from "../pages/paths.ts";
import { pageData } from "./answers.ts";
import type { Asking } from "./answers.ts";
import { Problem } from "./problem.ts";

/** What answering with a page needs of a request. */
interface PageAsking extends Asking {
  redirect(path: string): Response;
}

/**
 * Answers with the model of a filtered page, or leads to the canonical form of its address.
 *
 * @throws {Problem} 404 for the page of a cluster that has never reported
 */
export async function filteredPage<View extends ViewName>(
  ctx: PageAsking,
  view: View,
): Promise<Response | PageResponse<Models[View]>> {
  const canonical = canonicalRedirect(view, ctx.url);
  if (canonical !== null) return ctx.redirect(canonical);
  if (view === "cluster") assertCluster(ctx.state.data, paramsOf(ctx.url));
  const model = await pageData(ctx, `view/${view}`, ({ data, ...asked }) => pageModel(data, view, asked));
  ctx.state.head = { title: model.document_title, description: model.description, href: model.href };
  return page(model);
}

/**
 * Makes sure that the page of a cluster is one of a cluster that is known. While there is none at all, every page
 * tells how to add one.
 *
 * @throws {Problem} 422 if none is named, 404 if none has that name
 */
export function assertCluster(data: Asking["state"]["data"], params: URLSearchParams): void {
  const name = params.get("cluster") ?? "";
  const known = [...data.keys()].join(", ");
  if (name === "") {
    throw new Problem(422, `cluster must name the cluster to show${known === "" ? "" : `: ${known}`}`, {
      errors: [{ field: "cluster", message: "is missing" }],
    });
  }
  if (data.size === 0 || data.has(name)) return;
  throw new Problem(404, `There is no cluster named ${JSON.stringify(name)}. Clusters here: ${known}.`);
}
