import type { ComponentChildren } from "preact";
import type { ChartSpec, CurveSpec, FigureSpec, HeatSpec } from "../lib/view/chart_spec.ts";
import { hasValues } from "../lib/view/scale.ts";
import { CurveTable, FigureTable } from "./FigureTable.tsx";
import { HeatTable } from "./HeatTable.tsx";
import { Notice, type NoticeProps } from "./Notice.tsx";
import { Plot, type PlotOptions } from "./Plot.tsx";

/** A figure and what stands around its chart. */
export interface FigureProps extends PlotOptions {
  readonly spec: FigureSpec;
  /** What to say instead of the chart when it has no values. */
  readonly notice?: NoticeProps;
  /** Switches of what the figure shows, under its question. */
  readonly controls?: ComponentChildren;
  /** What is to be known beside it, as what it leaves out; empty for nothing. */
  readonly note?: string;
}

/**
 * The figure of every page: name, question, the chart in one sentence, the chart itself, the same numbers as a table.
 * It is alive inside an island, and complete without.
 */
export function Figure({ spec, notice, controls, note = "", ...options }: FigureProps) {
  if (spec.kind === "failed") {
    return (
      <figure id={spec.id} class="figure" aria-labelledby={`${spec.id}-title`}>
        <figcaption class="figure-caption">
          <h2 id={`${spec.id}-title`}>{spec.title}</h2>
        </figcaption>
        {controls}
        <Notice
          state="error"
          what="This figure could not be made. The others are not affected."
          request_id={spec.request_id}
          href={spec.retry_href}
        />
      </figure>
    );
  }
  if (!isFilled(spec)) {
    return (
      <Frame spec={spec} controls={controls} note={note} said={false}>
        <Notice {...notice ?? { state: "no-data" }} />
      </Frame>
    );
  }
  switch (spec.kind) {
    case "heat":
      return (
        <Frame spec={spec} controls={controls} note={note}>
          <HeatTable spec={spec} dates_href={options.dates_href} />
        </Frame>
      );
    case "curves":
      return (
        <Frame spec={spec} controls={controls} note={note}>
          <Plot spec={spec} {...options} />
          <CurveTable spec={spec} />
        </Frame>
      );
    default: {
      const drawn = spec.scale === "log" && spec.stacked ? { ...spec, stacked: false } : spec;
      return (
        <Frame spec={spec} controls={controls} note={note}>
          <Plot spec={drawn} {...options} />
          <FigureTable spec={drawn} />
        </Frame>
      );
    }
  }
}

/** Whether there is anything to draw. */
function isFilled(spec: ChartSpec | CurveSpec | HeatSpec): boolean {
  if (spec.kind === "heat") return spec.rows.some(({ cells }) => cells.some(({ value }) => value !== null));
  if (spec.kind === "curves") return spec.series.some(({ points }) => points.length > 0);
  return hasValues(spec);
}

/** Name, question and finding of a figure. */
function Frame({ spec, controls, note, said = true, children }: Pick<FigureProps, "controls" | "note"> & {
  readonly spec: ChartSpec | CurveSpec | HeatSpec;
  /** Whether the finding is to be read. */
  readonly said?: boolean;
  readonly children: ComponentChildren;
}) {
  const { id, finding } = spec;
  const told = said && finding !== "";
  return (
    <figure
      id={id}
      class="figure"
      aria-labelledby={`${id}-title`}
      aria-describedby={told ? `${id}-question ${id}-finding` : `${id}-question`}
    >
      <figcaption class="figure-caption">
        <h2 id={`${id}-title`}>{spec.title}</h2>
        <p id={`${id}-question`} class="figure-question">
          {spec.subtitle} <a class="figure-help" href={spec.help_href}>Definition</a>
        </p>
      </figcaption>
      {controls}
      {told && <p id={`${id}-finding`} class="finding">{finding}</p>}
      {children}
      {note !== "" && <p class="panel-note">{note}</p>}
    </figure>
  );
}
