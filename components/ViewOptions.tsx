import { useEffect, useState } from "preact/hooks";
import type { FilterBarModel, OptionGroup } from "../lib/pages/filter_bar.ts";

const ZONE_PLACE = `tz=${encodeURIComponent("{tz}")}`;

/** How time is cut on a page: step, booking, zone, complete periods. */
export function Options({ model, live }: { readonly model: FilterBarModel; readonly live: boolean }) {
  const [zone, setZone] = useState<string | null>(null);
  // Only the browser knows its own zone.
  useEffect(() => setZone(Intl.DateTimeFormat().resolvedOptions().timeZone ?? null), []);
  const changed = model.options_text;
  return (
    <details class="menu view-options" name="filter-menu">
      <summary class={changed === "" ? undefined : "chosen"}>{changed === "" ? "Options" : changed}</summary>
      <div class="menu-panel">
        {model.options.map(({ label, links }) => (
          <Group
            key={label}
            label={label}
            links={label === "Time zone" && live ? withZone(links, zone, model) : links}
          />
        ))}
      </div>
    </details>
  );
}

function Group({ label, links }: OptionGroup) {
  return (
    <section>
      <p class="menu-note">{label}</p>
      <ul class="menu-links" aria-label={label}>
        {links.map((link) => (
          <li key={link.label}>
            <a href={link.href} title={link.title} aria-current={link.selected ? "true" : undefined}>
              {link.label}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function withZone(
  links: OptionGroup["links"],
  zone: string | null,
  { zone_address, tz }: FilterBarModel,
): OptionGroup["links"] {
  if (zone === null || links.some(({ label }) => label === zone)) return links;
  return [...links, {
    label: zone,
    title: `The time zone of this browser: ${zone}`,
    href: zone_address.replace(ZONE_PLACE, `tz=${encodeURIComponent(zone)}`),
    selected: tz === zone && !links.some(({ selected }) => selected),
  }];
}
