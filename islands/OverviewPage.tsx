import { LivePage } from "../components/LivePage.tsx";
import { OverviewView } from "../components/OverviewView.tsx";
import type { OverviewModel } from "../lib/pages/overview.ts";

/** The page as the server rendered it, and from then on following its address in place. */
export function OverviewPage({ model }: { readonly model: OverviewModel }) {
  return <LivePage model={model} View={OverviewView} />;
}
