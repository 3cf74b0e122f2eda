import { type ChartState, strokeDiagonals } from "./chart_datasets.ts";

/** What the live chart draws around its marks: the column under the cursor, and stripes where reports are missing. */
export function framePlugin(state: ChartState) {
  return {
    id: "frame",
    beforeDatasetsDraw({ ctx, chartArea }: Drawing) {
      if (state.spec.kind === "lines") drawIncomplete(ctx, state, chartArea);
      if (state.hovered === null) return;
      const { left, right, top, bottom } = chartArea;
      const width = (right - left) / state.spec.buckets.length;
      ctx.save();
      ctx.fillStyle = state.theme.muted;
      ctx.globalAlpha = state.spec.kind === "bars" ? 0.16 : 0.5;
      const middle = left + (state.hovered + 0.5) * width;
      if (state.spec.kind === "bars") ctx.fillRect(left + state.hovered * width, top, width, bottom - top);
      else ctx.fillRect(Math.round(middle) - 0.5, top, 1, bottom - top);
      ctx.restore();
    },
    afterDatasetsDraw({ ctx, chartArea }: Drawing) {
      if (state.spec.kind === "bars") drawIncomplete(ctx, state, chartArea);
    },
  };
}

interface Drawing {
  readonly ctx: CanvasRenderingContext2D;
  readonly chartArea: Area;
}

interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function drawIncomplete(
  ctx: CanvasRenderingContext2D,
  state: ChartState,
  { left, right, top, bottom }: Area,
): void {
  const first = state.spec.buckets.findIndex(({ incomplete }) => incomplete);
  if (first < 0) return;
  const from = left + first / state.spec.buckets.length * (right - left);
  ctx.save();
  ctx.fillStyle = veil(ctx, state);
  ctx.fillRect(from, top, right - from, bottom - top);
  ctx.restore();
}

/** Stripes that show on bars as well as on the bare ground. */
function veil(ctx: CanvasRenderingContext2D, state: ChartState): CanvasPattern | string {
  const size = 7;
  const tile = document.createElement("canvas");
  tile.width = tile.height = size;
  const context = tile.getContext("2d");
  if (context === null) return "transparent";
  strokeDiagonals(context, { size, colour: state.theme.veil, width: 1.5, falling: true });
  return ctx.createPattern(tile, "repeat") ?? "transparent";
}
