/** A batch as a file: a line of JSON that is sealed and tells what follows, then the body as it is posted, compressed. */
import { createHash } from "node:crypto";
import * as z from "zod";
import { seal, unseal } from "../../lib/disk/sealed.ts";

const COUNT = z.number().int().min(0);
const SHA256 = z.string().regex(/^[0-9a-f]{64}$/);

const HEADER = z.object({
  version: z.literal(1),
  /** Idempotency-Key. */
  key: z.string().min(1),
  kind: z.enum(["finished", "active"]),
  cluster: z.string(),
  /** Whether pseudonyms stand for users in it, and whether it may hold names of jobs. */
  pseudonyms: z.boolean(),
  job_names: z.boolean(),
  /** Jobs in the body. */
  jobs: COUNT,
  /** Rows in the body, or counted there, that could not be read as jobs. */
  unread: COUNT,
  /** Time of which the last jobs are in this batch. */
  covers: z.array(z.object({ start: z.number().int(), end: z.number().int() })),
  /** Number of the first batch that holds jobs of that time. */
  first: COUNT,
  /** When sacct was asked, epoch seconds; 0 if it may have hidden jobs, so that it is to be asked again. */
  read_s: z.number().int(),
  created_s: z.number().int(),
  /** Why the server refused it, if it did. */
  reason: z.string().nullable(),
  body_bytes: COUNT,
  sha256: SHA256,
});

/** What a batch's file says about it. */
export type Header = Readonly<z.infer<typeof HEADER>>;

/** A batch that waits. */
export interface Held {
  readonly path: string;
  /** Its number; of a part of a batch that of the batch. */
  readonly sequence: number;
  readonly header: Header;
  /** Bytes of its file. */
  readonly bytes: number;
}

/** What a batch is written from; the rest of its header is worked out. */
export type HeaderParts = Omit<Header, "version" | "body_bytes" | "sha256">;

/** Names of batches' files, and in them the batch's number. */
export const BATCH_NAME = /^(\d{12})(?:\.\d+-\d+)?\.(?:batch|active)$/;

/** Name of the file of a batch, or of some of its jobs: from one, counted from 0, up to another, not included. */
export function batchName(sequence: number, part?: { readonly from: number; readonly to: number }): string {
  return `${padded(sequence)}${part ? `.${part.from}-${part.to}` : ""}.batch`;
}

/** Name of the file of a batch of jobs that run and wait. */
export function activeName(sequence: number): string {
  return `${padded(sequence)}.active`;
}

function padded(sequence: number): string {
  return String(sequence).padStart(12, "0");
}

/** A header is short; a file without the end of a line in its first bytes is no batch. */
const HEADER_BYTES = 1024 * 1024;
const PIECE_BYTES = 4096;
const NEWLINE = 0x0a;

/** A batch's file is not what was written. */
export class DamagedBatchError extends Error {
  override readonly name = "DamagedBatchError";
}

/** The bytes of a batch's file, of its parts and its compressed body. */
export function encodeBatch(parts: HeaderParts, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const header: Header = { ...parts, version: 1, body_bytes: body.length, sha256: sha256(body) };
  const line = new TextEncoder().encode(seal(header) + "\n");
  const bytes = new Uint8Array(line.length + body.length);
  bytes.set(line);
  bytes.set(body, line.length);
  return bytes;
}

/**
 * The header of a batch's file, and how many bytes the file has.
 *
 * @throws {DamagedBatchError} if the header is not what was written, or the body has another length
 */
export async function readHeader(path: string): Promise<{ readonly header: Header; readonly bytes: number }> {
  using file = await Deno.open(path, { read: true });
  const { size } = await file.stat();
  const beginning = new Uint8Array(Math.min(size, HEADER_BYTES));
  for (let length = 0; length < beginning.length;) {
    const read = await file.read(beginning.subarray(length, length + PIECE_BYTES));
    if (read === null || beginning.subarray(length, length + read).includes(NEWLINE)) break;
    length += read;
  }
  const { header, body_at } = parse(beginning);
  if (body_at + header.body_bytes !== size) throw new DamagedBatchError(`${path} is cut short`);
  return { header, bytes: size };
}

/**
 * The compressed body of a batch's file.
 *
 * @throws {DamagedBatchError} if it is not what was written
 */
export async function readBody(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await Deno.readFile(path);
  const { header, body_at } = parse(bytes);
  const body = bytes.subarray(body_at);
  if (body.length === header.body_bytes && sha256(body) === header.sha256) return body;
  throw new DamagedBatchError(`${path} is damaged`);
}

function parse(bytes: Uint8Array): { readonly header: Header; readonly body_at: number } {
  const end = bytes.indexOf(NEWLINE);
  if (end === -1) throw new DamagedBatchError("the file has no header");
  const line = new TextDecoder().decode(bytes.subarray(0, end));
  try {
    if (!line.includes('"digest":')) throw new SyntaxError("it is not sealed");
    return { header: HEADER.parse(unseal(line)), body_at: end + 1 };
  } catch (cause) {
    throw new DamagedBatchError("the header is damaged", { cause });
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Bytes compressed as a request's body is. */
export async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The text of a compressed body. */
export async function gunzipped(body: Uint8Array<ArrayBuffer>): Promise<string> {
  const stream = new Blob([body]).stream().pipeThrough(new DecompressionStream("gzip"));
  return await new Response(stream).text();
}
