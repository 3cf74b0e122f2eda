import type { ComponentType } from "preact";
import { useRef } from "preact/hooks";
import { FilterBar } from "./FilterBar.tsx";
import { formHref, useLiveView } from "./live_view.ts";
import { Notice } from "./Notice.tsx";
import { PageHead } from "./PageHead.tsx";
import { pending } from "./ui_state.ts";
import { SetupGuide } from "./SetupGuide.tsx";
import type { ViewModel } from "../lib/pages/page_model.ts";

/** A filtered page: complete as the server rendered it, and from then on following its address in place. */
export function LivePage<Model extends ViewModel>(
  { model, View }: { readonly model: Model; readonly View: ComponentType<{ readonly model: Model }> },
) {
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
      <PageHead
        title={shown.title}
        name={shown.view_name}
        question={shown.question}
        person={shown.person}
        days={`${shown.filter_bar.range}, ${shown.filter_bar.tz}`}
        freshness={shown.freshness}
      />
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
      <p class="news" role="status">
        {view.refresh.news.value !== null && (
          <button type="button" class="button" onClick={view.showNews}>New data — show</button>
        )}
        {view.refresh.unreachable.value !== null && (
          <span>
            {`The server cannot be reached; these are the numbers of ${view.refresh.unreachable.value}.`}
          </span>
        )}
      </p>
      {shown.notices.map((notice, index) => <Notice key={index} {...notice} />)}
      <div class="view">
        {shown.setup && <SetupGuide />}
        {!shown.setup && <View model={shown} />}
      </div>
    </div>
  );
}
