import type { Batch, UnreadRow, WireJob } from "../../lib/job/batch.ts";
import type { Collected } from "../slurm/collect.ts";
import { type Unstored, withGap } from "../sending/send.ts";
import { AGENT } from "../version.ts";

/** Jobs in one request at most. */
const JOBS = 5000;
/** Unread rows shown in one request at most; the rest is counted. */
const UNREAD_ROWS = 100;
/** Unread rows remembered, so that a row in several windows counts once. */
const ROWS_REMEMBERED = 10_000;

/** What became of a collection. */
export interface Delivered extends Unstored {
  /** Jobs collected. */
  readonly jobs: number;
  readonly unread: number;
  /** What could not be collected, in words. */
  readonly failures: readonly string[];
}

/**
 * Packs what is collected into batches and hands each on before the next is begun, so that memory holds one. The last is
 * sent in any case: it says how far the accounting was seen without a gap, and if it is empty it still tests the way.
 * After a batch that was refused, none says so.
 */
export async function deliver(
  collected: AsyncIterable<Collected>,
  { hostname, collected_from, send }: {
    readonly hostname: string;
    /** Epoch seconds where the collection begins. */
    readonly collected_from: number;
    readonly send: (batch: Batch) => Promise<Unstored>;
  },
): Promise<Delivered> {
  const failures: string[] = [];
  const total = { jobs: 0, unread: 0, rejected_jobs: 0, refused_batches: 0, refused_jobs: 0 };
  let collected_until = collected_from;
  let jobs: WireJob[] = [];
  let unread: UnreadRow[] = [];
  const seen = new Set<string>();

  async function flush(): Promise<void> {
    const batch = { hostname, agent: AGENT, collected_until, jobs, unread: shortened(unread) };
    const unstored = await send(total.refused_batches === 0 ? batch : withGap(batch));
    total.jobs += jobs.length;
    total.rejected_jobs += unstored.rejected_jobs;
    total.refused_batches += unstored.refused_batches;
    total.refused_jobs += unstored.refused_jobs;
    jobs = [];
    unread = [];
  }

  for await (const found of collected) {
    if (found.kind === "job") {
      if (jobs.length === JOBS) await flush();
      jobs.push(found.job);
    } else if (found.kind === "unread") {
      if (seen.has(found.row.line)) continue;
      if (seen.size < ROWS_REMEMBERED) seen.add(found.row.line);
      total.unread++;
      unread.push(found.row);
    } else if (found.kind === "failure") {
      failures.push(found.words);
    } else if (failures.length === 0) {
      collected_until = found.window.end;
    }
  }
  await flush();
  return { ...total, failures };
}

function shortened(rows: readonly UnreadRow[]): readonly UnreadRow[] {
  if (rows.length <= UNREAD_ROWS) return rows;
  const left_out = { line: "", reason: `${rows.length - UNREAD_ROWS} more rows could not be read` };
  return [...rows.slice(0, UNREAD_ROWS), left_out];
}
