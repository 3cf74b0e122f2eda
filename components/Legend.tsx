import { followFrom } from "./follow.ts";
import { type PlotView, swatchOf } from "./plot_view.ts";
import { focus_key } from "./ui_state.ts";

/** The series of a chart as links: a click shows only that one, with Shift or Ctrl all but that one. */
export function Legend({ view }: { readonly view: PlotView }) {
  const { looks, signs } = view;
  if (looks.length === 1 && looks[0].href === null && signs.length === 0) return null;
  return (
    <ul class="legend" onMouseLeave={unfocus}>
      {looks.map((look) => {
        const { key, label, href, toggle_href, selected } = look;
        const name = (
          <>
            <span class={swatchOf(look)} aria-hidden="true" />
            <bdi class="legend-label">{label}</bdi>
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
      {signs.map(({ key, label, swatch }) => (
        <li key={`sign ${key}`}>
          <span class="legend-entry">
            <span class={swatch} aria-hidden="true" />
            <bdi class="legend-label">{label}</bdi>
          </span>
        </li>
      ))}
    </ul>
  );
}

function unfocus() {
  focus_key.value = null;
}
