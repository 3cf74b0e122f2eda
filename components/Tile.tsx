import type { Change } from "../lib/view/format.ts";
import { Sparkline } from "./Sparkline.tsx";

/** A headline number. */
export interface TileProps {
  /** What is measured, as "CPU-hours". */
  readonly label: string;
  /** The number as text, three significant digits. */
  readonly value: string;
  /** Unit beside the number; empty when the value or the label says it. */
  readonly unit?: string;
  /** The number in full, shown on hover. */
  readonly exact?: string;
  /** Small line under the number. */
  readonly note?: string;
  /** From `formatChange` or `formatPoints`; null when there is nothing to compare with. */
  readonly change?: Change | null;
  /** What the change is against, as "than the 30 days before". */
  readonly against?: string;
  /** The view that this number opens, or the measure that it selects. */
  readonly href?: string;
  readonly selected?: boolean;
  /** Classes that say where in a row it stands. */
  readonly place?: string;
  /** Values of a small row of bars, with its text. */
  readonly spark?: { readonly values: readonly (number | null)[]; readonly text: string };
}

/** A headline number with its unit, a small line and its change against the period before. */
export function Tile(
  { label, value, unit = "", exact, note, change, against = "", href, selected, place = "", spark }:
    TileProps,
) {
  return (
    <div class={`tile${selected ? " tile-selected" : ""}${place === "" ? "" : ` ${place}`}`}>
      <p class="tile-label">
        {href === undefined ? label : <a href={href} aria-current={selected ? "true" : undefined}>{label}</a>}
      </p>
      <p class="tile-value" title={exact}>
        {value}
        {unit !== "" && <span class="tile-unit">{` ${unit}`}</span>}
      </p>
      {change && (
        <p class={`tile-change change-${change.direction}`}>
          <span class="change-arrow" aria-hidden="true">{change.arrow}</span>
          <span class="change-text">{` ${change.words}`}</span>
          {against !== "" && change.word !== "" && <span class="tile-against">{` ${against}`}</span>}
        </p>
      )}
      {note !== undefined && <p class="tile-note">{note}</p>}
      {spark && <Sparkline {...spark} />}
    </div>
  );
}
