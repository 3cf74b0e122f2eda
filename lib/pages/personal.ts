import { ran } from "../slurm/ran.ts";
import { type StateFamily, stateFamily } from "../slurm/state.ts";
import type { JobRow, MeasureValues, Range } from "../query/answers.ts";
import { advice, THRESHOLDS } from "../query/advice.ts";
import { type AskedAndUsed, askedAndUsed } from "../query/asked_and_used.ts";
import type { Asked, Data } from "../query/data.ts";
import { jobs } from "../query/jobs.ts";
import { chosenClusters, type Compared } from "../query/range.ts";
import { ranking } from "../query/ranking.ts";
import { totals } from "../query/totals.ts";
import { DEFAULT_FILTERS, type Filters } from "../view/filters.ts";
import {
  formatChange,
  formatDuration,
  formatInstant,
  formatPercent,
  formatValue,
  UNKNOWN,
} from "../view/format.ts";
import { type MeasureName, measureOf } from "../view/measures.ts";
import { ADVICE_RULES, type AdviceModel, adviceModel } from "./advice_words.ts";
import { againstNote, againstWords, changedWords } from "./comparison.ts";
import { elapsedSeconds } from "./job_table.ts";
import { crossHref, pageHref } from "./links.ts";
import { jobHref } from "./paths.ts";
import { type TileModel, tileOf } from "./tiles.ts";

/** What the page of one user shows besides usage. */
export interface PersonalModel {
  readonly headline: string;
  readonly tiles: readonly TileModel[];
  /** What the tiles' notes compare with. */
  readonly beside: string;
  /** What the tiles' changes are against. */
  readonly against: string;
  readonly advice: readonly AdviceModel[];
  /** What stands in place of advice, or beside it; empty for nothing. */
  readonly no_advice: string;
  /** When a rule has something to say. */
  readonly rules: string;
  readonly recent: readonly RecentJob[];
  readonly recent_note: string;
  readonly all_jobs_href: string;
}

/** One of the newest jobs. */
export interface RecentJob {
  readonly key: string;
  readonly href: string;
  readonly id: string;
  readonly name: string;
  readonly partition: string;
  readonly state: string;
  readonly mark: StateFamily;
  readonly submitted: string;
  readonly wait: string;
  readonly elapsed: string;
  readonly cpu_hours: string;
}

const RECENT = 10;
/** What is compared with the same of all users. */
const BESIDE_ALL = ["wait-p50", "wait-p95", "cpu-efficiency", "mem-efficiency", "failed-share"] as const;
const OWN = [
  "jobs-ended",
  "cpu-hours",
  "gpu-hours",
  ...BESIDE_ALL,
  "cpu-hours-idle",
  "mem-hours-idle",
  "jobs-failed",
] as const satisfies readonly MeasureName[];

/** What one user's jobs used, how well, and what could be done better. */
export async function personal(
  data: Data,
  filters: Filters,
  { user, range, compared, ...asked }: Asked & {
    readonly user: string;
    readonly range: Range;
    readonly compared: Compared | null;
  },
): Promise<PersonalModel> {
  const now = await totals(data, filters, { ...asked, measures: OWN });
  const then = compared === null
    ? {}
    : await totals(data, filters, { ...asked, measures: OWN, range: compared.range });
  const by_cluster = await ranking(data, filters, {
    ...asked,
    by: "cluster",
    measures: ["cpu-hours", "jobs-submitted"],
  });
  const names = by_cluster.rows.map(({ key }) => key).sort();
  const all = await totals(data, sameClusters(data, filters, names), {
    ...asked,
    range,
    measures: BESIDE_ALL,
  });
  const facts = await askedAndUsed(data, filters, asked);
  // Of failed jobs alone, all failed: neither advice nor a comparison with everybody would say anything.
  const by_state = filters.only.state.length > 0;
  const found = by_state ? [] : advice(facts).map((one) => adviceModel(one, filters));
  const recent = await jobs(data, { ...filters, sort: "-submit" }, { ...asked, limit: RECENT, offset: 0 });
  return {
    headline: headline({ user, names, now, then, against: againstWords(range, compared) }),
    tiles: tiles(filters, { now, then, all: by_state ? null : all }),
    against: againstNote(compared, { data, filters, range }),
    beside: names.length === 0 || by_state ? "" : `Beside all users of ${listed(names)}`,
    advice: found,
    no_advice: by_state
      ? "Advice looks at jobs of every end: it is given where no state is chosen."
      : found.length > 0
      ? memoryUntold(facts, now)
      : facts.ended.jobs === 0
      ? "No job ended in these days."
      : `Nothing to improve that the data shows. ${memoryUntold(facts, now)}`.trim(),
    rules: ADVICE_RULES,
    recent: recent.rows.map((row) => recentJob(row, range)),
    recent_note: recent.total > RECENT
      ? `The ${RECENT} newest of ${formatValue(recent.total, "count", "full")} jobs.`
      : "",
    all_jobs_href: crossHref("jobs", filters),
  };
}

/** Why no amount of memory is suggested though little was used; empty where one is, or much was. */
function memoryUntold(facts: AskedAndUsed, now: MeasureValues): string {
  const use = now["mem-efficiency"] ?? null;
  const told = advice(facts).some(({ rule }) => rule === "memory");
  if (use === null || use > THRESHOLDS.memory_use || told || facts.several_nodes.jobs === 0) return "";
  return `${formatPercent(use)} of the memory was used, but no amount is suggested: ${
    formatValue(facts.several_nodes.jobs, "count", "full")
  } of the jobs ran on several nodes, and of those Slurm notes the largest task only.`;
}

/** All jobs of those clusters, in the same range. */
function sameClusters(data: Data, filters: Filters, names: readonly string[]): Filters {
  const every = chosenClusters(data, DEFAULT_FILTERS).length === names.length;
  return {
    ...filters,
    only: { ...DEFAULT_FILTERS.only, cluster: every ? [] : names },
    not: DEFAULT_FILTERS.not,
  };
}

interface Values {
  readonly now: MeasureValues;
  readonly then: MeasureValues;
}

function headline(
  { user, names, now, then, against }: Values & {
    readonly user: string;
    readonly names: readonly string[];
    readonly against: string;
  },
): string {
  const ended = now["jobs-ended"] ?? 0;
  const gpus = now["gpu-hours"] ?? 0;
  const used = [
    `${formatValue(now["cpu-hours"] ?? 0, "hours", "short")} CPU-hours`,
    ...(gpus > 0 ? [`${formatValue(gpus, "hours", "short")} GPU-hours`] : []),
  ].join(" and ");
  const change = formatChange(now["cpu-hours"] ?? null, then["cpu-hours"] ?? null, { format: "hours" });
  const changed = change === null || change.text === "new" || change.word === ""
    ? ""
    : `, ${changedWords({ ...change, words: `${change.words}${gpus > 0 ? " CPU-hours" : ""}` }, against)}`;
  const where = names.length === 0 ? "" : ` on ${listed(names)}`;
  return `${user} used ${used}${where}${changed}; ${formatValue(ended, "count", "full")} ${
    ended === 1 ? "job" : "jobs"
  } ended.`;
}

function tiles(
  filters: Filters,
  { now, then, all }: Values & { readonly all: MeasureValues | null },
): readonly TileModel[] {
  const shown = OWN.filter((name) => {
    if (name === "jobs-failed") return false;
    const value = now[name] ?? null;
    // Without GPUs, or where nothing is known of what was used, a tile would say nothing.
    return value !== null && (name !== "gpu-hours" || value > 0 || (then[name] ?? 0) > 0);
  });
  return shown.map((name) =>
    tileOf(name, {
      now,
      then,
      href: pageHref("usage", { ...filters, measure: name }),
      selected: name === (filters.measure ?? "cpu-hours"),
      ...(name === "failed-share"
        ? {
          exact: `${formatValue(now["jobs-failed"] ?? null, "count", "full")} of ${
            formatValue(now["jobs-ended"] ?? null, "count", "full")
          } jobs that ended`,
        }
        : {}),
      ...noteOf(name, { now, all }),
    })
  );
}

function noteOf(
  name: MeasureName,
  { now, all }: { readonly now: MeasureValues; readonly all: MeasureValues | null },
): { readonly note?: string } {
  if (BESIDE_ALL.some((one) => one === name)) {
    if (all === null) return {};
    return { note: `all users: ${formatValue(all[name] ?? null, measureOf(name).format, "short")}` };
  }
  const efficiency = name === "cpu-hours-idle"
    ? now["cpu-efficiency"]
    : name === "mem-hours-idle"
    ? now["mem-efficiency"]
    : null;
  return efficiency === null || efficiency === undefined || efficiency > 1
    ? {}
    : { note: `${formatPercent(1 - efficiency)} of what ended jobs held` };
}

function recentJob(row: JobRow, { tz }: Range): RecentJob {
  const { Submit, Start } = row;
  const started = Start !== null && Submit !== null && ran(Start, row.NodeList);
  return {
    key: `${row.Cluster}/${row.JobIDRaw}/${Submit}/${Start}`,
    href: jobHref(row.Cluster, row.JobID, Submit),
    id: row.JobID,
    name: row.JobName ?? UNKNOWN,
    partition: row.Partition ?? UNKNOWN,
    state: row.State ?? UNKNOWN,
    mark: stateFamily(row.State?.split(" ")[0] ?? ""),
    submitted: formatInstant(Submit, tz),
    wait: formatDuration(started ? Math.max(0, Start - Submit) : null),
    elapsed: formatDuration(elapsedSeconds(row)),
    cpu_hours: formatValue(row.CPUHours, "hours", "full"),
  };
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
