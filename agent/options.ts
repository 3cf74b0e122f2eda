import { CONFIG_PATH, UsageError } from "./config.ts";
import { suggestion } from "./nearest.ts";
import { PROGRAM } from "./version.ts";
import { inWords, type Window } from "./slurm/windows.ts";

/** What the agent can be told to do; without a word it collects. */
export const COMMANDS = ["collect", "backfill", "verify", "doctor", "status", "version", "help"] as const;

/** Name of a command. */
export type CommandName = typeof COMMANDS[number];

/** What an option takes: nothing, or a value of this name. */
const OPTIONS = {
  config: "FILE",
  "start-date": "DATE",
  "end-date": "DATE",
  "dry-run": null,
  json: null,
  verbose: null,
  help: null,
  version: null,
} as const;

type OptionName = keyof typeof OPTIONS;

const NAMES = Object.keys(OPTIONS).filter(isOption);

/** Options of each command; `--help` and `--version` belong to all. */
export const OPTIONS_OF: Readonly<Record<CommandName, readonly OptionName[]>> = {
  collect: ["config", "start-date", "end-date", "dry-run", "json", "verbose"],
  backfill: ["config", "start-date", "end-date", "dry-run", "json", "verbose"],
  verify: ["config", "start-date", "end-date", "dry-run", "json", "verbose"],
  doctor: ["config", "json", "verbose"],
  status: ["config", "json", "verbose"],
  version: [],
  help: [],
};

/** The command line, taken apart. */
export interface Options {
  readonly command: CommandName;
  /** The command that help is wanted for; null for help with all. */
  readonly topic: CommandName | null;
  readonly config: string;
  readonly dry_run: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly start_date: string | null;
  readonly end_date: string | null;
}

/**
 * Takes the command line apart.
 *
 * @throws {UsageError} with all that is wrong with it.
 */
export function parseOptions(args: readonly string[]): Options {
  const { words, given, problems } = taken(args);
  if (given.has("help")) {
    return optionsOf(given, { command: "help", topic: COMMANDS.find((name) => name === words[0]) ?? null });
  }
  const command = commandOf(words[0] ?? "collect", problems);
  const topic = command === "help" && words.length > 1 ? commandOf(words[1], problems) : null;
  for (const word of words.slice(command === "help" ? 2 : 1)) {
    problems.push(`${JSON.stringify(word)} is one word too many: commands take options only`);
  }
  if (command !== null && !given.has("version")) problems.push(...misplaced(command, given));
  if (problems.length > 0 || command === null) {
    const about = command === null || command === "help" ? "" : ` ${command}`;
    throw new UsageError(problems, { hint: `For help: ${PROGRAM} help${about}` });
  }
  return optionsOf(given, { command: given.has("version") ? "version" : command, topic });
}

type Given = ReadonlyMap<OptionName, string>;

function optionsOf(given: Given, about: Pick<Options, "command" | "topic">): Options {
  return {
    ...about,
    config: given.get("config") ?? CONFIG_PATH,
    dry_run: given.has("dry-run"),
    json: given.has("json"),
    verbose: given.has("verbose"),
    start_date: given.get("start-date") ?? null,
    end_date: given.get("end-date") ?? null,
  };
}

/** The words that are no options, the options with their values, and what cannot be read. */
function taken(args: readonly string[]) {
  const words: string[] = [];
  const given = new Map<OptionName, string>();
  const problems: string[] = [];
  for (let i = 0; i < args.length; i++) {
    if (!args[i].startsWith("-")) {
      words.push(args[i]);
      continue;
    }
    const { option, value } = /^(?<option>[^=]*)(?:=(?<value>[^]*))?$/.exec(args[i])?.groups ?? {};
    const name = option === "-h" ? "help" : option.replace(/^--/, "");
    if (!isOption(name)) {
      problems.push(
        `There is no option ${option}: ${suggestion(option, NAMES.map((known) => `--${known}`))}`,
      );
    } else if (OPTIONS[name] === null) {
      if (value !== undefined) problems.push(`--${name} takes no value`);
      given.set(name, "");
    } else {
      const next = value ?? (args[i + 1]?.startsWith("-") ? undefined : args[++i]);
      if (!next) problems.push(`--${name} needs a value: --${name} ${OPTIONS[name]}`);
      given.set(name, next ?? "");
    }
  }
  return { words, given, problems };
}

function isOption(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}

function commandOf(word: string, problems: string[]): CommandName | null {
  const command = COMMANDS.find((name) => name === word);
  if (command !== undefined) return command;
  problems.push(`There is no command ${JSON.stringify(word)}: ${suggestion(word, COMMANDS)}`);
  return null;
}

function misplaced(command: CommandName, given: Given): readonly string[] {
  const problems = [...given.keys()].filter((name) => !OPTIONS_OF[command].includes(name))
    .map((name) => {
      const others = COMMANDS.filter((other) => OPTIONS_OF[other].includes(name));
      return `--${name} does not belong to ${command}, but to ${others.join(", ")}`;
    });
  const collects = command === "collect" || command === "backfill";
  if (collects && given.has("json") && !given.has("dry-run")) {
    problems.push(`--json belongs to a dry run: ${command} --dry-run --json`);
  }
  instantOf("--start-date", given.get("start-date") || null, problems);
  instantOf("--end-date", given.get("end-date") || null, problems);
  if (command === "backfill" && !given.has("start-date")) {
    problems.push("backfill needs the first day to collect: backfill --start-date DATE");
  }
  return problems;
}

/**
 * The time to collect, epoch seconds: from the first second of `--start-date`, or some days before the end, to the
 * last second of `--end-date`, or now; never into the future.
 *
 * @throws {UsageError} if a date cannot be read or the range is empty.
 */
export function rangeOf(
  options: Pick<Options, "start_date" | "end_date">,
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
