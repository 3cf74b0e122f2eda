import type { UnreadRow, WireJob } from "../../lib/job/batch.ts";
import { rangeOf } from "../options.ts";
import type { ExitStatus, Run } from "../run.ts";
import type { Collected } from "../slurm/collect.ts";
import { inWords, type Window } from "../slurm/windows.ts";
import { asked } from "./asked.ts";
import { count, daysOf, lines, newTally, statesOf, type Tally, totalOf } from "./tally.ts";
import { counted } from "../words.ts";

/** Jobs shown in full with `--verbose`. */
const JOBS_SHOWN = 3;
/** Rows shown that could not be read; the rest is counted. */
const ROWS_SHOWN = 20;

/** What a dry run has found. */
interface Found {
  readonly tally: Tally;
  readonly first: readonly WireJob[];
  readonly rows: readonly UnreadRow[];
  /** How many rows could not be read; `rows` holds the first. */
  readonly rejected: number;
  /** What could not be collected, in words. */
  readonly problems: readonly string[];
}

/** Shows what would be sent of the range that is asked for, or of the last days. */
export async function dryRunCommand(run: Run): Promise<ExitStatus> {
  const { world, options, config } = run;
  const range = rangeOf(options, { now: world.now(), days: config.collection_window_days });
  return await dryRun(asked(range, run), { run, range });
}

/** Shows what would be sent; sends nothing, writes nothing. Status 1 if a row or a window could not be read. */
export async function dryRun(
  collected: AsyncIterable<Collected>,
  { run, range }: { readonly run: Run; readonly range: Window },
): Promise<ExitStatus> {
  const { options, world } = run;
  const found = await walk(collected, run);
  if (options.json) world.print(JSON.stringify(asJson(found, { run, range }), null, 2));
  else for (const line of asText(found, { run, range })) world.print(line);
  return found.rejected > 0 || found.problems.length > 0 ? 1 : 0;
}

async function walk(collected: AsyncIterable<Collected>, { options, world }: Run): Promise<Found> {
  const tally = newTally();
  const first: WireJob[] = [];
  const rows: UnreadRow[] = [];
  const problems: string[] = [];
  let rejected = 0;
  for await (const found of collected) {
    if (found.kind === "job") {
      count(tally, found.job);
      if (options.verbose && first.length < JOBS_SHOWN) first.push(found.job);
    } else if (found.kind === "unread") {
      rejected++;
      if (rows.length < ROWS_SHOWN) rows.push(found.row);
    } else if (found.kind === "failure") {
      problems.push(found.words);
    } else if (options.verbose) {
      const { window, jobs } = found;
      // A look at what runs has no length.
      const when = window.start === window.end ? "running or waiting now" : inWords(window);
      world.log("info", `${when}: ${counted(jobs, "job")}`);
    }
  }
  return { tally, first, rows, rejected, problems };
}

interface About {
  readonly run: Run;
  readonly range: Window;
}

function asJson({ tally, first, rows, rejected, problems }: Found, { run, range }: About) {
  return {
    cluster: run.cluster,
    range: { from: iso(range.start), until: iso(range.end) },
    totals: totalOf(tally),
    states: Object.fromEntries(statesOf(tally)),
    days: daysOf(tally),
    rejected_count: rejected,
    rejected: rows,
    problems,
    ...(run.options.verbose ? { first_jobs: first } : {}),
  };
}

function asText(
  { tally, first, rows, rejected, problems }: Found,
  { run, range }: About,
): readonly string[] {
  const shown = first.map((job) => JSON.stringify(job, null, 2));
  const text = [...shown, `cluster: ${run.cluster}`, `time: ${inWords(range)}`, "", ...lines(tally)];
  if (rejected > 0) {
    text.push("", `Rows of sacct that could not be read as jobs: ${rejected}`);
    for (const { line, reason } of rows) text.push(`  ${reason}: ${JSON.stringify(line)}`);
    if (rejected > rows.length) text.push(`  and ${rejected - rows.length} more`);
  }
  if (problems.length > 0) {
    text.push("", `Time that could not be read: ${problems.length}`);
    for (const words of problems) text.push(`  ${words}`);
  }
  const jobs = totalOf(tally).jobs;
  text.push(
    "",
    `${jobs} ${jobs === 1 ? "job" : "jobs"} would have been sent; nothing was sent or written (dry run)`,
  );
  return text;
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}
