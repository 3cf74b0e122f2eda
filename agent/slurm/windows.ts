/** A span of time in epoch seconds, `end` not included. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

const HOUR_S = 3600;

/**
 * Cuts a span into windows of at most `length_s` seconds, the earliest first, ending at whole multiples of it since the
 * epoch: days of UTC, which all have 86,400 seconds, whatever the clocks of the cluster do.
 */
export function windowsOf({ start, end }: Window, length_s: number): readonly Window[] {
  const windows: Window[] = [];
  for (let at = start; at < end;) {
    const next = Math.min(end, (Math.floor(at / length_s) + 1) * length_s);
    windows.push({ start: at, end: next });
    at = next;
  }
  return windows;
}

/** The two halves of a window, cut at a whole hour of its length; null for a window of an hour or less. */
export function halve({ start, end }: Window): readonly [Window, Window] | null {
  if (end - start <= HOUR_S) return null;
  const middle = start + Math.ceil((end - start) / 2 / HOUR_S) * HOUR_S;
  return [{ start, end: middle }, { start: middle, end }];
}

/** A window as sacct's user would write it, for messages. */
export function inWords({ start, end }: Window): string {
  return `${iso(start)} to ${iso(end)}`;
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19) + "Z";
}
