import { LivePage } from "../components/LivePage.tsx";
import { UsageView } from "../components/UsageView.tsx";
import type { UsageModel } from "../lib/pages/usage.ts";

/** The page as the server rendered it, and from then on following its address in place. */
export function UsagePage({ model }: { readonly model: UsageModel }) {
  return <LivePage model={model} View={UsageView} />;
}
