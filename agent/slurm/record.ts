import type { UnreadRow, WireJob } from "../../lib/job/batch.ts";
import { parseDuration } from "../../lib/slurm/duration.ts";
import { type JobId, parseJobId } from "../../lib/slurm/job_id.ts";
import { parseMemory } from "../../lib/slurm/memory.ts";
import { countNodes } from "../../lib/slurm/node_list.ts";
import { parseTime } from "../../lib/slurm/time.ts";
import { gpusOf } from "../../lib/slurm/tres.ts";
import type { Row, RowOrUnread } from "./rows.ts";

/** What a row became: a job with its steps folded in, or a row that is no job. */
export type JobOrUnread = { readonly job: WireJob } | { readonly unread: UnreadRow };

type Value = string | number | null;

const TIMES = new Set(["Submit", "Eligible", "Start", "End"]);
const NUMBERS = new Set(["ElapsedRaw", "TimelimitRaw", "AllocCPUS", "AllocNodes", "Restarts"]);
/** Slurm's unsigned 32-bit differences wrap round below zero: no job runs for 68 years. */
const ABSURD_S = 2 ** 31;

/** What the steps of a job used, of those seen so far: bytes of the largest task, CPU seconds of all. */
interface Usage {
  readonly max_rss_bytes: number;
  readonly cpu_s: number;
}

const NO_USAGE: Usage = { max_rss_bytes: 0, cpu_s: 0 };

/**
 * Makes jobs of rows: each job's steps, which follow it, give it their largest MaxRSS and, where the job's own row
 * has none, the sum of their TotalCPU.
 */
export async function* foldSteps(rows: AsyncIterable<RowOrUnread>): AsyncGenerator<JobOrUnread> {
  let job: { readonly id: JobId; readonly row: Row; usage: Usage } | null = null;
  for await (const found of rows) {
    if ("unread" in found) {
      yield found;
      continue;
    }
    const { row } = found;
    const id = attempt(row.JobIDRaw, parseJobId);
    if (id === null) {
      yield unread(row, `Not a job id: ${JSON.stringify(row.JobIDRaw)}`);
    } else if (id.kind === "job") {
      if (job) yield { job: jobOf(job.row, job.usage) };
      job = { id, row, usage: NO_USAGE };
    } else if (job && job.id.base === id.base) {
      job.usage = withStep(job.usage, row);
    } else {
      yield unread(row, "A step without its job");
    }
  }
  if (job) yield { job: jobOf(job.row, job.usage) };
}

function withStep({ max_rss_bytes, cpu_s }: Usage, { MaxRSS, TotalCPU }: Row): Usage {
  return {
    max_rss_bytes: Math.max(max_rss_bytes, attempt(MaxRSS, parseMemory)?.bytes ?? 0),
    cpu_s: cpu_s + (attempt(TotalCPU, parseDuration) ?? 0),
  };
}

function unread(row: Row, reason: string): JobOrUnread {
  return { unread: { line: Object.values(row).join("|").slice(0, 300), reason } };
}

/**
 * A job on the wire from its row and what its steps used: times as epoch seconds, durations in seconds, memory of
 * the whole job in bytes, texts as sacct prints them.
 */
function jobOf(row: Row, usage: Usage): WireJob {
  const job: Record<string, Value> = {};
  for (const [field, text] of Object.entries(row)) {
    if (TIMES.has(field)) job[field] = attempt(text, parseTime);
    else if (NUMBERS.has(field)) job[field] = wholeNumber(text);
    else job[field] = text === "" ? null : text;
  }
  const gpus = gpusOf(row.AllocTRES).count;
  const hours = secondsCounted(job) / 3600;
  return {
    ...job,
    ReqMem: requestedBytes(row),
    MaxRSS: usage.max_rss_bytes || null,
    TotalCPU: cpuSeconds(row, usage),
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
  if (typeof ElapsedRaw !== "number" || ElapsedRaw >= ABSURD_S) return 0;
  if (typeof Start !== "number" || typeof Submit !== "number") return ElapsedRaw;
  return Math.max(0, ElapsedRaw - Math.max(0, Submit - Start));
}

/** ReqMem of the whole job: until Slurm 20.11 sacct printed it for each CPU or node. */
function requestedBytes({ ReqMem, AllocCPUS, AllocNodes, NodeList }: Row): Value {
  const memory = attempt(ReqMem, parseMemory);
  if (memory === null) return null;
  if (memory.per === "cpu") return memory.bytes * Math.max(1, Number(AllocCPUS) || 0);
  if (memory.per === "job") return memory.bytes;
  const nodes = Number(AllocNodes) || attempt(NodeList, countNodes) || 1;
  return memory.bytes * nodes;
}

function cpuSeconds({ TotalCPU }: Row, { cpu_s }: Usage): Value {
  const own = attempt(TotalCPU, parseDuration);
  if (own !== null && own !== 0) return own;
  // A sum of milliseconds, without the noise of binary fractions.
  return cpu_s > 0 ? Math.round(cpu_s * 1000) / 1000 : own;
}

function wholeNumber(text: string): number | null {
  return /^\d+$/.test(text) ? Number(text) : null;
}

/** The text read, or null if it cannot be: one odd value is no reason to lose a job. */
function attempt<T>(text: string | undefined, parse: (text: string) => T): T | null {
  try {
    return text === undefined ? null : parse(text);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
}
