import type { Window } from "../slurm/windows.ts";
import type { World } from "../world.ts";

const DAY_S = 86_400;
/** Without a terminal, a line comes when so much time or so much of the work has passed. */
const LINE_EVERY_S = 10;
const LINE_EVERY_SHARE = 0.05;
/** On a terminal the bar is drawn for every window, and never wider than this. */
const WIDEST_BAR = 40;

/** How far a long collection has come. */
export interface Standing {
  /** Time that was collected and is to be collected, seconds. */
  readonly done_s: number;
  readonly total_s: number;
  readonly jobs: number;
  /** Since the beginning, seconds. */
  readonly elapsed_s: number;
}

/** Told what a long collection does. */
export interface Progress {
  /** A window was read to its end. */
  readonly window: (window: Window, jobs: number) => void;
  /** The collection has ended, well or not. */
  readonly end: () => void;
}

/** Shows how a long collection goes on: as a bar on a terminal, else as lines of the log every now and then. */
export function startProgress(
  { total_s, world }: { readonly total_s: number; readonly world: Pick<World, "now" | "screen" | "log"> },
): Progress {
  const { screen, log, now } = world;
  const started_s = now();
  let done_s = 0;
  let jobs = 0;
  let told = { at_s: started_s, share: 0 };

  function standing(): Standing {
    return { done_s, total_s, jobs, elapsed_s: now() - started_s };
  }

  return {
    window: (window, found) => {
      done_s += window.end - window.start;
      jobs += found;
      if (screen !== null) {
        screen.draw(barText(standing(), screen.columns()));
        return;
      }
      const at_s = now();
      const share = shareOf(standing());
      if (at_s - told.at_s < LINE_EVERY_S && share - told.share < LINE_EVERY_SHARE) return;
      told = { at_s, share };
      log("info", progressText(standing()));
    },
    end: () => screen?.clear(),
  };
}

/** The standing in one line: `42 % (153 of 365 days), 120000 jobs, 800 jobs/s, 3 min left`. */
export function progressText(standing: Standing): string {
  const { done_s, total_s, jobs, elapsed_s } = standing;
  const percent = Math.floor(shareOf(standing) * 100);
  const parts = [`${percent} % (${days(done_s)} of ${days(total_s)} days)`, `${jobs} jobs`];
  if (elapsed_s > 0) parts.push(`${rate(jobs / elapsed_s)} jobs/s`);
  const left_s = leftOf(standing);
  if (left_s !== null) parts.push(`${durationText(left_s)} left`);
  return parts.join(", ");
}

/** The standing as a bar with its text, shorter than the terminal is wide: a full line would wrap. */
export function barText(standing: Standing, columns: number): string {
  const text = progressText(standing);
  const room = Math.min(WIDEST_BAR, columns - text.length - 4);
  if (room < 10) return text.slice(0, Math.max(0, columns - 1));
  const filled = Math.floor(shareOf(standing) * room);
  return `[${"#".repeat(filled)}${".".repeat(room - filled)}] ${text}`;
}

/** A duration in its largest unit that says enough: `50 s`, `3 min`, `2 h 10 min`, `4 d 3 h`. */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 90) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0 ? `${hours / 24} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** How much is done, 0 to 1; all of nothing is done. */
function shareOf({ done_s, total_s }: Standing): number {
  return total_s <= 0 ? 1 : Math.min(1, done_s / total_s);
}

/** Seconds left if it goes on as it went; null while nobody can tell. */
function leftOf(standing: Standing): number | null {
  const share = shareOf(standing);
  if (share <= 0 || share >= 1 || standing.elapsed_s < 2) return null;
  return standing.elapsed_s * (1 - share) / share;
}

function days(seconds: number): string {
  const exact = seconds / DAY_S;
  return Number.isInteger(exact) || exact >= 100 ? String(Math.floor(exact)) : exact.toFixed(1);
}

function rate(per_second: number): string {
  return per_second < 10 ? per_second.toFixed(1) : String(Math.round(per_second));
}
