import { LivePage } from "../components/LivePage.tsx";
import { JobsView } from "../components/JobsView.tsx";
import type { JobsModel } from "../lib/pages/jobs.ts";

/** The page as the server rendered it, and from then on following its address in place. */
export function JobsPage({ model }: { readonly model: JobsModel }) {
  return <LivePage model={model} View={JobsView} />;
}
