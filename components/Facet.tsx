import { useRef } from "preact/hooks";
import type { FacetModel, LinkModel, OptionModel } from "../lib/pages/filter_bar.ts";
import { MOST_CHOSEN, useFacetValues } from "./facet_values.ts";
import { Segmented } from "./Segmented.tsx";

/** Chooses more values of a dimension at once; only where scripts run. */
export type AddValues = (name: string, values: readonly string[]) => void;

/** How a list of values stands in the filter bar. */
export interface FacetProps {
  readonly facet: FacetModel;
  readonly add?: AddValues;
  /** Whether it is one of the lists within a menu, or a menu of its own. */
  readonly within?: boolean;
  /** Other ways to see the same dimension. */
  readonly links?: readonly LinkModel[];
}

/** The values of one dimension as a list to tick, with a field to find one or to name one that is not listed. */
export function Facet({ facet, add, within = false, links = [] }: FacetProps) {
  const { name, label, chosen } = facet;
  const found = useFacetValues(facet);
  const { typed, part, listed, matches, total } = found;
  const field = useRef<HTMLInputElement>(null);
  // All clusters are listed; of other names those are known that have jobs.
  const namable = found.unknown && name !== "cluster";
  const addAll = async () => {
    if (part === "" || total > MOST_CHOSEN || total === 0 && !namable) return;
    const wanted = await found.all();
    typed.value = "";
    // The button goes with what was typed.
    field.current?.focus();
    add?.(name, wanted);
  };
  return (
    <details
      class={within ? "facet facet-within" : "menu facet"}
      name={within ? "facet-within" : "filter-menu"}
      data-facet={name}
      onToggle={(event) => {
        if (!event.currentTarget.open) return;
        found.opened();
        // On touch screens the keyboard would cover the list.
        if (matchMedia("(pointer: coarse)").matches) return;
        field.current?.focus();
      }}
    >
      <summary>
        {label}
        {chosen > 0 && <span class="badge">{chosen}</span>}
      </summary>
      <div class={within ? undefined : "menu-panel"}>
        {links.length > 1 && <Segmented label="Split by accounts" links={links} />}
        <label class="find">
          <span class="visually-hidden">{`Find or name a value of ${label}`}</span>
          <input
            ref={field}
            type="search"
            name={add === undefined ? name : undefined}
            placeholder={facet.more === 0 ? "Find" : "Find or name one"}
            autocomplete="off"
            spellcheck={false}
            value={typed.value}
            onInput={(event) => found.type(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || add === undefined) return;
              event.preventDefault();
              addAll();
            }}
          />
        </label>
        {add !== undefined && part !== "" && (total > 0 || namable) && (
          <button type="button" class="menu-action" disabled={total > MOST_CHOSEN} onClick={addAll}>
            {total > MOST_CHOSEN
              ? `${total.toLocaleString("en")} match; at most ${MOST_CHOSEN} can be chosen`
              : total === 0
              ? `Add "${typed.value.trim()}"`
              : total === 1
              ? "Choose the one that matches"
              : `Choose all ${total} that match`}
          </button>
        )}
        <ul class="options">
          {listed.map((option) => (
            <Option
              key={option.value}
              name={name}
              option={option}
              hidden={!option.value.toLowerCase().includes(part)}
            />
          ))}
        </ul>
        {listed.length === 0 && <p class="menu-note">{note(facet, add !== undefined)}</p>}
        {total > matches
          ? (
            <p class="menu-note">
              {`${(total - matches).toLocaleString("en")} more; type a part of the name`}
            </p>
          )
          : facet.more !== null && facet.more > 0 && part === "" && (
            <p class="menu-note">{`${facet.more.toLocaleString("en")} more; type a part of the name`}</p>
          )}
      </div>
    </details>
  );
}

function note({ more }: FacetModel, live: boolean): string {
  if (more !== null) return "No values in these days";
  return live ? "Type a part of a name" : "Type a whole name, then apply";
}

/** One value: a box to choose it, and one to leave it out; a value cannot be both. */
function Option(
  { name, option, hidden }: {
    readonly name: string;
    readonly option: OptionModel;
    readonly hidden: boolean;
  },
) {
  const { value, label = value, jobs, selected, excluded = false } = option;
  // What the reader ticked holds at once, until an answer says how it is.
  const ticked = useRef({ option, only: selected, not: excluded });
  if (ticked.current.option !== option) ticked.current = { option, only: selected, not: excluded };
  const box = (mode: "only" | "not") => (
    <input
      type="checkbox"
      name={mode === "only" ? name : `not.${name}`}
      value={value}
      checked={ticked.current[mode]}
      onChange={(event) => {
        const on = event.currentTarget.checked;
        ticked.current = { option, only: on && mode === "only", not: on && mode === "not" };
        const twin = event.currentTarget.closest("li")?.querySelectorAll<HTMLInputElement>("input");
        for (const other of twin ?? []) if (other !== event.currentTarget) other.checked = false;
      }}
    />
  );
  return (
    <li hidden={hidden} class={excluded ? "excluded" : undefined}>
      <label class="option">
        {box("only")}
        <bdi class="option-name" title={label}>{label}</bdi>
        {jobs !== "" && <span class="option-count" title="Jobs">{jobs}</span>}
      </label>
      <label class="exclude" title={`Leave out ${label}`}>
        {box("not")}
        <span class="visually-hidden">{`Leave out ${label}`}</span>
      </label>
    </li>
  );
}
