import { HelpView } from "../components/HelpView.tsx";
import { helpPage } from "../lib/pages/help.ts";
import { define } from "../state.ts";

/** What each number means. */
export default define.page(function Help() {
  return <HelpView model={helpPage()} />;
});
