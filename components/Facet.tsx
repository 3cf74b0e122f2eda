import { useSignal } from "@preact/signals";
import type { FacetModel } from "../lib/pages/filter_bar.ts";

/** Chooses more values of a dimension at once; only where scripts run. */
export type AddValues = (name: string, values: readonly string[]) => void;

/** The values of one dimension as a list to tick, with a field to find one or to name one that is not listed. */
export function Facet({ facet, add }: { readonly facet: FacetModel; readonly add?: AddValues }) {
  const { name, label, values, more, chosen } = facet;
  const typed = useSignal("");
  const part = typed.value.trim().toLowerCase();
  const matching = values.filter(({ value }) => value.toLowerCase().includes(part));
  const addTyped = () => {
    const wanted = part === ""
      ? []
      : matching.length > 0
      ? matching.map(({ value }) => value)
      : [typed.value.trim()];
    typed.value = "";
    if (wanted.length > 0) add?.(name, wanted);
  };
  return (
    <details
      class="menu facet"
      name="filter-menu"
      data-facet={name}
      onToggle={(event) => {
        // On touch screens the keyboard would cover the list.
        if (!event.currentTarget.open || matchMedia("(pointer: coarse)").matches) return;
        event.currentTarget.querySelector("input")?.focus();
      }}
    >
      <summary>
        {label}
        {chosen > 0 && <span class="badge">{chosen}</span>}
      </summary>
      <div class="menu-panel">
        <label class="find">
          <span class="visually-hidden">{`Find or name a value of ${label}`}</span>
          <input
            type="search"
            name={add === undefined ? name : undefined}
            placeholder={more > 0 ? "Find or name one" : "Find"}
            autocomplete="off"
            spellcheck={false}
            value={typed.value}
            onInput={(event) => {
              typed.value = event.currentTarget.value;
            }}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || add === undefined) return;
              event.preventDefault();
              addTyped();
            }}
          />
        </label>
        {add !== undefined && part !== "" && (
          <button type="button" class="menu-action" onClick={addTyped}>
            {matching.length === 0
              ? `Add "${typed.value.trim()}"`
              : matching.length === 1
              ? `Choose ${matching[0].value}`
              : `Choose all ${matching.length}`}
          </button>
        )}
        <ul class="options">
          {values.map(({ value, jobs, selected }) => (
            <li key={value} hidden={!value.toLowerCase().includes(part)}>
              <label class="option">
                <input
                  type="checkbox"
                  name={name}
                  value={value}
                  checked={selected}
                  ref={(input) => {
                    if (input !== null) {
                      input.checked = selected;
                    }
                  }}
                />
                <span class="option-name">{value}</span>
                <span class="option-count" title="Jobs">{jobs}</span>
              </label>
            </li>
          ))}
        </ul>
        {values.length === 0 && <p class="menu-note">No values in these days</p>}
        {more > 0 && <p class="menu-note">{`${more} more with fewer jobs`}</p>}
      </div>
    </details>
  );
}
