import type { ColourSlot } from "../lib/view/chart_spec.ts";
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
  readonly colour?: ColourSlot;
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
            <li key={row.key}>
              <a
                href={row.href}
                class={row.selected ? "barlist-row barlist-selected" : "barlist-row"}
                aria-current={row.selected ? "true" : undefined}
              >
                <svg class="barlist-bar" aria-hidden="true" focusable="false">
                  <rect
                    class={`s${row.colour ?? 1}`}
                    width={`${barPercent(row.value, highest)}%`}
                    height="100%"
                    rx="2"
                  />
                </svg>
                <span class="barlist-label">{row.label}</span>
                <span class="barlist-value">{formatValue(row.value, format, "short")}</span>
                {row.share !== null && <span class="barlist-share">{formatPercent(row.share)}</span>}
              </a>
            </li>
          ))}
        </ol>
      )}
      {more && more.of > shown.length && (
        <p class="barlist-more">
          <a href={more.href}>{`All ${formatValue(more.of, "count", "full")} ${title.toLowerCase()}`}</a>
        </p>
      )}
    </section>
  );
}

function barPercent(value: number | null, highest: number): number {
  return value === null || highest <= 0 ? 0 : Math.max(0, Math.round(value / highest * 1000) / 10);
}
