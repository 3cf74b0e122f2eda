import { LivePage } from "../components/LivePage.tsx";
import { NodesView } from "../components/NodesView.tsx";
import type { NodesModel } from "../lib/pages/nodes.ts";

/** The page as the server rendered it, and from then on following its address in place. */
export function NodesPage({ model }: { readonly model: NodesModel }) {
  return <LivePage model={model} View={NodesView} />;
}
