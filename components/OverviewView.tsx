import type { OverviewModel } from "../lib/pages/overview.ts";
import { BarList } from "./BarList.tsx";
import { Figure } from "./Figure.tsx";
import { Tile } from "./Tile.tsx";

/** The overview: headline numbers, hours over time by cluster, and who and what used most. */
export function OverviewView({ model }: { readonly model: OverviewModel }) {
  return (
    <>
      {model.tiles.length > 0 && (
        <section aria-label="Headline numbers">
          <div class="tiles">{model.tiles.map((tile) => <Tile key={tile.label} {...tile} />)}</div>
          <p class="tiles-note">{model.against}</p>
        </section>
      )}
      {model.figures.length > 0 && (
        <div class="figures">
          {model.figures.map((spec) => <Figure key={spec.id} spec={spec} dates_href={model.dates_href} />)}
        </div>
      )}
      {model.rankings.length > 0 && (
        <div class="rankings">
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
