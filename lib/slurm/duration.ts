/** Words that Slurm prints where a duration is unknown, endless or impossible. */
const NO_DURATION = new Set(["", "UNLIMITED", "INVALID", "Partition_Limit", "Unknown", "None"]);

/** days, hours, minutes, seconds with a fraction; either `D-…` in some of its forms or `[HH:]MM:SS[.mmm]`. */
const WITH_DAYS = /^(\d+)-(\d+)(?::([0-5]?\d)(?::([0-5]?\d(?:\.\d+)?))?)?$/;
const WITHOUT_DAYS = /^(?:(\d+):)?(\d+):([0-5]?\d(?:\.\d+)?)$/;

/**
 * Seconds of a duration as Slurm prints it: `MM:SS.mmm`, `HH:MM:SS`, `1-02:03:04`, `1-02`; null for the words that
 * stand for no duration (empty, `UNLIMITED`, `INVALID`, `Partition_Limit`, `Unknown`).
 *
 * @throws {SyntaxError} if the text is anything else, a bare number included: it names no unit.
 */
export function parseDuration(text: string): number | null {
  const trimmed = text.trim();
  if (NO_DURATION.has(trimmed)) return null;
  const long = WITH_DAYS.exec(trimmed);
  if (long) return total(long.slice(1));
  const short = WITHOUT_DAYS.exec(trimmed);
  if (short && (short[1] === undefined || Number(short[2]) < 60)) {
    return total([undefined, ...short.slice(1)]);
  }
  throw new SyntaxError(
    `Cannot parse duration ${JSON.stringify(text)}: expected [days-]hours:minutes:seconds`,
  );
}

function total(parts: readonly (string | undefined)[]): number {
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.map((part) => Number(part ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}
