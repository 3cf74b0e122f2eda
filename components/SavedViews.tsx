import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { FilterBarModel } from "../lib/pages/filter_bar.ts";
import { followFrom } from "./follow.ts";
import { withKey } from "./shortcut_list.ts";
import { readViews, type SavedView, withoutView, withView, writeViews } from "./saved_views.ts";

const NAME_PLACE = String(new URLSearchParams({ view_name: "{name}" }));

/** Views that were given a name, kept in this browser; the name is in the address, so a link takes it along. */
export function SavedViews({ model, live }: { readonly model: FilterBarModel; readonly live: boolean }) {
  const views = useSignal<readonly SavedView[]>([]);
  const typed = useSignal<string | null>(null);
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const read = () => views.value = readViews();
    read();
    addEventListener("storage", read);
    return () => removeEventListener("storage", read);
  }, []);
  const keep = (next: readonly SavedView[]) => {
    views.value = next;
    writeViews(next);
  };
  const name = (typed.value ?? model.view_name).trim();
  const save = () => {
    if (name === "" || panel.current === null) return;
    const href = model.named_address.replace(
      NAME_PLACE,
      () => String(new URLSearchParams({ view_name: name })),
    );
    const renamed = model.view_name !== "" && model.view_name !== name ? model.view_name : null;
    keep(withView(renamed === null ? views.value : withoutView(views.value, renamed), { name, href }));
    typed.value = null;
    followFrom(panel.current, href);
  };
  const shown = views.value.find((view) => view.name === model.view_name);
  return (
    <details class="menu saved-views needs-js" name="filter-menu">
      <summary class={model.view_name === "" ? undefined : "chosen"} title={withKey("v")}>
        {model.view_name || "Views"}
      </summary>
      <div ref={panel} class="menu-panel">
        {views.value.length === 0
          ? <p class="menu-note">Give this view a name to find it again, in this browser.</p>
          : (
            <ul class="menu-links" aria-label="Saved views">
              {views.value.map((view) => (
                <li key={view.name}>
                  <a href={view.href} aria-current={view === shown ? "true" : undefined}>{view.name}</a>
                  <button
                    type="button"
                    class="tool"
                    aria-label={`Delete the view ${view.name}`}
                    title="Delete"
                    onClick={() => keep(withoutView(views.value, view.name))}
                  >
                    ×
                  </button>
                </li>
              ))}
            </ul>
          )}
        <label class="find">
          <span class="menu-note">Name of this view</span>
          <input
            type="search"
            maxLength={80}
            autocomplete="off"
            value={typed.value ?? model.view_name}
            onInput={(event) => {
              typed.value = event.currentTarget.value;
            }}
            onKeyDown={(event) => {
              if (event.key !== "Enter") return;
              event.preventDefault();
              save();
            }}
          />
        </label>
        <button type="button" class="menu-action" disabled={!live || name === ""} onClick={save}>
          {model.view_name !== "" && model.view_name !== name && name !== ""
            ? `Rename to "${name}"`
            : shown === undefined
            ? "Save this view"
            : "Save again"}
        </button>
      </div>
    </details>
  );
}
