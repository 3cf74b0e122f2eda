/** When a job was submitted, could start, started and ended. */
import { ran } from "../slurm/ran.ts";
import type { JobRow } from "../query/answers.ts";
import { formatDuration, formatInstant } from "../view/format.ts";

/** A moment of a job. */
export interface MomentModel {
  readonly key: "submit" | "eligible" | "start" | "end";
  readonly label: string;
  readonly text: string;
  /** For machines. */
  readonly time: string;
  /** How long after the moment before. */
  readonly note: string;
}

/** A stretch between two moments; shares of the whole, 0 to 1. */
export interface StretchModel {
  readonly key: "held" | "waiting" | "running";
  readonly from: number;
  readonly to: number;
  readonly words: string;
}

/** The course of a job. */
export interface TimelineModel {
  readonly moments: readonly MomentModel[];
  readonly stretches: readonly StretchModel[];
  /** From submission to start, or to the end of a job that never ran; null where unknown. */
  readonly wait_s: number | null;
  /** What the picture does not show: suspension, a missing time, a run that goes on. */
  readonly notes: readonly string[];
}

/** Times that are this close are one. */
const SAME_S = 1;
/** A stretch is drawn at least so long, as a share of the whole. */
const LEAST = 0.004;

/** The course of a job, of one that has not ended up to the newest report. */
export function timelineOf(
  row: JobRow,
  { tz, until_s, elapsed_s }: {
    readonly tz: string;
    readonly until_s: number | null;
    readonly elapsed_s: number | null;
  },
): TimelineModel {
  const { Submit, Eligible, End } = row;
  const did_run = row.Start !== null && ran(row.Start, row.NodeList);
  // Slurm repeats the first start in the later record of a job that was resized.
  const resized = did_run && Submit !== null && row.Start !== null && Submit > row.Start;
  const start_s = did_run ? (resized ? Submit : row.Start) : null;
  const end_s = End ?? until_s;
  const moments: MomentModel[] = [];
  let last_s: number | null = null;
  const add = (key: MomentModel["key"], label: string, at_s: number | null) => {
    if (at_s === null) return;
    const note = last_s === null ? "" : at_s <= last_s ? "at once" : `after ${formatDuration(at_s - last_s)}`;
    moments.push({ key, label, text: formatInstant(at_s, tz), time: isoOf(at_s), note });
    last_s = at_s;
  };
  const held = Eligible !== null && Submit !== null && Eligible - Submit > SAME_S &&
    (start_s === null || Eligible <= start_s);
  add("submit", "Submitted", Submit);
  if (held) add("eligible", "Could start", Eligible);
  add("start", resized ? "Resized" : "Started", start_s);
  add("end", did_run ? "Ended" : "Left the queue", End);
  const wait_end_s = start_s ?? End;
  return {
    moments,
    stretches: stretchesOf({
      submit_s: Submit,
      eligible_s: held ? Eligible : null,
      start_s,
      end_s: end_s ?? null,
      over: End !== null,
    }),
    wait_s: Submit === null || wait_end_s === null ? null : Math.max(0, wait_end_s - Submit),
    notes: notesOf(row, {
      start_s,
      elapsed_s,
      resized,
      until: until_s === null ? null : formatInstant(until_s, tz),
    }),
  };
}

function isoOf(at_s: number): string {
  return new Date(at_s * 1000).toISOString().replace(".000Z", "Z");
}

function stretchesOf(
  { submit_s, eligible_s, start_s, end_s, over }: {
    readonly submit_s: number | null;
    readonly eligible_s: number | null;
    readonly start_s: number | null;
    readonly end_s: number | null;
    readonly over: boolean;
  },
): readonly StretchModel[] {
  const from_s = submit_s ?? start_s;
  if (from_s === null || end_s === null || end_s <= from_s) return [];
  const spans: (readonly [StretchModel["key"], number, number, string])[] = [];
  const waited_to_s = start_s ?? end_s;
  const waited = start_s === null && !over ? "has been waiting for" : "waited";
  const wait_from_s = eligible_s ?? from_s;
  if (eligible_s !== null) spans.push(["held", from_s, eligible_s, "could not start yet"]);
  if (waited_to_s > wait_from_s) spans.push(["waiting", wait_from_s, waited_to_s, waited]);
  if (start_s !== null && end_s > start_s) spans.push(["running", start_s, end_s, "ran"]);
  const whole_s = end_s - from_s;
  const least_s = LEAST * whole_s;
  const drawn_s = spans.reduce((sum, [, a, b]) => sum + Math.max(least_s, b - a), 0);
  let at = 0;
  return spans.map(([key, a, b, word]) => {
    const from = at;
    at += Math.max(least_s, b - a) / drawn_s;
    return { key, from, to: at, words: `${word} ${formatDuration(b - a)}` };
  });
}

function notesOf(
  row: JobRow,
  { start_s, elapsed_s, resized, until }: {
    readonly start_s: number | null;
    readonly elapsed_s: number | null;
    readonly resized: boolean;
    readonly until: string | null;
  },
): readonly string[] {
  const notes: string[] = [];
  if (row.Submit === null) notes.push("When it was submitted is not known.");
  if (resized) notes.push("Its size was changed while it ran: this record begins with the change.");
  if (row.End === null && until !== null) notes.push(`Shown up to the newest report, ${until}.`);
  const suspended_s = start_s === null || row.End === null || elapsed_s === null
    ? 0
    : row.End - start_s - elapsed_s;
  if (suspended_s > SAME_S) notes.push(`It was suspended for ${formatDuration(suspended_s)} of its run.`);
  if (start_s === null && row.End === null && row.Reason !== null && row.Reason !== "None") {
    notes.push(`It waits for: ${row.Reason}.`);
  }
  return notes;
}
