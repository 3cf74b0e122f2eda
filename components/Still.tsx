import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { PlotSpec } from "./plot_view.ts";
import { still } from "./still_slot.ts";

/**
 * The picture under the live chart, for paper and forced colours, and where the chart does not load. The browser keeps
 * the server's; only when it has to show another one does it load what draws it.
 */
export function Still({ spec }: { readonly spec: PlotSpec }) {
  const [draw, setDraw] = useState(() => still.draw);
  const first = useRef(spec);
  const kept = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const needed = spec !== first.current || kept.current?.childElementCount === 0;
    if (draw !== null || !needed) return;
    // Should that not load, the picture stays what it was; the chart above shows the new values.
    import("./stills.tsx").then(() => setDraw(() => still.draw), () => {});
  }, [spec]);
  const picture = useMemo(() => draw?.(spec) ?? null, [spec, draw]);
  return picture ?? (
    <div ref={kept} class="still" aria-hidden="true" dangerouslySetInnerHTML={{ __html: "" }} />
  );
}
