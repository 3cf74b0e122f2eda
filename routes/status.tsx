import { page } from "fresh";
import { StatusView } from "../components/StatusView.tsx";
import { statusView } from "../lib/server/status_view.ts";
import { define } from "../state.ts";

/** Answers with the page. */
export const handler = define.handlers({ GET: async (ctx) => page((await statusView(ctx)).value) });

/** Whether each cluster's reports arrive. */
export default define.page<typeof handler>(function Status({ data }) {
  return <StatusView model={data} />;
});
