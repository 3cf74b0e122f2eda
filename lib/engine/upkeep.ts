import type { Cluster } from "./cluster.ts";
import { type Candidate, isBatch, mergeWindow, type WindowLimits } from "./merge_window.ts";
import { retentionCutoff } from "./retention.ts";
import { weeksEndedBefore } from "./weekly_tables.ts";

/** So many files of batches are merged as soon as no batch has come for a while. */
const ENOUGH_BATCHES = 24;
const QUIET_MS = 5 * 60_000;
/** So many are merged though batches keep coming. */
const MANY_BATCHES = 200;
/** An ingest that comes meanwhile waits until these are merged. */
const ONE_GO = { max_files: 64, max_rows: 250_000 };

/** Merges a cluster's files of batches, some at a time, if there are enough of them and it is quiet. */
export async function compactWhenDue(cluster: Cluster, now_ms: number): Promise<void> {
  const last_ms = (cluster.report.last_batch_s ?? 0) * 1000;
  const enough = now_ms - last_ms >= QUIET_MS ? ENOUGH_BATCHES : MANY_BATCHES;
  const choose = (all: readonly Candidate[]) => {
    if (all.filter(({ file, own }) => own && isBatch(file)).length < enough) return null;
    return mergeWindow(all, { ...ONE_GO, least_files: 2, wanted: isBatch });
  };
  while (await cluster.compact(choose));
}

/**
 * Moves the weeks that ended some months ago to the archive. Files of batches that hold some of their jobs are split
 * into weeks before.
 */
export async function archiveWhenDue(
  cluster: Cluster,
  { now_ms, months }: { readonly now_ms: number; readonly months: number },
): Promise<void> {
  const before_s = retentionCutoff(now_ms, months);
  const ended = weeksEndedBefore(cluster.dataset, before_s);
  if (ended.size === 0) return;
  const limits: WindowLimits = {
    ...ONE_GO,
    least_files: 1,
    wanted: (file) => isBatch(file) && [...cluster.weeksOf(file)].some((week) => ended.has(week)),
  };
  while (await cluster.compact((all) => mergeWindow(all, limits)));
  await cluster.archive(before_s);
}
