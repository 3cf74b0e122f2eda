import type { LinkModel } from "../lib/pages/filter_bar.ts";

/** A row of links of which one is chosen. */
export function Segmented(
  { label, links }: { readonly label: string; readonly links: readonly LinkModel[] },
) {
  return (
    <ul class="segmented" aria-label={label}>
      {links.map((link) => (
        <li key={link.label}>
          <a href={link.href} title={link.title} aria-current={link.selected ? "true" : undefined}>
            {link.label}
          </a>
        </li>
      ))}
    </ul>
  );
}
