import { Layout } from "../components/Layout.tsx";
import { Tools } from "../islands/Tools.tsx";
import { navigation } from "../lib/pages/frame.ts";
import { pageAt } from "../lib/pages/links.ts";
import { paramsOf } from "../lib/pages/paths.ts";
import { parseFilters } from "../lib/view/filters.ts";
import { define } from "../state.ts";

/** Header, navigation and footer; links to other pages keep the filters of this one. */
export default define.layout(function PageLayout({ Component, url, state }) {
  const { filters } = parseFilters(paramsOf(url));
  return (
    <Layout
      nav={navigation(pageAt(url.pathname), filters)}
      tools={<Tools />}
      retention_months={state.services?.config.retention_months ?? null}
    >
      <Component />
    </Layout>
  );
});
