import { LivePage } from "../components/LivePage.tsx";
import { SpreadView } from "../components/SpreadView.tsx";
import type { WaitModel } from "../lib/pages/wait.ts";

/** The page as the server rendered it, and from then on following its address in place. */
export function WaitPage({ model }: { readonly model: WaitModel }) {
  return <LivePage model={model} View={SpreadView} />;
}
