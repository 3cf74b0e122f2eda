import { ClusterPage } from "../../islands/ClusterPage.tsx";
import { filteredPage } from "../../lib/server/filtered_page.ts";
import { define } from "../../state.ts";

/** Answers with the page, or leads to the canonical form of its address. */
export const handler = define.handlers({ GET: (ctx) => filteredPage(ctx, "cluster") });

export default define.page<typeof handler>(({ data }) => <ClusterPage model={data} />);
