import { StatusView } from "../components/StatusView.tsx";
import { statusPage } from "../lib/pages/status.ts";
import { define } from "../state.ts";

/** Whether each cluster's reports arrive. */
export default define.page(function Status({ state }) {
  return <StatusView model={statusPage(state.data, { now_s: state.now_s })} />;
});
