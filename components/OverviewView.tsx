import type { OverviewModel } from "../lib/pages/overview.ts";
import { BarList } from "./BarList.tsx";
import { Figure } from "./Figure.tsx";
import { figuresClass } from "./figures_class.ts";
import { Tiles } from "./Tiles.tsx";

/** The overview: headline numbers that choose what is drawn, the figures, and who and what used most. */
export function OverviewView({ model }: { readonly model: OverviewModel }) {
  return (
    <>
      {model.tiles.length > 0 && (
        <section aria-label="Headline numbers">
          <Tiles tiles={model.tiles} />
          <p class="tiles-note">{model.against}</p>
        </section>
      )}
      {model.standing !== null && (
        <div class="standing">
          <strong>Anything off?</strong> {model.standing.length === 0 ? "Nothing stands out." : (
            <ul>
              {model.standing.map(({ text, href }) => (
                <li key={text}>
                  <a href={href}>{text}</a>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
      {model.figures.length > 0 && (
        <div class={figuresClass(model.figures)}>
          {model.figures.map((spec) => <Figure key={spec.id} spec={spec} dates_href={model.dates_href} />)}
        </div>
      )}
      {model.rankings.length > 0 && (
        <div class="rankings rankings-many">
          {model.rankings.map((ranking) => (
            <div key={ranking.id} class="panel">
              <BarList {...ranking} />
            </div>
          ))}
        </div>
      )}
    </>
  );
}
