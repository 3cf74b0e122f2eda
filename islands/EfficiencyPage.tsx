import { LivePage } from "../components/LivePage.tsx";
import { SpreadView } from "../components/SpreadView.tsx";
import type { EfficiencyModel } from "../lib/pages/efficiency.ts";

/** The page as the server rendered it, and from then on following its address in place. */
export function EfficiencyPage({ model }: { readonly model: EfficiencyModel }) {
  return <LivePage model={model} View={SpreadView} />;
}
