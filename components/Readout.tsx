import type { PlotView, Reading } from "./plot_view.ts";

/** The values under the cursor in words, of the whole range when there is no cursor. */
export function Readout(
  { view, place, announced }: {
    readonly view: PlotView;
    readonly place: number | null;
    /** Whether screen readers are told of changes: not when the cursor is moved in another figure. */
    readonly announced: boolean;
  },
) {
  const href = place === null ? "" : view.href(place);
  const sum = view.sum(place);
  const label = view.label(place);
  return (
    <output class="readout" aria-live={announced ? "polite" : "off"}>
      <span class="readout-when">
        {href === "" ? label : <a href={href}>{label}</a>}
        {sum !== "" && <span class="readout-sum">{` ${sum}`}</span>}
      </span>
      <Readings readings={view.readings(place)} />
    </output>
  );
}

/** Values with the signs they are drawn with. */
export function Readings({ readings }: { readonly readings: readonly Reading[] }) {
  return (
    <>
      {readings.map(({ key, label, swatch, text }) => (
        <span key={key} class="reading">
          <span class={swatch} aria-hidden="true" />
          <bdi class="reading-label" title={label}>{label}</bdi> <span class="reading-value">{text}</span>
        </span>
      ))}
    </>
  );
}
