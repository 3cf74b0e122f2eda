import type { VNode } from "preact";
import { ClusterPage } from "../../islands/ClusterPage.tsx";
import { DurationsPage } from "../../islands/DurationsPage.tsx";
import { EfficiencyPage } from "../../islands/EfficiencyPage.tsx";
import { JobsPage } from "../../islands/JobsPage.tsx";
import { NodesPage } from "../../islands/NodesPage.tsx";
import { OverviewPage } from "../../islands/OverviewPage.tsx";
import { SizesPage } from "../../islands/SizesPage.tsx";
import { UsagePage } from "../../islands/UsagePage.tsx";
import { WaitPage } from "../../islands/WaitPage.tsx";
import type { ViewModel } from "../../lib/pages/page_model.ts";

/** The island that shows a model. */
export function anyPage(model: ViewModel): VNode {
  switch (model.page) {
    case "overview":
      return <OverviewPage model={model} />;
    case "usage":
      return <UsagePage model={model} />;
    case "wait":
      return <WaitPage model={model} />;
    case "durations":
      return <DurationsPage model={model} />;
    case "sizes":
      return <SizesPage model={model} />;
    case "efficiency":
      return <EfficiencyPage model={model} />;
    case "nodes":
      return <NodesPage model={model} />;
    case "jobs":
      return <JobsPage model={model} />;
    case "cluster":
      return <ClusterPage model={model} />;
  }
}
