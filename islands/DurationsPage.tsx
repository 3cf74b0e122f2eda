import { LivePage } from "../components/LivePage.tsx";
import { SpreadView } from "../components/SpreadView.tsx";
import type { DurationsModel } from "../lib/pages/durations.ts";

/** The page as the server rendered it, and from then on following its address in place. */
export function DurationsPage({ model }: { readonly model: DurationsModel }) {
  return <LivePage model={model} View={SpreadView} />;
}
