import { Tile, type TileProps } from "./Tile.tsx";

/**
 * Headline numbers in rows. The last one is told if it fills a row that is not full: a rule for the last child would
 * hold for each of them in turn while the page still comes in, and move what is shown already.
 */
export function Tiles(
  { tiles, kind }: { readonly tiles: readonly TileProps[]; readonly kind?: "many" | "five" },
) {
  const end = [tiles.length % 2 === 1 ? "tile-odd" : "", tiles.length % 5 === 4 ? "tile-fourth" : ""].filter(
    Boolean,
  )
    .join(" ");
  return (
    <div class={`tiles tiles-${kind ?? tiles.length}`}>
      {tiles.map((tile, place) => (
        <Tile key={tile.label} {...tile} place={place === tiles.length - 1 ? end : ""} />
      ))}
    </div>
  );
}
