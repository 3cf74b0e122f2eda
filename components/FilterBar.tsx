import type { FilterBarModel, LinkModel } from "../lib/pages/filter_bar.ts";
import { type AddValues, Facet } from "./Facet.tsx";
import { FindAll } from "./FindAll.tsx";
import { SavedViews } from "./SavedViews.tsx";
import { withKey } from "./shortcut_list.ts";
import { Options } from "./ViewOptions.tsx";

export { Segmented } from "./Segmented.tsx";

/** The filters of a page: links for what is one choice, a form for what is many. Works without scripts. */
export function FilterBar(
  { model, q, add }: {
    readonly model: FilterBarModel;
    /** Text searched for, on pages that search. */
    readonly q?: string;
    /** Given where scripts run: then ticking applies at once. */
    readonly add?: AddValues;
  },
) {
  const { chips } = model;
  return (
    <>
      <form class="filters" method="get" action={model.action} role="search" aria-label="Filters">
        {model.hidden.map(({ name, value }, index) => (
          <input key={`${name} ${index}`} type="hidden" name={name} value={value} />
        ))}
        <Days model={model} />
        <details class="filters-toggle">
          <summary>
            Filters{chips.length > 0 && <span class="badge">{chips.length}</span>}
          </summary>
        </details>
        <div class="filters-panel">
          {q !== undefined && (
            <label class="search">
              <span class="visually-hidden">Search in job ids, names and users</span>
              <input
                type="search"
                name="q"
                value={q}
                placeholder="Job id, name or user"
                title={withKey("/")}
                autocomplete="off"
                spellcheck={false}
              />
            </label>
          )}
          {q === undefined && <FindAll facets={model.facets} add={add} />}
          {model.facets.map((facet) => (
            <Facet
              key={facet.name}
              facet={facet}
              add={add}
              links={facet.name === "account" ? model.account_links : undefined}
            />
          ))}
          <MoreFacets model={model} add={add} />
          <div class="filters-end">
            <Comparison links={model.comparisons} />
            <Options model={model} live={add !== undefined} />
            <SavedViews model={model} live={add !== undefined} />
          </div>
          <button type="submit" class="button apply">Apply</button>
        </div>
      </form>
      {chips.length > 0 && <Chips model={model} />}
    </>
  );
}

/** Dimensions that are filtered by less often, in one menu. */
function MoreFacets({ model, add }: { readonly model: FilterBarModel; readonly add?: AddValues }) {
  const chosen = model.more_facets.reduce((sum, facet) => sum + facet.chosen, 0);
  return (
    <details class="menu more-facets" name="filter-menu">
      <summary>
        More
        {chosen > 0 && <span class="badge">{chosen}</span>}
      </summary>
      <div class="menu-panel">
        {model.more_facets.map((facet) => <Facet key={facet.name} facet={facet} add={add} within />)}
      </div>
    </details>
  );
}

function Chips({ model }: { readonly model: FilterBarModel }) {
  return (
    <ul class="chips" aria-label="Active filters">
      {model.chips.map(({ label, value, href }) => (
        <li key={`${label} ${value}`}>
          <a class="chip" href={href} title={`Remove ${label} ${value}`}>
            <span class="chip-label">{label}</span> <bdi class="chip-value">{value}</bdi>
            <span class="chip-x" aria-hidden="true">×</span>
            <span class="visually-hidden">, remove</span>
          </a>
        </li>
      ))}
      {model.chips.length > 1 && (
        <li>
          <a class="chip chip-clear" href={model.clear_href}>Clear all</a>
        </li>
      )}
    </ul>
  );
}

function Days({ model }: { readonly model: FilterBarModel }) {
  return (
    <div class="days">
      <Step href={model.previous_href} label="Previous period" mark="‹" shortcut="[" />
      <details class="menu" name="filter-menu">
        <summary>
          {model.period !== "" && <span class="period">{model.period}</span>}
          <span class="range">{model.range}</span>
        </summary>
        <div class="menu-panel days-panel">
          <ul class="menu-links">
            {model.periods.map((link) => (
              <li key={link.label}>
                <a href={link.href} aria-current={link.selected ? "true" : undefined}>{link.label}</a>
              </li>
            ))}
          </ul>
          <div class="days-own">
            <label>
              <span>From</span>
              <input type="date" name="from" value={model.from} />
            </label>
            <label>
              <span>To</span>
              <input type="date" name="to" value={model.to} />
            </label>
            <button type="submit" class="button">Show these days</button>
            <p class="menu-note">{`Days in ${model.tz}, both included`}</p>
          </div>
        </div>
      </details>
      <Step href={model.next_href} label="Next period" mark="›" shortcut="]" />
    </div>
  );
}

function Step(
  { href, label, mark, shortcut }: {
    readonly href: string | null;
    readonly label: string;
    readonly mark: string;
    readonly shortcut: string;
  },
) {
  if (href === null) return <span class="step step-off" aria-hidden="true">{mark}</span>;
  return (
    <a class="step" href={href} data-key={shortcut} title={withKey(shortcut)} aria-label={label}>
      {mark}
    </a>
  );
}

/** The key moves on to the choice after the one that holds. */
function Comparison({ links }: { readonly links: readonly LinkModel[] }) {
  if (links.length === 0) return null;
  const at = links.findIndex((link) => link.selected);
  const following = (at + 1) % links.length;
  return (
    <details class="menu compare" name="filter-menu">
      <summary title={withKey("c")} class={at < 1 ? undefined : "chosen"}>
        {at < 1 ? "Compare" : <span>against {links[at].label.toLowerCase()}</span>}
      </summary>
      <ul class="menu-panel menu-links">
        {links.map((link, index) => (
          <li key={link.label}>
            <a
              href={link.href}
              title={link.title}
              aria-current={link.selected ? "true" : undefined}
              data-key={index === following ? "c" : undefined}
            >
              {link.label}
            </a>
          </li>
        ))}
      </ul>
    </details>
  );
}
