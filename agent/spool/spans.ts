import type { Window } from "../slurm/windows.ts";

/** Spans of time, in order, apart from each other. */
export type Spans = readonly Window[];

/** All the time that lies in any of some windows, which may overlap and come in any order. */
export function union(windows: Iterable<Window>): Spans {
  const ordered = [...windows].filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start);
  const spans: Window[] = [];
  for (const { start, end } of ordered) {
    const last = spans.at(-1);
    if (last === undefined || start > last.end) spans.push({ start, end });
    else if (end > last.end) spans[spans.length - 1] = { start: last.start, end };
  }
  return spans;
}

/** The time that lies in `from`, but not in `without`. */
export function difference(from: Iterable<Window>, without: Iterable<Window>): Spans {
  const taken = union(without);
  return union(from).flatMap((whole) => {
    const left: Window[] = [];
    let start = whole.start;
    for (const { start: from_s, end: to_s } of taken) {
      if (to_s <= start) continue;
      if (from_s >= whole.end) break;
      if (from_s > start) left.push({ start, end: from_s });
      start = Math.max(start, to_s);
    }
    if (start < whole.end) left.push({ start, end: whole.end });
    return left;
  });
}

/** How far time is covered without a gap from a moment on; the moment itself if it is not. */
export function coveredUntil(spans: Spans, from_s: number): number {
  return spans.find(({ start, end }) => start <= from_s && from_s < end)?.end ?? from_s;
}
