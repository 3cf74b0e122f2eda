import { useRef } from "preact/hooks";
import { FilterBar } from "../components/FilterBar.tsx";
import { JobsView } from "../components/JobsView.tsx";
import { formHref, useLiveView } from "../components/live_view.ts";
import { Notice } from "../components/Notice.tsx";
import { OverviewView } from "../components/OverviewView.tsx";
import { PageHead } from "../components/PageHead.tsx";
import { pending } from "../components/ui_state.ts";
import { SetupGuide } from "../components/SetupGuide.tsx";
import { UsageView } from "../components/UsageView.tsx";
import type { ViewModel } from "../lib/pages/page_model.ts";

/** A filtered page: complete as the server rendered it, and from then on following its address in place. */
export function LivePage({ model }: { readonly model: ViewModel }) {
  const view = useLiveView(model);
  const root = useRef<HTMLDivElement>(null);
  const shown = view.model.value;
  const formOf = () => root.current?.querySelector("form") ?? null;
  const add = (name: string, values: readonly string[]) => {
    const form = formOf();
    if (form !== null) view.go(formHref(form, { name, values }));
  };
  return (
    <div
      ref={root}
      class={pending.value ? "live live-pending" : "live"}
      aria-busy={pending.value}
      onSubmit={(event) => {
        const form = formOf();
        if (event.target !== form || form === null) return;
        event.preventDefault();
        view.go(formHref(form));
      }}
      onChange={(event) => {
        const input = event.target;
        if (!(input instanceof HTMLInputElement) || input.type !== "checkbox" || input.form === null) return;
        view.go(formHref(input.form));
      }}
    >
      <PageHead title={shown.title} question={shown.question} freshness={shown.freshness} />
      {!shown.setup && (
        <FilterBar
          model={shown.filter_bar}
          q={shown.page === "jobs" ? shown.q : undefined}
          add={view.live.value ? add : undefined}
        />
      )}
      <p class="visually-hidden" role="status">{view.said}</p>
      {view.failed.value !== null && (
        <div class="notice notice-error" role="alert">
          <p>
            The numbers for this choice did not arrive; those of the choice before are still shown.{" "}
            <a
              href={view.failed.value}
              onClick={(event) => {
                event.preventDefault();
                view.retry();
              }}
            >
              Try again
            </a>
          </p>
        </div>
      )}
      {shown.notices.map((notice, index) => <Notice key={index} {...notice} />)}
      <div class="view">
        {shown.setup && <SetupGuide />}
        {!shown.setup && shown.page === "overview" && <OverviewView model={shown} />}
        {!shown.setup && shown.page === "usage" && <UsageView model={shown} />}
        {!shown.setup && shown.page === "jobs" && <JobsView model={shown} />}
      </div>
    </div>
  );
}
