import type { Config } from "../config.ts";
import type { Options } from "../options.ts";
import type { ExitStatus } from "../run.ts";
import { inWords, type Window } from "../slurm/windows.ts";
import type { World } from "../world.ts";
import { durationText } from "./progress.ts";
import { type Standing, standingOf, type Sum } from "./standing.ts";
import { readFacts, type StatusFacts } from "./status_facts.ts";
import { tableLines } from "./table.ts";
import { counted } from "../words.ts";

/** Spans and batches shown without `--verbose`. */
const SHOWN = 5;
const MIB = 1024 * 1024;

const ENDED: Readonly<Record<number, string>> = {
  0: "all was well",
  1: "something needed a look (status 1)",
  2: "the configuration was wrong, or the key refused (status 2)",
  75: "the server could not be reached (status 75)",
};

/** Shows how far all is sent, from the state folder alone; status 1 if something was set aside or is damaged. */
export async function statusCommand(
  { options, world, config }: {
    readonly options: Options;
    readonly world: World;
    readonly config: Config;
  },
): Promise<ExitStatus> {
  const facts = await readFacts(config.state_folder);
  const standing = standingOf(facts);
  if (options.json) world.print(JSON.stringify(asJson(facts, standing, config), null, 2));
  else {
    const shown = options.verbose ? Infinity : SHOWN;
    for (const line of statusLines(facts, { standing, config, now: world.now(), shown })) world.print(line);
  }
  return facts.set_aside.length > 0 || facts.damaged.length > 0 ? 1 : 0;
}

function asJson(facts: StatusFacts, standing: Standing, { state_folder, spool_limit_bytes }: Config) {
  const { waiting, set_aside, ...rest } = facts;
  return { state_folder, spool_limit_bytes, ...rest, ...standing, batches: { waiting, set_aside } };
}

/** The standing in lines of text. */
export function statusLines(
  facts: StatusFacts,
  { standing, config, now, shown }: {
    readonly standing: Standing;
    readonly config: Pick<Config, "state_folder" | "spool_limit_bytes">;
    readonly now: number;
    /** Spans and batches to show at most of each kind. */
    readonly shown: number;
  },
): readonly string[] {
  const { destination, set_aside, damaged, last_run, knock_after_s } = facts;
  const { complete_until_s, gaps, filled_in, held } = standing;
  const ago = (at_s: number | null) =>
    at_s === null ? "never" : `${iso(at_s)} (${durationText(Math.max(0, now - at_s))} ago)`;
  const rows = [
    ["cluster", destination?.cluster ?? "nothing was sent yet"],
    ["server", destination?.api_url ?? "-"],
    ["complete up to", complete_until_s === null ? "the server has nothing yet" : ago(complete_until_s)],
    ["since", facts.origin_s === null ? "-" : iso(facts.origin_s)],
    ["filled in before", spansText(filled_in, shown)],
    ["gaps", spansText(gaps, shown)],
    ["waiting", `${sumText(standing.waiting)} of ${mib(config.spool_limit_bytes)}`],
    ["time waiting", spansText(held, shown)],
    ["set aside", sumText(standing.set_aside)],
    ["last run", last_run === null ? "never" : `${ago(last_run.ended_s)}: ${ended(last_run.status)}`],
    ["last answer", ago(facts.answered_s)],
    ...(knock_after_s !== null && knock_after_s > now ? [["not before", iso(knock_after_s)]] : []),
    ["last verify", ago(facts.verified_s)],
    ["last inventory", ago(facts.inventory_s)],
  ];
  const lines = [...tableLines(rows)];
  if (set_aside.length > 0) {
    lines.push("", "Set aside, with the reason; each run tries once more what is of this cluster:");
    for (const { file, jobs, reason } of set_aside.slice(0, shown)) {
      lines.push(
        `  ${config.state_folder}/set-aside/${file} (${counted(jobs, "job")}): ${
          reason ?? "no reason is known"
        }`,
      );
    }
    if (set_aside.length > shown) lines.push(`  and ${set_aside.length - shown} more (see --verbose)`);
  }
  if (damaged.length > 0) {
    lines.push("", "Damaged; the next run leaves it out and collects its time again:");
    for (const words of damaged) lines.push(`  ${words}`);
  }
  return lines;
}

/** An exit status in words. */
export function ended(status: number): string {
  return ENDED[status] ?? `it ended with status ${status}`;
}

function spansText(spans: readonly Window[], shown: number): string {
  if (spans.length === 0) return "none";
  const text = spans.slice(0, shown).map(inWords).join("; ");
  return spans.length > shown ? `${text}; and ${spans.length - shown} more` : text;
}

function sumText({ batches, jobs, bytes }: Sum): string {
  if (batches === 0) return "nothing, 0 MiB";
  return `${counted(batches, "batch")}, ${counted(jobs, "job")}, ${mib(bytes)}`;
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(bytes < 10 * MIB && bytes > 0 ? 1 : 0)} MiB`;
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}
