import type { ChartSeries, ChartSpec, Texture } from "../lib/view/chart_spec.ts";

/** The textures of a figure's series, and the stripes where reports are missing. */
export function StillPatterns({ spec }: { readonly spec: ChartSpec }) {
  return (
    <defs>
      {textured(spec).map((series) => (
        <pattern
          key={series.key}
          id={patternId(spec, series)}
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          patternTransform={TURN[series.texture]}
        >
          <rect class={`fill s${series.colour}`} width="6" height="6" />
          {series.texture === "dots"
            ? <circle class="ground" cx="3" cy="3" r="1.6" />
            : <rect class="ground" width="2" height="6" />}
          {series.texture === "grid" && <rect class="ground" width="6" height="2" />}
        </pattern>
      ))}
      <pattern
        id={`${spec.id}-incomplete`}
        width="5"
        height="5"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(-45)"
      >
        <rect class="veil" width="2" height="5" />
      </pattern>
    </defs>
  );
}

/** How the upright stripes of a pattern are turned. */
const TURN: Readonly<Record<Texture, string | undefined>> = {
  plain: undefined,
  rising: "rotate(45)",
  falling: "rotate(-45)",
  dots: "rotate(45)",
  grid: undefined,
  level: "rotate(90)",
};

/** The series with a texture, one for each pair of colour and texture. */
function textured(spec: ChartSpec): readonly ChartSeries[] {
  const ids = spec.series.map((series) => patternId(spec, series));
  return spec.series.filter(({ texture }, at) => texture !== "plain" && ids.indexOf(ids[at]) === at);
}

/** Id of the pattern that marks of a series are filled with. */
export function patternId({ id }: ChartSpec, { colour, texture }: ChartSeries): string {
  return `${id}-${colour}-${texture}`;
}
