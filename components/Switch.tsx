import type { LinkModel } from "../lib/pages/filter_bar.ts";
import { Segmented } from "./FilterBar.tsx";

/** A choice between views as links: those asked for most beside one another, the others in a menu. */
export function Switch(
  { label, links, more }: {
    readonly label: string;
    readonly links: readonly LinkModel[];
    readonly more: readonly LinkModel[];
  },
) {
  const chosen = more.find((link) => link.selected);
  return (
    <div class="switch">
      <span class="switch-label" aria-hidden="true">{label}</span>
      <Segmented label={label} links={links} />
      {more.length > 0 && (
        <details class="menu" name="filter-menu">
          <summary class={chosen === undefined ? undefined : "chosen"}>{chosen?.label ?? "More"}</summary>
          <ul class="menu-panel menu-links">
            {more.map(({ label, title, href, selected }) => (
              <li key={label}>
                <a href={href} title={title} aria-current={selected ? "true" : undefined}>{label}</a>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
