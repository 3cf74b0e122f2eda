const STEP = 4;
const HEIGHT = 20;

/** A row of small bars from 0, one for each value, with the text beside it that says what they show. */
export function Sparkline(
  { values, text }: { readonly values: readonly (number | null)[]; readonly text: string },
) {
  const highest = Math.max(1e-9, ...values.map((value) => value ?? 0));
  return (
    <span class="sparkline">
      <svg
        aria-hidden="true"
        focusable="false"
        viewBox={`0 0 ${Math.max(1, values.length) * STEP} ${HEIGHT}`}
        width={Math.max(1, values.length) * STEP}
        height={HEIGHT}
      >
        {values.map((value, index) =>
          value === null ? null : <rect key={index} {...bar(value / highest, index)} />
        )}
      </svg>
      <span class="sparkline-text">{text}</span>
    </span>
  );
}

/** Any value above 0 is at least one pixel high, so that it is seen. */
function bar(share: number, index: number) {
  const height = share <= 0 ? 0 : Math.max(1, Math.round(share * HEIGHT * 10) / 10);
  return { x: index * STEP, y: Math.round((HEIGHT - height) * 10) / 10, width: STEP - 1, height };
}
