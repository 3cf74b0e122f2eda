import type { WireJob } from "../../lib/job/batch.ts";
import { parseJobId, withoutTasks } from "../../lib/slurm/job_id.ts";
import { attempt } from "./attempt.ts";
import type { Ask, Collected } from "./collect.ts";
import { SacctError } from "./sacct.ts";

/** Ids in one call: a command line has room for so many. */
const IDS_AT_ONCE = 1000;

/** A record that stands for tasks of an array that wait: `123_[5-9]`. */
interface Block {
  readonly job: WireJob;
  readonly array: number;
  readonly tasks: string;
}

/**
 * The jobs that run, are suspended or wait at this moment, epoch seconds, with a window without length at their end, or
 * a failure. Where one record stands for the tasks of an array that wait, it is made to stand for no others: Slurm's
 * database tells tasks in it that have a record of their own since (seen in 22.05).
 */
export async function* active(ask: Ask, now: number): AsyncGenerator<Collected> {
  const window = { start: now, end: now };
  const blocks: Block[] = [];
  let jobs = 0;
  try {
    for await (const found of ask(window, "active")) {
      if ("unread" in found) {
        yield { kind: "unread", row: found.unread };
        continue;
      }
      const { job } = found;
      // Asked for a state, sacct also gives jobs that were in it and have ended in the meantime.
      if (job.End !== null && job.End !== undefined) continue;
      const block = blockOf(job);
      if (block !== null) {
        blocks.push(block);
        continue;
      }
      jobs++;
      yield { kind: "job", job };
    }
    for await (const job of stillWaiting(blocks, { ask, now })) {
      jobs++;
      yield { kind: "job", job };
    }
    yield { kind: "window", window, jobs };
  } catch (error) {
    if (!(error instanceof SacctError)) throw error;
    yield { kind: "failure", window, words: `Jobs that run or wait: ${error.message}` };
  }
}

function blockOf(job: WireJob): Block | null {
  const id = attempt(String(job.JobID), parseJobId);
  return id === null || id.pending_tasks === null ? null : { job, array: id.base, tasks: id.pending_tasks };
}

/** The blocks without tasks that have records of their own; those of which none is left are left out. */
async function* stillWaiting(
  blocks: readonly Block[],
  { ask, now }: { readonly ask: Ask; readonly now: number },
): AsyncGenerator<WireJob> {
  for (let at = 0; at < blocks.length; at += IDS_AT_ONCE) {
    const some = blocks.slice(at, at + IDS_AT_ONCE);
    const gone = new Map<string, Set<number>>();
    const ids = some.map(({ array }) => String(array));
    for await (const found of ask({ start: now, end: now }, "tasks", ids)) {
      const id = "job" in found ? attempt(String(found.job.JobID), parseJobId) : null;
      if (!("job" in found) || id === null || id.task === null) continue;
      const run = runOf(id.base, found.job);
      const tasks = gone.get(run) ?? new Set();
      gone.set(run, tasks.add(id.task));
    }
    for (const { job, array, tasks } of some) {
      const left = withoutTasks(tasks, { gone: gone.get(runOf(array, job)) ?? new Set() });
      if (left !== "") yield left === null ? job : { ...job, JobID: `${array}_[${left}]` };
    }
  }
}

/** Ids come again in the course of the years: the tasks of one array were submitted together. */
function runOf(array: number, { Submit }: WireJob): string {
  return `${array} ${Submit}`;
}
