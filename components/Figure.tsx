import type { ChartSpec } from "../lib/view/chart_spec.ts";
import { hasValues } from "../lib/view/scale.ts";
import { FigureTable } from "./FigureTable.tsx";
import { Notice, type NoticeProps } from "./Notice.tsx";
import { Plot, type PlotOptions } from "./Plot.tsx";

/** A figure and what stands around its chart. */
export interface FigureProps extends PlotOptions {
  readonly spec: ChartSpec;
  /** What to say instead of the chart when it has no values. */
  readonly notice?: NoticeProps;
}

/**
 * The figure of every page: name, question, the chart in one sentence, the chart itself, the same numbers as a table.
 * It is alive inside an island, and complete without.
 */
export function Figure({ spec, notice, ...options }: FigureProps) {
  const { id } = spec;
  const filled = hasValues(spec);
  const described = spec.finding === "" || !filled ? `${id}-question` : `${id}-question ${id}-finding`;
  return (
    <figure id={id} class="figure" aria-labelledby={`${id}-title`} aria-describedby={described}>
      <figcaption class="figure-caption">
        <h2 id={`${id}-title`}>{spec.title}</h2>
        <p id={`${id}-question`} class="figure-question">
          {spec.subtitle} <a class="figure-help" href={spec.help_href}>Definition</a>
        </p>
      </figcaption>
      {filled
        ? (
          <>
            {spec.finding !== "" && <p id={`${id}-finding`} class="finding">{spec.finding}</p>}
            <Plot spec={spec} {...options} />
            <FigureTable spec={spec} />
          </>
        )
        : <Notice {...notice ?? { state: "no-data" }} />}
    </figure>
  );
}
