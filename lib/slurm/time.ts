const NO_TIME = new Set(["", "Unknown", "None", "N/A"]);
const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?\s?(Z|[+-]\d\d(?::?\d\d)?)?$/i;
/** Slurm keeps times in 32 bits. */
const LATEST_S = 2 ** 32 - 1;

/**
 * Whole seconds since 1970-01-01T00:00:00Z of a time as Slurm or another sender writes it: epoch seconds (a number or
 * digits), or ISO 8601 with an offset or `Z`, or without one, which is then read in `zone` (an IANA name). A fraction
 * is cut off. Of a local time that the clock shows twice the first is meant; one that it skips is read an hour later.
 * Null for `Unknown`, `None`, `N/A`, `''` and 0.
 *
 * @throws {SyntaxError} if the value is no time.
 * @throws {RangeError} if it lies outside 1970 to 2106, or the zone is unknown.
 */
export function parseTime(value: string | number, zone = "UTC"): number | null {
  const text = String(value).trim();
  if (NO_TIME.has(text)) return null;
  const seconds = epochSeconds(text, zone);
  if (seconds === null) {
    throw new SyntaxError(
      `Cannot parse time ${
        JSON.stringify(value)
      }: expected epoch seconds or YYYY-MM-DDTHH:MM:SS, perhaps with an offset`,
    );
  }
  if (seconds < 0 || seconds > LATEST_S) {
    throw new RangeError(`Time ${JSON.stringify(value)} lies outside 1970 to 2106`);
  }
  return seconds === 0 ? null : seconds;
}

function epochSeconds(text: string, zone: string): number | null {
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Math.trunc(Number(text));
  const match = ISO.exec(text);
  if (!match) return null;
  const [, date, clock, offset] = match;
  const local = `${date}T${clock}`;
  const wall = wallTime(local);
  if (wall === null) return null;
  if (offset !== undefined) return instant(local + offset.toUpperCase());
  return wall.toZonedDateTime(zone, { disambiguation: "compatible" }).epochMilliseconds / 1000;
}

function wallTime(local: string): Temporal.PlainDateTime | null {
  try {
    return Temporal.PlainDateTime.from(local);
  } catch {
    return null;
  }
}

function instant(text: string): number | null {
  try {
    return Temporal.Instant.from(text).epochMilliseconds / 1000;
  } catch {
    return null;
  }
}
