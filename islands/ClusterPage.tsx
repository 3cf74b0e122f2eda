import { LivePage } from "../components/LivePage.tsx";
import { ClusterView } from "../components/ClusterView.tsx";
import type { ClusterModel } from "../lib/pages/cluster.ts";

/** The page as the server rendered it, and from then on following its address in place. */
export function ClusterPage({ model }: { readonly model: ClusterModel }) {
  return <LivePage model={model} View={ClusterView} />;
}
