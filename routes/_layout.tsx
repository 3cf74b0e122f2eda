import { Layout } from "../components/Layout.tsx";
import { Tools } from "../islands/Tools.tsx";
import { navigation } from "../lib/pages/frame.ts";
import { pageAt } from "../lib/pages/links.ts";
import { parseFilters } from "../lib/view/filters.ts";
import { define } from "../state.ts";

/** Header, navigation and footer; links to other pages keep the filters of this one. */
export default define.layout(function PageLayout({ Component, url }) {
  const { filters } = parseFilters(url.searchParams);
  return (
    <Layout nav={navigation(pageAt(url.pathname), filters)} tools={<Tools />}>
      <Component />
    </Layout>
  );
});
