/** What is remembered of a cluster's reports beside its jobs: `{root}/{cluster}/report.json`. */
import { join } from "node:path";
import { z } from "zod";
import { rowDigest } from "../job/row_digest.ts";
import { type DiskOptions, makeFolder, writeDurably } from "../disk/durable.ts";
import { MACHINE } from "../disk/file_system.ts";
import { setAsideFile } from "./folder.ts";
import { seal, unseal } from "../disk/sealed.ts";

/** How many of the newest rejected rows are kept. */
const KEPT_REJECTED = 100;
/** How many of them are known again when they are told once more: those told last. */
const KEPT_DIGESTS = 10_000;

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
  /** Digests of the rejected rows, those told last first. */
  known_rejected: z.array(z.string()).default([]),
}).strict();

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
  readonly examples: readonly RejectedRow[];
  /** Digests of others of them. */
  readonly digests?: readonly string[];
}

interface RejectedRow {
  readonly job_id: string | null;
  readonly reason: string;
  /** What it is known by; without, its id and reason. */
  readonly digest?: string;
}

/**
 * The report with one more batch noted. A row that is known is told again, as an agent does that reads the newest days
 * anew each time: it becomes the newest and is not counted once more. Of rows that are only counted, the same share is
 * taken for known as of those that are told or come with their digest.
 */
export function noteBatch(report: ClusterReport, note: BatchNote): ClusterReport {
  const told = new Map(note.examples.slice(0, KEPT_REJECTED).map((row) => [keyOf(row), row]));
  const named = new Set([...note.examples.map(digestOf), ...note.digests ?? []]);
  const known = new Set(report.known_rejected);
  const unknown = [...named].filter((digest) => !known.has(digest)).length;
  const share = named.size === 0 ? 1 : unknown / named.size;
  const fresh = [...told.values()].map(({ job_id, reason }) => ({ at_s: note.at_s, job_id, reason }))
    .reverse();
  const others = report.recent_rejected.filter((row) => !told.has(keyOf(row)));
  const until = [report.collected_until_s, note.collected_until_s].filter((time) => time !== null);
  return {
    batches: report.batches + 1,
    last_batch_s: note.at_s,
    // A sender's clock that runs ahead must not make the future look reported.
    collected_until_s: until.length === 0 ? null : Math.min(note.at_s, Math.max(...until)),
    agent: note.agent ?? report.agent,
    rejected: report.rejected + Math.round(note.rejected * share),
    recent_rejected: [...fresh, ...others].slice(0, KEPT_REJECTED),
    known_rejected: named.size === 0
      ? report.known_rejected
      : [...named, ...report.known_rejected.filter((digest) => !named.has(digest))].slice(0, KEPT_DIGESTS),
  };
}

function digestOf({ job_id, reason, digest }: RejectedRow): string {
  return digest ?? rowDigest({ line: job_id ?? "", reason });
}

function keyOf({ job_id, reason }: { readonly job_id: string | null; readonly reason: string }): string {
  return JSON.stringify([job_id, reason]);
}

/** A cluster's report is damaged. */
export class ReportError extends Error {
  override readonly name = "ReportError";
}

/**
 * Reads a cluster's report; an empty one if there is none.
 *
 * @throws {ReportError} if its content is not what was written
 */
export async function readReport(root: string, cluster: string): Promise<ClusterReport> {
  let text: string;
  try {
    text = await Deno.readTextFile(reportPath(root, cluster));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return EMPTY_REPORT;
    throw error;
  }
  try {
    return reportSchema.parse(unseal(text));
  } catch (error) {
    throw new ReportError(error instanceof SyntaxError ? error.message : "it is no report", { cause: error });
  }
}

/** Writes a cluster's report durably. */
export async function writeReport(
  root: string,
  cluster: string,
  { report, disk = MACHINE }: DiskOptions & { readonly report: ClusterReport },
): Promise<void> {
  await makeFolder(join(root, cluster), { disk });
  const bytes = new TextEncoder().encode(seal(report));
  await writeDurably(reportPath(root, cluster), bytes, { disk });
}

/** Moves a damaged report into the cluster's `set-aside`. */
export function setReportAside(
  root: string,
  cluster: string,
  { disk = MACHINE }: DiskOptions = {},
): Promise<void> {
  return setAsideFile(root, { cluster, path: reportPath(root, cluster), disk });
}

function reportPath(root: string, cluster: string): string {
  return join(root, cluster, "report.json");
}
