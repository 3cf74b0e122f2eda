import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { FacetModel, OptionModel } from "../lib/pages/facet_model.ts";
import type { AddValues } from "./Facet.tsx";
import { findValues } from "./facet_values.ts";
import { withKey } from "./shortcut_list.ts";

const MOST_EACH = 5;
const PAUSE_MS = 150;

interface Found {
  readonly text: string;
  readonly groups: readonly { readonly facet: FacetModel; readonly values: readonly OptionModel[] }[];
}

/** One field for all names at once: what is found is chosen, a number leads to the jobs of that id. */
export function FindAll(
  { facets, add }: { readonly facets: readonly FacetModel[]; readonly add?: AddValues },
) {
  const typed = useSignal("");
  const found = useSignal<Found | null>(null);
  const asked = useRef<AbortController | null>(null);
  const menu = useRef<HTMLDetailsElement>(null);
  useEffect(() => () => asked.current?.abort(), []);

  const search = (text: string) => {
    typed.value = text;
    asked.current?.abort();
    const { signal } = asked.current = new AbortController();
    setTimeout(async () => {
      if (signal.aborted || text.trim() === "") return;
      const groups = await Promise.all(facets.map(async (facet) => {
        try {
          const { values } = await findValues(facet.name, text.trim(), { limit: MOST_EACH, signal });
          return { facet, values };
        } catch {
          return { facet, values: [] };
        }
      }));
      if (!signal.aborted) found.value = { text, groups: groups.filter(({ values }) => values.length > 0) };
    }, PAUSE_MS);
  };
  const choose = (name: string, value: string) => {
    typed.value = "";
    found.value = null;
    if (menu.current !== null) {
      menu.current.open = false;
      menu.current.querySelector("summary")?.focus();
    }
    add?.(name, [value]);
  };
  const text = typed.value.trim();
  const known = found.value !== null && text !== "" ? found.value : null;
  const first = known?.groups[0];
  const jobs_href = `/jobs?${new URLSearchParams({ q: text })}`;
  return (
    <details ref={menu} class="menu find-all needs-js" name="filter-menu">
      <summary title={withKey("/")}>Find</summary>
      <div class="menu-panel">
        <label class="find">
          <span class="visually-hidden">Find a user, account or other name, or the id of a job</span>
          <input
            type="search"
            placeholder="Name, or id of a job"
            autocomplete="off"
            spellcheck={false}
            value={typed.value}
            onInput={(event) => search(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || text === "") return;
              event.preventDefault();
              if (/^\d+/.test(text)) location.assign(jobs_href);
              else if (known?.text.trim() === text && first !== undefined) {
                choose(
                  first.facet.name,
                  first.values[0].value,
                );
              }
            }}
          />
        </label>
        {known?.groups.map(({ facet, values }) => (
          <section key={facet.name}>
            <p class="menu-note">{facet.label}</p>
            {values.map(({ value, label = value, jobs }) => (
              <button
                key={value}
                type="button"
                class="option found"
                onClick={() => choose(facet.name, value)}
              >
                <bdi class="option-name">{label}</bdi>
                <span class="option-count" title="Jobs">{jobs}</span>
              </button>
            ))}
          </section>
        ))}
        {text !== "" && (
          <p class="menu-note">
            <a href={jobs_href}>{`Jobs with “${text}” in id, name or user`}</a>
          </p>
        )}
      </div>
    </details>
  );
}
