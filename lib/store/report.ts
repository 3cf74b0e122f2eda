/** What is remembered of a cluster's reports beside its jobs: `{root}/{cluster}/report.json`. */
import { join } from "node:path";
import { z } from "zod";
import { makeFolder, writeDurably } from "./disk.ts";

/** How many of the newest rejected rows are kept. */
const KEPT_REJECTED = 100;

const reportSchema = z.object({
  batches: z.number().default(0),
  last_batch_s: z.number().nullable().default(null),
  /** Up to when the sender had seen the accounting, as it said itself. */
  collected_until_s: z.number().nullable().default(null),
  agent: z.string().nullable().default(null),
  rejected: z.number().default(0),
  recent_rejected: z.array(z.object({
    at_s: z.number(),
    job_id: z.string().nullable(),
    reason: z.string(),
  })).default([]),
});

/** A cluster's report; times in epoch seconds. */
export type ClusterReport = Readonly<z.infer<typeof reportSchema>>;

export const EMPTY_REPORT: ClusterReport = reportSchema.parse({});

/** One batch as the report sees it. */
export interface BatchNote {
  readonly at_s: number;
  readonly agent: string | null;
  readonly collected_until_s: number | null;
  readonly rejected: number;
  /** Some of the rejected rows. */
  readonly examples: readonly { readonly job_id: string | null; readonly reason: string }[];
}

/** The report with one more batch noted. */
export function noteBatch(report: ClusterReport, note: BatchNote): ClusterReport {
  const fresh = note.examples.slice(0, KEPT_REJECTED)
    .map(({ job_id, reason }) => ({ at_s: note.at_s, job_id, reason })).reverse();
  const until = [report.collected_until_s, note.collected_until_s].filter((time) => time !== null);
  return {
    batches: report.batches + 1,
    last_batch_s: note.at_s,
    // A sender's clock that runs ahead must not make the future look reported.
    collected_until_s: until.length === 0 ? null : Math.min(note.at_s, Math.max(...until)),
    agent: note.agent ?? report.agent,
    rejected: report.rejected + note.rejected,
    recent_rejected: [...fresh, ...report.recent_rejected].slice(0, KEPT_REJECTED),
  };
}

/** Reads a cluster's report; an empty one if there is none or it cannot be read, since its loss loses no job. */
export async function readReport(root: string, cluster: string): Promise<ClusterReport> {
  try {
    return reportSchema.parse(JSON.parse(await Deno.readTextFile(join(root, cluster, "report.json"))));
  } catch {
    return EMPTY_REPORT;
  }
}

/** Writes a cluster's report durably. */
export async function writeReport(root: string, cluster: string, report: ClusterReport): Promise<void> {
  await makeFolder(join(root, cluster));
  await writeDurably(join(root, cluster, "report.json"), new TextEncoder().encode(JSON.stringify(report)));
}
