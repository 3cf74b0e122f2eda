import type { ChartSpec } from "../lib/view/chart_spec.ts";
import { labelOf, readingsAt, sumText } from "./chart_text.ts";

/** The values under the cursor in words, of the whole range when there is no cursor. */
export function Readout(
  { spec, index, announced }: {
    readonly spec: ChartSpec;
    readonly index: number | null;
    /** Whether screen readers are told of changes: not when the cursor is moved in another figure. */
    readonly announced: boolean;
  },
) {
  const bucket = index === null ? null : spec.buckets[index];
  const sum = sumText(spec, index);
  return (
    <output class="readout" aria-live={announced ? "polite" : "off"}>
      <span class="readout-when">
        {bucket === null || bucket.href === ""
          ? bucket === null ? "Whole range" : labelOf(bucket)
          : <a href={bucket.href}>{labelOf(bucket)}</a>}
        {sum !== "" && <span class="readout-sum">{` ${sum}`}</span>}
      </span>
      {readingsAt(spec, index).map(({ series, text }) => (
        <span key={series.key} class="reading">
          <span class={`swatch s${series.colour} t-${series.texture}`} aria-hidden="true" />
          <span class="reading-label">{series.label}</span> <span class="reading-value">{text}</span>
        </span>
      ))}
    </output>
  );
}
