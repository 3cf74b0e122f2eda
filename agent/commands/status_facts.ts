import { join } from "node:path";
import * as z from "zod";
import { unseal } from "../../lib/disk/sealed.ts";
import { type Spans, union } from "../spool/spans.ts";
import { wordsOf } from "../words.ts";

/** The beginning of a spool file in which its header must end. */
const HEADER_BYTES = 1024 * 1024;

/** Finished jobs, or those that run; what a crash has left half-written is neither. */
const BATCH = /\.(?:batch|active)$/;

const SPANS = z.array(z.object({ start: z.number(), end: z.number() })).default([]);
const MOMENT = z.number().nullable().default(null);
const STATE = z.object({
  destination: z.object({ api_url: z.string(), cluster: z.string() }).nullable().default(null),
  origin_s: MOMENT,
  covered: SPANS,
  verified_s: MOMENT,
  inventory_s: MOMENT,
  answered_s: MOMENT,
  knock_after_s: MOMENT,
  last_run: z.object({ began_s: z.number(), ended_s: z.number(), status: z.number() }).nullable().default(
    null,
  ),
});
const HEADER = z.object({
  kind: z.string().default("finished"),
  cluster: z.string().optional(),
  jobs: z.number().default(0),
  covers: SPANS,
  created_s: MOMENT,
  body_bytes: z.number().optional(),
  reason: z.string().nullable().default(null),
});

/** A batch that waits, or was set aside. */
export interface KeptBatch {
  readonly file: string;
  readonly kind: string;
  readonly jobs: number;
  readonly bytes: number;
  readonly created_s: number | null;
  /** Time of this cluster whose last jobs are in it; a batch of another one says nothing of that. */
  readonly covers: Spans;
  /** Why the server refused it; null if it did not. */
  readonly reason: string | null;
}

/** What state folder and spool tell; times in epoch seconds, null where there was none. */
export interface StatusFacts {
  readonly destination: { readonly api_url: string; readonly cluster: string } | null;
  /** Where the first collection of all began. */
  readonly origin_s: number | null;
  /** Time that the server has acknowledged. */
  readonly covered: Spans;
  readonly verified_s: number | null;
  readonly inventory_s: number | null;
  /** When the server last acknowledged something. */
  readonly answered_s: number | null;
  /** Before this moment the server asked not to be disturbed. */
  readonly knock_after_s: number | null;
  /** The last run that collected, and its exit status. */
  readonly last_run: { readonly began_s: number; readonly ended_s: number; readonly status: number } | null;
  readonly waiting: readonly KeptBatch[];
  readonly set_aside: readonly KeptBatch[];
  /** What cannot be read, in words. */
  readonly damaged: readonly string[];
}

/** Reads what a state folder holds; what cannot be read is told among the rest. */
export async function readFacts(folder: string): Promise<StatusFacts> {
  const damaged: string[] = [];
  const state = await stateOf(join(folder, "state.json"), damaged);
  const cluster = state.destination?.cluster ?? null;
  return {
    ...state,
    covered: union(state.covered),
    waiting: await batchesIn(join(folder, "spool"), { cluster, damaged }),
    set_aside: await batchesIn(join(folder, "set-aside"), { cluster, damaged }),
    damaged,
  };
}

async function stateOf(path: string, damaged: string[]): Promise<z.infer<typeof STATE>> {
  try {
    return STATE.parse(unseal(await Deno.readTextFile(path)));
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) throw error;
    if (!(error instanceof Deno.errors.NotFound)) {
      damaged.push(`${path}: ${error instanceof z.ZodError ? "it has another form" : wordsOf(error)}`);
    }
    return STATE.parse({});
  }
}

async function batchesIn(
  folder: string,
  { cluster, damaged }: { readonly cluster: string | null; readonly damaged: string[] },
): Promise<readonly KeptBatch[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) if (BATCH.test(name)) names.push(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const batches: KeptBatch[] = [];
  for (const name of names.sort()) {
    const path = join(folder, name);
    try {
      batches.push(await batchAt(path, { file: name, cluster }));
    } catch (error) {
      // A run that is at work may have sent it meanwhile.
      if (error instanceof Deno.errors.NotFound) continue;
      damaged.push(
        `${path}: ${error instanceof z.ZodError ? "its header has another form" : wordsOf(error)}`,
      );
    }
  }
  return batches;
}

async function batchAt(
  path: string,
  { file, cluster }: { readonly file: string; readonly cluster: string | null },
): Promise<KeptBatch> {
  using opened = await Deno.open(path);
  const { size } = await opened.stat();
  const line = await firstLine(opened);
  if (line === null) throw new Error("it ends inside its header");
  const { body_bytes, reason, cluster: of = cluster, ...rest } = HEADER.parse(
    unseal(new TextDecoder().decode(line)),
  );
  const end = line.length;
  if (body_bytes !== undefined && size !== end + 1 + body_bytes) {
    throw new Error("it is torn: bytes are missing");
  }
  return { ...rest, covers: of === cluster ? union(rest.covers) : [], reason, file, bytes: size };
}

/** The bytes before the first newline; null if there is none where a header would end. */
async function firstLine(file: Deno.FsFile): Promise<Uint8Array | null> {
  let line = new Uint8Array();
  while (line.length < HEADER_BYTES) {
    const chunk = new Uint8Array(4096);
    const length = await file.read(chunk);
    if (length === null) return null;
    const end = chunk.subarray(0, length).indexOf(10);
    const part = chunk.subarray(0, end === -1 ? length : end);
    const longer = new Uint8Array(line.length + part.length);
    longer.set(line);
    longer.set(part, line.length);
    line = longer;
    if (end !== -1) return line;
  }
  return null;
}
