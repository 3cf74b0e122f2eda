import type { UnreadRow, WireJob } from "../../lib/job/batch.ts";
import { JOB_COLUMNS } from "../../lib/job/columns.ts";
import { parseDuration } from "../../lib/slurm/duration.ts";
import { type JobId, parseJobId } from "../../lib/slurm/job_id.ts";
import { parseMemory } from "../../lib/slurm/memory.ts";
import { countNodes } from "../../lib/slurm/node_list.ts";
import { parseTime } from "../../lib/slurm/time.ts";
import { gpusOf } from "../../lib/slurm/tres.ts";
import { attempt } from "./attempt.ts";
import type { Row, RowOrUnread } from "./rows.ts";
import { cpuSecondsOf, diskUseOf, gpuUseOf, NO_USE, type StepsUse, withStep } from "./steps.ts";

/** What a row became: a job with its steps folded in, or a row that is no job. */
export type JobOrUnread = { readonly job: WireJob } | { readonly unread: UnreadRow };

/** Fields of sacct that are no columns of a job but are wanted of its steps, as far as a sacct has them. */
export const STEP_FIELDS = [
  "TRESUsageInAve",
  "TRESUsageInMax",
  "TRESUsageInTot",
  "TRESUsageOutTot",
] as const;

type Value = string | number | null;

const COLUMNS: ReadonlySet<string> = new Set(JOB_COLUMNS.map(({ name }) => name));
const TIMES = new Set(["Submit", "Eligible", "Start", "End"]);
const NUMBERS = new Set(["ElapsedRaw", "TimelimitRaw", "AllocCPUS", "AllocNodes", "Restarts"]);
/** From here on a number is one of Slurm's marks for "not set" or "unlimited", or a difference that fell below zero. */
const NO_NUMBER = 2 ** 31;

/** A job whose steps may still come. */
interface Open {
  readonly id: JobId;
  readonly row: Row;
  readonly start_s: number | null;
  readonly end_s: number | null;
  use: StepsUse;
}

/**
 * Makes jobs of rows: each job's steps, which follow it, give it their largest MaxRSS, what they read, wrote and used
 * of GPUs, and, where the job's own row has none, the sum of their TotalCPU. Steps of another run of the same job
 * (after a requeue, say) whose own row is missing are no steps of it.
 */
export async function* foldSteps(rows: AsyncIterable<RowOrUnread>): AsyncGenerator<JobOrUnread> {
  let job: Open | null = null;
  for await (const found of rows) {
    if ("unread" in found) {
      yield found;
      continue;
    }
    const { row } = found;
    const id = attempt(row.JobIDRaw, parseJobId);
    if (id === null) {
      yield unread(row, `Not a job id: ${JSON.stringify(row.JobIDRaw.slice(0, 100))}`);
    } else if (id.kind === "job") {
      if (job) yield { job: jobOf(job.row, job.use) };
      job = { id, row, ...spanOf(row), use: withStep(NO_USE, row) };
    } else if (job === null || job.id.base !== id.base) {
      yield unread(row, "A step without its job");
    } else if (isOfAnotherRun(row, job)) {
      yield unread(row, "A step of another run of its job");
    } else {
      job.use = withStep(job.use, row);
    }
  }
  if (job) yield { job: jobOf(job.row, job.use) };
}

function spanOf({ Start, End }: Row): { readonly start_s: number | null; readonly end_s: number | null } {
  return { start_s: attempt(Start, parseTime), end_s: attempt(End, parseTime) };
}

/** Whether a step's time lies wholly before or after its job's run; unknown times lie in it. */
function isOfAnotherRun(step: Row, { start_s, end_s }: Open): boolean {
  const of = spanOf(step);
  return of.end_s !== null && start_s !== null && of.end_s < start_s ||
    of.start_s !== null && end_s !== null && of.start_s > end_s;
}

function unread(row: Row, reason: string): JobOrUnread {
  return { unread: { line: Object.values(row).join("|").slice(0, 300), reason } };
}

/**
 * A job on the wire from its row and what its steps used: times as epoch seconds, durations in seconds, memory of
 * the whole job in bytes, texts as sacct prints them.
 */
function jobOf(row: Row, use: StepsUse): WireJob {
  const job: Record<string, Value> = {};
  for (const [field, text] of Object.entries(row)) {
    if (!COLUMNS.has(field)) continue;
    if (TIMES.has(field)) job[field] = attempt(text, parseTime);
    else if (NUMBERS.has(field)) job[field] = wholeNumber(text);
    else job[field] = text === "" ? null : text;
  }
  const gpus = gpusOf(row.AllocTRES).count;
  const hours = secondsCounted(job) / 3600;
  return {
    ...job,
    ReqMem: requestedBytes(row),
    MaxRSS: use.max_rss_bytes,
    TotalCPU: cpuSecondsOf(use, attempt(row.TotalCPU, parseDuration)),
    ...diskUseOf(use),
    ...gpuUseOf(use, { gpus, elapsed_s: typeof job.ElapsedRaw === "number" ? job.ElapsedRaw : 0 }),
    AllocGPUS: gpus,
    CPUHours: typeof job.AllocCPUS === "number" ? job.AllocCPUS * hours : null,
    GPUHours: gpus * hours,
  };
}

/**
 * Run time that this record answers for. After a resize Slurm begins a second record, with a Submit of its own but
 * the Start of the first: the time before that Submit is in the first record already.
 */
function secondsCounted({ ElapsedRaw, Submit, Start }: Readonly<Record<string, Value>>): number {
  if (typeof ElapsedRaw !== "number") return 0;
  if (typeof Start !== "number" || typeof Submit !== "number") return ElapsedRaw;
  return Math.max(0, ElapsedRaw - Math.max(0, Submit - Start));
}

/** ReqMem of the whole job: until Slurm 20.11 sacct printed it for each CPU or node. */
function requestedBytes({ ReqMem, AllocCPUS, AllocNodes, NodeList }: Row): Value {
  const memory = attempt(ReqMem, parseMemory);
  if (memory === null) return null;
  if (memory.per === "cpu") return memory.bytes * Math.max(1, wholeNumber(AllocCPUS) ?? 0);
  if (memory.per === "job") return memory.bytes;
  const nodes = wholeNumber(AllocNodes) || attempt(NodeList, countNodes) || 1;
  return memory.bytes * nodes;
}

function wholeNumber(text = ""): number | null {
  return /^\d+$/.test(text) && Number(text) < NO_NUMBER ? Number(text) : null;
}
