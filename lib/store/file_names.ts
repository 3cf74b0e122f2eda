/**
 * Names of files of jobs. A batch is `jobs_20241031_120000_123.parquet`, by the time it was received, UTC with
 * milliseconds; what compaction made of several is `jobs_20241031_120000_123_2024W44.parquet`, by the time of the
 * newest of them and the week whose jobs it holds.
 */

export const ENDING = ".parquet";

const TIME = /^jobs_(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)(?:_(\d{3})(?!\d))?/;
const MERGED = /^jobs_\d{8}_\d{6}_\d{3}_(\d{4}W\d\d)(?:_\d+)?\.parquet$/;
/** Files of a year, as the earlier dashboard of this name kept them in a folder `data`. */
const YEARLY = /^jobs_\d{4}\.parquet$/;

/** Name of a batch received at a time. */
export function batchName(time_ms: number): string {
  return `${stem(time_ms)}${ENDING}`;
}

/**
 * Name of the file of one week that takes the place of several.
 *
 * @param time_ms when the newest of them was received
 * @param copy 1, or a higher number where that name is taken
 */
export function mergedName(
  time_ms: number,
  { week, copy }: { readonly week: string; readonly copy: number },
): string {
  return `${stem(time_ms)}_${week}${copy === 1 ? "" : `_${copy}`}${ENDING}`;
}

function stem(time_ms: number): string {
  const digits = new Date(time_ms).toISOString().replace(/\D/g, "");
  return `jobs_${digits.slice(0, 8)}_${digits.slice(8, 14)}_${digits.slice(14)}`;
}

/** When the file of this name was received, epoch milliseconds; null if the name does not say. */
export function nameTime(name: string): number | null {
  const match = TIME.exec(name);
  if (!match) return null;
  const [, year, month, day, hour, minute, second, ms] = match;
  const time_ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms ?? "000"}Z`);
  return Number.isNaN(time_ms) ? null : time_ms;
}

/** The week of a merged file, as `2024W44`; null if the name is not that of one. */
export function mergedWeek(name: string): string | null {
  return MERGED.exec(name)?.[1] ?? null;
}

/** Whether a file of this name in the folder `data` holds the jobs of a year. */
export function isYearly(name: string): boolean {
  return YEARLY.test(name);
}
