import type { Batch } from "../lib/job/batch.ts";
import { deliver, type Delivered } from "./commands/batches.ts";
import { clusterName } from "./slurm/cluster_name.ts";
import { collect, type Collected } from "./slurm/collect.ts";
import { type Config, parseConfig, UsageError } from "./config.ts";
import { HELP, type Options, parseOptions, rangeOf } from "./options.ts";
import { privacyWarning } from "./slurm/private_data.ts";
import { askedFields, newDelimiter, readWindow, type Sacct } from "./slurm/sacct.ts";
import { sendBatch, type Unstored } from "./sending/send.ts";
import { count, lines, newTally } from "./commands/tally.ts";
import { PROGRAM, VERSION } from "./version.ts";
import { inWords, type Window } from "./slurm/windows.ts";
import type { World } from "./world.ts";

const JOBS_SHOWN = 3;
const NOTHING_SENT: Unstored = { rejected_jobs: 0, refused_batches: 0, refused_jobs: 0 };

/** What a run works with. */
interface Run {
  readonly hostname: string;
  readonly range: Window;
  readonly config: Config;
  readonly options: Options;
  readonly world: World;
}

/** Runs the agent once; returns the exit status that {@link HELP} explains. */
export async function main(args: readonly string[], world: World): Promise<0 | 1 | 2> {
  try {
    const options = parseOptions(args);
    if (options.help || options.version) {
      world.print(options.help ? HELP : `${PROGRAM} ${VERSION}`);
      return 0;
    }
    const config = parseConfig(await readConfig(options.config, world), options.config);
    const range = rangeOf(options, { now: world.now(), days: config.collection_window_days });
    const hostname = config.cluster_name ?? await clusterName(world.start);
    return await run({ hostname, range, config, options, world });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const words = error instanceof UsageError ? error.problems : [error.message];
    for (const line of words) world.log(`${PROGRAM}: ${line}`);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function readConfig(path: string, { read }: World): Promise<string> {
  try {
    return await read(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError([`Cannot read the configuration ${path}: ${reason}`], { cause });
  }
}

async function run({ hostname, range, config, options, world }: Run): Promise<0 | 1> {
  world.log(`Collecting the jobs of ${hostname}, ${inWords(range)}`);
  const warning = await privacyWarning(world.start, world.user);
  if (warning !== null) world.log(`Warning: ${warning}`);
  const sacct: Sacct = {
    start: world.start,
    fields: await askedFields(world.start),
    delimiter: newDelimiter(world.random),
    log: world.log,
  };
  const collected = collect(range, (window, question) => readWindow(sacct, { window, question }));
  const tally = newTally();
  const delivered = await deliver(options.verbose ? told(collected, world) : collected, {
    hostname,
    collected_from: range.start,
    send: async (batch) => {
      if (options.dry_run && options.verbose) show(batch, { from: tally.jobs, world });
      count(tally, batch.jobs);
      return options.dry_run ? NOTHING_SENT : await sendBatch(batch, { server: config, world });
    },
  });
  if (options.dry_run) { for (const line of [`cluster    ${hostname}`, ...lines(tally)]) world.print(line); }
  return conclude(delivered, { dry_run: options.dry_run, world });
}

async function* told(collected: AsyncIterable<Collected>, { log }: World): AsyncGenerator<Collected> {
  for await (const found of collected) {
    if (found.kind === "window") log(`${inWords(found.window)}: ${found.jobs} jobs`);
    if (found.kind === "unread") log(`Unread: ${found.row.reason}: ${JSON.stringify(found.row.line)}`);
    yield found;
  }
}

function show(batch: Batch, { from, world }: { readonly from: number; readonly world: World }): void {
  for (const job of batch.jobs.slice(0, Math.max(0, JOBS_SHOWN - from))) {
    world.print(JSON.stringify(job, null, 2));
  }
}

function conclude(
  { jobs, unread, failures, rejected_jobs, refused_batches, refused_jobs }: Delivered,
  { dry_run, world }: { readonly dry_run: boolean; readonly world: World },
): 0 | 1 {
  if (jobs === 0 && failures.length === 0) world.log("sacct answered, but listed no job in this range");
  if (unread > 0) world.log(`Rows of sacct that could not be read as jobs: ${unread}`);
  for (const words of failures) world.log(`${PROGRAM}: Not collected: ${words}`);
  if (refused_batches > 0) {
    world.log(
      `${PROGRAM}: Not sent: ${refused_jobs} of ${jobs} jobs; batches refused: ${refused_batches}, as told above`,
    );
  }
  if (failures.length > 0 || refused_batches > 0) return 1;
  const rejected = rejected_jobs > 0 ? `, of which the server rejected ${rejected_jobs}` : "";
  world.log(dry_run ? `${jobs} jobs would have been sent (dry run)` : `All is sent: ${jobs} jobs${rejected}`);
  return 0;
}
