/** Slurm keeps times in 32 bits. */
const LATEST_S = 2 ** 32 - 1;
/** Minutes that are remembered at most. */
const MAX_MINUTES = 50_000;
/** `2024-11-02T08:00:` and all that may follow. */
const SECONDS_AT = 17;

/**
 * Makes a reader of times that gives what `read` gives, quickly where times are epoch seconds or ISO texts that
 * share their minutes: the zone of a minute is looked up once. Unknown times are NaN.
 *
 * @param read reads any value as epoch seconds, or throws what is wrong with it
 */
export function timeReader(read: (value: unknown) => number): (value: unknown) => number {
  const minutes = new Map<string, number>();
  return (value) => {
    if (typeof value === "number") {
      return value >= 1 && value <= LATEST_S ? Math.trunc(value) : read(value);
    }
    if (value === null || value === undefined) return NaN;
    if (typeof value !== "string") return read(value);
    if (value.length === 10) {
      const digits = tenDigits(value);
      if (digits >= 1 && digits <= LATEST_S) return digits;
    }
    const second = secondOf(value);
    if (second < 0) return read(value);
    const minute = `${value.slice(0, SECONDS_AT)}00${value.slice(SECONDS_AT + 2)}`;
    let from_s = minutes.get(minute);
    if (from_s === undefined) {
      from_s = read(minute);
      if (minutes.size < MAX_MINUTES) minutes.set(minute, from_s);
    }
    const time_s = from_s + second;
    return time_s <= LATEST_S ? time_s : read(value);
  };
}

function tenDigits(text: string): number {
  let number = 0;
  for (let at = 0; at < 10; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

/**
 * The second of an ISO text, -1 where it must be read as a whole. Only from the year 2000 on: since then no zone has
 * set its clock inside a minute.
 */
function secondOf(text: string): number {
  if (text.length < SECONDS_AT + 2 || text.charCodeAt(0) !== 50 || text.charCodeAt(16) !== 58) return -1;
  const tens = text.charCodeAt(SECONDS_AT) - 48;
  const ones = text.charCodeAt(SECONDS_AT + 1) - 48;
  return tens >= 0 && tens <= 5 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}
