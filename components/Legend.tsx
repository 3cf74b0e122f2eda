import type { ChartSpec } from "../lib/view/chart_spec.ts";
import { followFrom } from "./follow.ts";
import { focus_key } from "./ui_state.ts";

/** The series of a chart as links: a click shows only that one, with Shift or Ctrl all but that one. */
export function Legend({ spec }: { readonly spec: ChartSpec }) {
  const incomplete = spec.buckets.some((bucket) => bucket.incomplete);
  if (spec.series.length === 1 && spec.series[0].href === null && !incomplete) return null;
  return (
    <ul class="legend" onMouseLeave={unfocus}>
      {spec.series.map(({ key, label, colour, texture, href, toggle_href, selected }) => {
        const name = (
          <>
            <span class={`swatch s${colour} t-${texture}`} aria-hidden="true" />
            <span class="legend-label">{label}</span>
          </>
        );
        const focus = () => {
          focus_key.value = key;
        };
        return (
          <li key={key} onMouseEnter={focus}>
            {href === null ? <span class="legend-entry">{name}</span> : (
              <a
                class="legend-entry"
                href={href}
                title={`Only ${label}; with Shift or Ctrl, ${selected ? "without" : "all but"} ${label}`}
                aria-current={selected ? "true" : undefined}
                onFocus={focus}
                onBlur={unfocus}
                onClick={(event) => {
                  if (toggle_href === null || !(event.shiftKey || event.ctrlKey || event.metaKey)) return;
                  event.preventDefault();
                  event.stopPropagation();
                  followFrom(event.currentTarget, toggle_href);
                }}
              >
                {name}
              </a>
            )}
          </li>
        );
      })}
      {incomplete && (
        <li>
          <span class="legend-entry">
            <span class="swatch swatch-incomplete" aria-hidden="true" />
            <span class="legend-label">incomplete</span>
          </span>
        </li>
      )}
    </ul>
  );
}

function unfocus() {
  focus_key.value = null;
}
