import type { ValueFormat } from "./measures.ts";
import { DAY_S, HOUR_S, MINUTE_S } from "./units.ts";

/** What stands where a value is unknown. */
export const UNKNOWN = "—";

/** A space at which no line breaks, between a number and its unit. */
const GAP = "\u00a0";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const SCALES = [[1e3, "k"], [1e6, "M"], [1e9, "G"], [1e12, "T"]] as const;

const WHOLE = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const ONE_DECIMAL = new Intl.NumberFormat("en-GB", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const UP_TO_ONE_DECIMAL = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });
const TWO_DECIMALS = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 });
const JUST_TWO_DECIMALS = new Intl.NumberFormat("en-GB", {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const ALL_THREE_DIGITS = new Intl.NumberFormat("en-GB", {
  minimumSignificantDigits: 3,
  maximumSignificantDigits: 3,
});
const THREE_DIGITS = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 3 });

/** How a value differs from an earlier one, in words; `word` is empty when `text` says it all. */
export interface Change {
  readonly direction: "up" | "down" | "same";
  readonly arrow: "↑" | "↓" | "→";
  /** Signed, as "+12 %", or a multiple as "× 15", or "new", or "unchanged". */
  readonly text: string;
  /** Without sign for a sentence, as "12 % more", "15 times as much", or "new", or "unchanged". */
  readonly words: string;
  readonly word: string;
}

/**
 * A value of a measure for people, without its unit except for durations and shares: `short` has three significant digits
 * (`1.24 M`), `full` all that count (`1,241,882`). Unknown values are a dash.
 */
export function formatValue(value: number | null, format: ValueFormat, length: "short" | "full"): string {
  if (value === null || !Number.isFinite(value)) return UNKNOWN;
  if (format === "duration") return formatDuration(value);
  if (format === "share") return formatPercent(value);
  if (length === "short") return formatShort(value, format);
  const size = Math.abs(value);
  if (format === "count" || size >= 99.95) return plain(WHOLE, value);
  return plain(size >= 9.995 ? UP_TO_ONE_DECIMAL : TWO_DECIMALS, value);
}

/** {@link formatValue} in full for values that stand below one another: all below 100 have as many decimals. */
export function formatColumn(values: readonly (number | null)[], format: ValueFormat): readonly string[] {
  const texts = values.map((value) => formatValue(value, format, "full"));
  if (format !== "hours" && format !== "ratio" || !texts.some((text) => text.includes("."))) return texts;
  return values.map((value, place) =>
    value === null || !Number.isFinite(value) || value === 0 || Math.abs(value) >= 99.995
      ? texts[place]
      : plain(JUST_TWO_DECIMALS, value)
  );
}

/** Texts of the ticks of one axis, from 0 up: all in the same power of a thousand, so that they can be compared. */
export function formatTicks(ticks: readonly number[], format: ValueFormat): readonly string[] {
  if (format === "duration") return ticks.map(formatDuration);
  if (format === "share") return ticks.map((tick) => `${plain(THREE_DIGITS, tick * 100)}${GAP}%`);
  const highest = ticks[ticks.length - 1] ?? 0;
  const [scale, letter] = SCALES.findLast(([at]) => highest >= at * 10) ?? [1, ""];
  return ticks.map((tick) => {
    const text = plain(letter === "" && Number.isInteger(tick) ? WHOLE : THREE_DIGITS, tick / scale);
    return tick === 0 || letter === "" ? text : `${text}${GAP}${letter}`;
  });
}

/** A share between 0 and 1 as a percentage: one decimal under 10 %, none above. */
export function formatPercent(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return UNKNOWN;
  const percent = share * 100;
  if (percent === 0) return `0${GAP}%`;
  if (percent > 0 && percent < 0.1) return `<${GAP}0.1${GAP}%`;
  return `${percentDigits(percent)}${GAP}%`;
}

/** A duration in seconds in its two largest units, as "6 h 12 min". */
export function formatDuration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return UNKNOWN;
  if (seconds < 0) return `−${formatDuration(-seconds)}`;
  if (seconds > 0 && seconds < 1) return `<${GAP}1${GAP}s`;
  const whole_s = Math.round(seconds);
  if (whole_s < MINUTE_S) return `${whole_s}${GAP}s`;
  if (whole_s < HOUR_S) return twoUnits(whole_s, { size_s: MINUTE_S, name: "min", part_s: 1, part: "s" });
  const minutes_s = Math.round(seconds / MINUTE_S) * MINUTE_S;
  if (minutes_s < DAY_S) {
    return twoUnits(minutes_s, { size_s: HOUR_S, name: "h", part_s: MINUTE_S, part: "min" });
  }
  const hours_s = Math.round(seconds / HOUR_S) * HOUR_S;
  return twoUnits(hours_s, { size_s: DAY_S, name: "d", part_s: HOUR_S, part: "h" });
}

/** A number of bytes in binary units, as "1.5 GiB", as Slurm counts memory. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null || !Number.isFinite(bytes)) return UNKNOWN;
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
  let value = bytes;
  let at = 0;
  while (Math.abs(value) >= 1023.5 && at < units.length - 1) {
    value /= 1024;
    at += 1;
  }
  return `${at === 0 || Math.abs(value) >= 1000 ? plain(WHOLE, value) : plain(THREE_DIGITS, value)}${GAP}${
    units[at]
  }`;
}

/** Inclusive days such as `2026-01-31` as a range, saying month and year once where both days share them. */
export function formatDays(from: string, to: string): string {
  const [first, last] = [dayParts(from), dayParts(to)];
  if (from === to) return `${last.day} ${last.month} ${last.year}`;
  if (first.year !== last.year) {
    return `${first.day} ${first.month} ${first.year} – ${last.day} ${last.month} ${last.year}`;
  }
  if (first.month !== last.month) {
    return `${first.day} ${first.month} – ${last.day} ${last.month} ${last.year}`;
  }
  return `${first.day} – ${last.day} ${last.month} ${last.year}`;
}

/**
 * An instant in epoch seconds as day and time of a zone, as "21 Nov 2026 02:00".
 * @throws {RangeError} when the zone is unknown.
 */
export function formatInstant(epoch_s: number | null, tz: string): string {
  if (epoch_s === null || !Number.isFinite(epoch_s)) return UNKNOWN;
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: tz,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  }).formatToParts(epoch_s * 1000);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((item) => item.type === type)?.value ?? "";
  return `${Number(part("day"))} ${MONTHS[Number(part("month")) - 1]} ${part("year")} ${part("hour")}:${
    part("minute")
  }`;
}

/** How a value differs from the one before, in per cent of it, a share in points; null when either is unknown. */
export function formatChange(
  now: number | null,
  before: number | null,
  { format }: { readonly format: ValueFormat },
): Change | null {
  if (now === null || before === null || !Number.isFinite(now) || !Number.isFinite(before)) return null;
  if (format === "share") return formatPoints(now, before);
  if (now === before) {
    return { direction: "same", arrow: "→", text: "unchanged", words: "unchanged", word: "" };
  }
  if (before === 0) return { direction: "up", arrow: "↑", text: "new", words: "new", word: "" };
  if (before > 0 && now / before > MOST_TIMES) return times(now / before, format);
  return signed((now - before) / Math.abs(before) * 100, { unit: "%", words: CHANGE_WORDS[format] });
}

/** How a share between 0 and 1 differs from the one before, in percentage points; null when either is unknown. */
export function formatPoints(now: number | null, before: number | null): Change | null {
  if (now === null || before === null || !Number.isFinite(now) || !Number.isFinite(before)) return null;
  return signed((now - before) * 100, { unit: "points", words: ["more", "less"] });
}

/** Beyond this a change is told as a multiple: a percentage of thousands says nothing. */
const MOST_TIMES = 3;
const TIMES_WORDS: Readonly<Record<ValueFormat, string>> = {
  count: "many",
  hours: "much",
  duration: "long",
  ratio: "much",
  share: "much",
};

function times(factor: number, format: ValueFormat): Change {
  const amount = factor < 9.95 ? plain(UP_TO_ONE_DECIMAL, factor) : plain(WHOLE, factor);
  const word = `as ${TIMES_WORDS[format]}`;
  return { direction: "up", arrow: "↑", text: `×${GAP}${amount}`, words: `${amount} times ${word}`, word };
}

const CHANGE_WORDS: Readonly<Record<ValueFormat, readonly [string, string]>> = {
  count: ["more", "fewer"],
  hours: ["more", "less"],
  duration: ["longer", "shorter"],
  ratio: ["more", "less"],
  share: ["more", "less"],
};

function signed(
  difference: number,
  { unit, words }: { readonly unit: string; readonly words: readonly [string, string] },
): Change {
  const digits = percentDigits(Math.abs(difference));
  if (Number(digits) === 0) {
    return { direction: "same", arrow: "→", text: "unchanged", words: "unchanged", word: "" };
  }
  const amount = `${digits}${GAP}${unit}`;
  const [up, down] = words;
  return difference > 0
    ? { direction: "up", arrow: "↑", text: `+${amount}`, words: `${amount} ${up}`, word: up }
    : { direction: "down", arrow: "↓", text: `−${amount}`, words: `${amount} ${down}`, word: down };
}

function percentDigits(percent: number): string {
  const rounded = Math.round(percent * 10) / 10;
  return Math.abs(rounded) < 10 ? ONE_DECIMAL.format(rounded) : plain(WHOLE, percent);
}

function formatShort(value: number, format: ValueFormat): string {
  const size = Math.abs(value);
  if (size < 9_999.5) {
    return format === "count" || size >= 999.5 ? plain(WHOLE, value) : plain(THREE_DIGITS, value);
  }
  const [scale, letter] = SCALES.find(([at]) => size < at * 999.5) ?? SCALES[3];
  return `${plain(ALL_THREE_DIGITS, value / scale)}${GAP}${letter}`;
}

/** Intl writes a hyphen before negatives and "-0"; people read a minus and 0. */
function plain(formatter: Intl.NumberFormat, value: number): string {
  const text = formatter.format(value);
  return text === "-0" ? "0" : text.replace("-", "−");
}

function twoUnits(
  seconds: number,
  { size_s, name, part_s, part }: {
    readonly size_s: number;
    readonly name: string;
    readonly part_s: number;
    readonly part: string;
  },
): string {
  const large = Math.floor(seconds / size_s);
  const small = Math.round((seconds - large * size_s) / part_s);
  const head = `${plain(WHOLE, large)}${GAP}${name}`;
  return small === 0 ? head : `${head} ${small}${GAP}${part}`;
}

function dayParts(day: string): { readonly year: string; readonly month: string; readonly day: number } {
  const [year, month, date] = day.split("-");
  return { year, month: MONTHS[Number(month) - 1], day: Number(date) };
}
