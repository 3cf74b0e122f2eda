import type { ColourSlot } from "../lib/view/chart_spec.ts";
import { followFrom } from "./follow.ts";
import { formatPercent, formatValue } from "../lib/view/format.ts";
import type { ValueFormat } from "../lib/view/measures.ts";

/** One row of a ranking. */
export interface BarListRow {
  readonly key: string;
  readonly label: string;
  readonly value: number | null;
  /** Part of the whole, 0 to 1; null when values do not add up to one. */
  readonly share: number | null;
  /** The view with only this value, or without it when it is chosen. */
  readonly href: string;
  readonly selected?: boolean;
  /** The view with this value beside those that are chosen, or without it: with Shift or Ctrl. */
  readonly toggle_href?: string | null;
  readonly colour?: ColourSlot;
  /** The page of what the row is about. */
  readonly page_href?: string | null;
}

/** A ranking: who or what has most of something. */
export interface BarListProps {
  readonly id: string;
  /** As "Accounts". */
  readonly title: string;
  /** Unit of the values, as "CPU-hours". */
  readonly unit: string;
  readonly format: ValueFormat;
  /** Largest first; the first ten are shown. */
  readonly rows: readonly BarListRow[];
  /** How many there are in all, and where all of them are. */
  readonly more?: { readonly of: number; readonly href: string };
}

const MOST_ROWS = 10;

/** A ranking as a list of links, each with its bar, value and share. */
export function BarList({ id, title, unit, format, rows, more }: BarListProps) {
  const shown = rows.slice(0, MOST_ROWS);
  const highest = Math.max(0, ...shown.map((row) => row.value ?? 0));
  return (
    <section class="barlist" id={id} aria-labelledby={`${id}-title`}>
      <header class="barlist-head">
        <h3 id={`${id}-title`}>{title}</h3>
        <span class="barlist-unit">{unit}</span>
      </header>
      {shown.length === 0 ? <p class="barlist-none">Nothing in this range</p> : (
        <ol>
          {shown.map((row) => (
            <li key={row.key} class={row.page_href ? "barlist-paged" : undefined}>
              <a
                href={row.href}
                class={row.selected ? "barlist-row barlist-selected" : "barlist-row"}
                aria-current={row.selected ? "true" : undefined}
                title={row.toggle_href ? titleOf(row) : undefined}
                onClick={(event) => {
                  if (!row.toggle_href || !(event.shiftKey || event.ctrlKey || event.metaKey)) return;
                  event.preventDefault();
                  event.stopPropagation();
                  followFrom(event.currentTarget, row.toggle_href);
                }}
              >
                <svg class="barlist-bar" aria-hidden="true" focusable="false">
                  <rect
                    class={`s${row.colour ?? 1}`}
                    width={`${barPercent(row.value, highest)}%`}
                    height="100%"
                    rx="2"
                  />
                </svg>
                <bdi class="barlist-label" title={row.label}>{row.label}</bdi>
                <span class="barlist-value">{formatValue(row.value, format, "short")}</span>
                {row.share !== null && <span class="barlist-share">{formatPercent(row.share)}</span>}
              </a>
              {row.page_href && (
                <a
                  href={row.page_href}
                  class="barlist-page"
                  title={`Page of ${row.label}`}
                  aria-label={`Page of ${row.label}`}
                >
                  <span aria-hidden="true">→</span>
                </a>
              )}
            </li>
          ))}
        </ol>
      )}
      {more && more.of > shown.length && (
        <p class="barlist-more">
          <a href={more.href}>{`All ${formatValue(more.of, "count", "full")} ${inSentence(title)}`}</a>
        </p>
      )}
    </section>
  );
}

/** A title within a sentence: what Slurm writes in capitals stays so. */
function inSentence(title: string): string {
  return /^[A-Z]{2}/.test(title) ? title : title.slice(0, 1).toLowerCase() + title.slice(1);
}

function titleOf({ label, selected }: BarListRow): string {
  return selected
    ? `All again; with Shift or Ctrl, without ${label}`
    : `Only ${label}; with Shift or Ctrl, ${label} as well`;
}

function barPercent(value: number | null, highest: number): number {
  return value === null || highest <= 0 ? 0 : Math.max(0, Math.round(value / highest * 1000) / 10);
}
