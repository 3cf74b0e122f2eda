import { parseArgs } from "node:util";
import { CONFIG_PATH, UsageError } from "./config.ts";
import { PROGRAM } from "./version.ts";
import { inWords, type Window } from "./slurm/windows.ts";

/** The command line, taken apart. */
export interface Options {
  readonly config: string;
  readonly dry_run: boolean;
  readonly verbose: boolean;
  readonly help: boolean;
  readonly version: boolean;
  readonly start_date: string | null;
  readonly end_date: string | null;
}

/** What `--help` prints. */
export const HELP = `Usage: ${PROGRAM} [OPTION]...
Reads the jobs of a Slurm cluster from sacct and sends them to SLURM Usage History.

  --config FILE        read the configuration from FILE
                       (default ${CONFIG_PATH})
  --start-date DATE    first day to collect, as 2026-01-31 (default: as many days
                       back as collection_window_days says)
  --end-date DATE      last day to collect, inclusive (default: now)
  --dry-run            collect and print a summary, send nothing
  --verbose            say more: the windows, and the first jobs of a dry run
  --help               print this text
  --version            print the version

Days are UTC days; a date may carry a time, as 2026-01-31T12:00 or
2026-01-31T12:00+01:00. To fill in the past, give both dates.

Exit status: 0 all is sent (jobs that the server rejects are told, but are no
failure), 1 something failed, 2 the command line or the configuration is wrong.`;

/**
 * Takes the command line apart.
 *
 * @throws {UsageError} at an option it does not know.
 */
export function parseOptions(args: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        config: { type: "string", default: CONFIG_PATH },
        "start-date": { type: "string" },
        "end-date": { type: "string" },
        "dry-run": { type: "boolean", default: false },
        verbose: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
        version: { type: "boolean", default: false },
      },
    });
    return {
      config: values.config,
      dry_run: values["dry-run"],
      verbose: values.verbose,
      help: values.help,
      version: values.version,
      start_date: values["start-date"] ?? null,
      end_date: values["end-date"] ?? null,
    };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError([`${reason} (see ${PROGRAM} --help)`], { cause });
  }
}

/**
 * The time to collect, epoch seconds: from the first second of `--start-date`, or some days before the end, to the
 * last second of `--end-date`, or now; never into the future.
 *
 * @throws {UsageError} if a date cannot be read or the range is empty.
 */
export function rangeOf(
  options: Options,
  { now, days }: { readonly now: number; readonly days: number },
): Window {
  const problems: string[] = [];
  const first = instantOf("--start-date", options.start_date, problems);
  const last = instantOf("--end-date", options.end_date, problems);
  const end = Math.min(now, last?.end ?? now);
  const start = first?.start ?? end - days * 86_400;
  if (problems.length === 0 && start >= end) {
    problems.push(`Nothing to collect from ${inWords({ start, end })}: the range is empty or in the future`);
  }
  if (problems.length > 0) throw new UsageError(problems);
  return { start, end };
}

/** First second of what the text means and the second after its last; a text without time means a day. */
function instantOf(option: string, text: string | null, problems: string[]): Window | null {
  if (text === null) return null;
  const match = /^(\d{4}-\d\d-\d\d)(?:([T ]\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text);
  const written = match && `${match[1]}${(match[2] ?? "T00:00").replace(" ", "T")}${match[3] ?? "Z"}`;
  const start = written === null ? NaN : Date.parse(written) / 1000;
  // Date.parse() takes 30 February for 2 March.
  if (match === null || isNaN(start) || !isDay(match[1])) {
    problems.push(
      `${option} ${JSON.stringify(text)} is no date: expected one like 2026-01-31 or 2026-01-31T12:00`,
    );
    return null;
  }
  return { start, end: match[2] === undefined ? start + 86_400 : start };
}

function isDay(day: string): boolean {
  const date = new Date(`${day}T00:00Z`);
  return !isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
