import { createHash } from "node:crypto";
import { z } from "zod";
import type { Rejected } from "../job/columns.ts";
import { rowDigest } from "../job/row_digest.ts";
import { type JobTable, pickRows } from "../job/table.ts";
import { cut, tableReader } from "../job/table_reader.ts";
import { encodeSegment, type SegmentMeta } from "../store/segment.ts";
import { type BatchText, batchText } from "./batch_text.ts";
import { decoded, type RawBody } from "./body.ts";
import { Problem } from "./problem.ts";

/** Most rows a sender may report as unread. */
const MAX_UNREAD = 1000;
/** Most rows of which it may tell the digest only. */
const MAX_DIGESTS = 10_000;

const envelope = z.object({
  hostname: z.string(),
  jobs: z.custom<readonly unknown[]>((value) => Array.isArray(value), "must be a list of jobs"),
  agent: z.string().max(200).optional(),
  collected_until: z.number().int().min(0).max(2 ** 32).optional(),
  unread: z.array(z.object({ line: z.string(), reason: z.string() })).max(MAX_UNREAD).optional(),
  unread_count: z.number().int().min(0).max(2 ** 32).optional(),
  unread_digests: z.array(z.string().regex(/^[0-9a-f]{8,64}$/, "must be hexadecimal digits"))
    .max(MAX_DIGESTS).optional(),
});

/** What a batch says of itself. */
export interface BatchHead {
  readonly hostname: string;
  /** How many records its list of jobs has. */
  readonly count: number;
  readonly agent: string | null;
  readonly collected_until_s: number | null;
  /** What the sender could not read as jobs, or some of it, and how much there is. */
  readonly unread: readonly { readonly reason: string; readonly digest: string }[];
  readonly unread_count: number;
  /** Digests of the others. */
  readonly unread_digests: readonly string[];
  /** SHA-256 of the decompressed body, if it was asked for. */
  readonly digest: string | null;
}

/** The jobs of a batch. */
export interface BatchJobs {
  readonly table: JobTable;
  /** The first of the records that are no jobs, and how many there are. */
  readonly rejected: readonly Rejected[];
  readonly rejected_count: number;
}

/** What to look at in a body. */
export interface BodyToOpen extends RawBody {
  readonly max_bytes: number;
  readonly with_digest: boolean;
}

/** The steps of a batch from its body to the bytes of its file, one after the other, here or in another thread. */
export interface BatchSteps {
  /** @throws {Problem} 400, 413 or 422, with the reason */
  readonly open: (body: BodyToOpen) => Promise<BatchHead>;
  /** Reads the jobs; times without an offset are read in `zone`. */
  readonly read: (zone: string) => BatchJobs | Promise<BatchJobs>;
  /** The rows at these places of the table as the bytes of a file. */
  readonly encode: (rows: Uint32Array, meta: SegmentMeta) => Uint8Array | Promise<Uint8Array>;
}

/** The steps of a batch in this thread. */
export class BatchReader implements BatchSteps {
  #text: BatchText | null = null;
  #table: JobTable | null = null;

  async open({ max_bytes, with_digest, ...raw }: BodyToOpen): Promise<BatchHead> {
    this.#table = null;
    const body = await decoded(raw, max_bytes);
    const text = batchText(body);
    const parsed = envelope.safeParse(text.envelope);
    if (!parsed.success) throw new Problem(422, shapeProblem(parsed.error));
    this.#text = text;
    const { hostname, agent, collected_until, unread = [], unread_count = 0, unread_digests = [] } =
      parsed.data;
    return {
      hostname,
      count: text.count,
      agent: agent ?? null,
      collected_until_s: collected_until ?? null,
      unread: unread.map((row) => ({ reason: cut(`${row.reason}: ${row.line}`), digest: rowDigest(row) })),
      unread_count: Math.max(unread.length + unread_digests.length, unread_count),
      unread_digests,
      digest: with_digest ? createHash("sha256").update(body).digest("hex") : null,
    };
  }

  read(zone: string): BatchJobs {
    if (this.#text === null) throw new TypeError("No batch is open");
    const text = this.#text;
    this.#text = null;
    const reader = tableReader({ zone, capacity: text.count });
    for (const jobs of text.jobs()) jobs.forEach(reader.read);
    this.#table = reader.table;
    return { table: reader.table, rejected: reader.rejected, rejected_count: reader.rejected_count };
  }

  encode(rows: Uint32Array, meta: SegmentMeta): Uint8Array {
    if (this.#table === null) throw new TypeError("No batch was read");
    const picked = pickRows(this.#table, rows);
    // It was the last step: the thread need not hold the table until the next batch.
    this.#table = null;
    return encodeSegment(picked, meta);
  }
}

function shapeProblem(error: z.ZodError): string {
  return error.issues.map(({ path, message }) =>
    `${path.length === 0 ? "The body" : path.join(".")}: ${message}`
  ).join("; ");
}
