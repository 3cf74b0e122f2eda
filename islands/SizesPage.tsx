import { LivePage } from "../components/LivePage.tsx";
import { SpreadView } from "../components/SpreadView.tsx";
import type { SizesModel } from "../lib/pages/sizes.ts";

/** The page as the server rendered it, and from then on following its address in place. */
export function SizesPage({ model }: { readonly model: SizesModel }) {
  return <LivePage model={model} View={SpreadView} />;
}
