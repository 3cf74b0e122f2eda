import type { Asked, Data } from "../query/data.ts";
import { eachWeek } from "../query/matching.ts";
import { rangeOf } from "../query/range.ts";
import { type ExportFormat, type ExportName, EXPORTS } from "../view/exports.ts";
import { type Filters, formatFilters } from "../view/filters.ts";
import { apiFilters } from "./dashboard.ts";
import { tableLines, tableParquet } from "./export_table.ts";
import { TABLES } from "./export_tables.ts";
import { inWords } from "./in_words.ts";
import { jobLines } from "./job_lines.ts";
import { jobParquet } from "./job_parquet.ts";
import { Problem } from "./problem.ts";

/** A question, as the address of an export puts it. */
export interface ExportQuestion extends Asked {
  readonly data: Data;
  readonly params: URLSearchParams;
  /** Most rows of a file; null for any number. */
  readonly max_rows: number | null;
  /** Aborted when whoever asks goes away; the work then ends. */
  readonly signal?: AbortSignal;
}

interface Question extends ExportQuestion {
  readonly filters: Filters;
}

const TYPES = {
  csv: "text/csv; charset=utf-8",
  jsonl: "application/jsonl; charset=utf-8",
  parquet: "application/vnd.apache.parquet",
} as const satisfies Readonly<Record<ExportFormat, string>>;

/** A file in pieces. */
type Pieces = Iterator<string | Uint8Array> | AsyncIterator<string | Uint8Array>;

/** Names of all files that can be had. */
const NAMES: readonly string[] = EXPORTS.flatMap(({ name, formats }) =>
  formats.map((format) => `${name}.${format}`)
);

/**
 * A file of the same query as the page that links to it, streamed.
 *
 * @throws {Problem} 404 for an unknown name, 413 for too many rows, and as {@link apiFilters}
 */
export async function exportFile(name: string, asked: ExportQuestion): Promise<Response> {
  if (!NAMES.includes(name)) {
    throw new Problem(404, `There is no export ${JSON.stringify(name)}; there is ${NAMES.join(", ")}`);
  }
  const dot = name.lastIndexOf(".");
  const [what, format] = [name.slice(0, dot) as ExportName, name.slice(dot + 1) as ExportFormat];
  const question = { ...asked, filters: apiFilters(asked.data, asked.params), breathe: breathing(asked) };
  const pieces = await inWords(() => piecesOf(what, format, question));
  // What cannot be answered shows with the first piece, while it can still be said in words.
  const first = await pieces.next();
  return new Response(bodyOf(pieces, first), {
    headers: {
      "content-type": TYPES[format],
      "content-disposition": `attachment; filename="${fileName(what, format, question)}"`,
      "cache-control": "private, max-age=0",
    },
  });
}

/** Breaks of the work, which ends at the next of them when nobody waits for it any more. */
function breathing({ signal, breathe }: ExportQuestion): () => Promise<void> | undefined {
  return () => {
    if (signal?.aborted) throw new Problem(503, "Whoever asked did not wait for the answer");
    return breathe?.();
  };
}

async function piecesOf(what: ExportName, format: ExportFormat, question: Question): Promise<Pieces> {
  const { data, filters, max_rows } = question;
  if (what !== "jobs") {
    const table = await TABLES[what].table(question);
    assertFew(table.length, max_rows);
    return format === "csv" ? tableLines(table) : tableParquet(table, {
      name: what,
      notes: notesOf(question),
    });
  }
  if (max_rows !== null) {
    let rows = 0;
    for await (const { count } of eachWeek(data, filters, question)) rows += count;
    assertFew(rows, max_rows);
  }
  return format === "parquet"
    ? jobParquet(data, filters, { ...question, notes: notesOf(question) })
    : jobLines(data, filters, { ...question, as: format });
}

function assertFew(rows: number, max_rows: number | null): void {
  if (max_rows === null || rows <= max_rows) return;
  throw new Problem(
    413,
    `The file would have ${rows} rows but at most ${max_rows} are exported: choose fewer days or filter by more`,
    { rows, max_rows },
  );
}

function bodyOf(pieces: Pieces, first: IteratorResult<string | Uint8Array>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let piece = first;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (piece.done) return controller.close();
      controller.enqueue(typeof piece.value === "string" ? encoder.encode(piece.value) : piece.value);
      piece = await pieces.next();
      if (piece.done) controller.close();
    },
    async cancel() {
      await pieces.return?.();
    },
  });
}

/** What a Parquet file says of where its rows come from. */
function notesOf({ data, filters, now_s }: Question): Readonly<Record<string, string>> {
  const { tz, from, to } = rangeOf(data, filters, now_s);
  return {
    query: formatFilters(filters),
    range: `${from} to ${to} (${tz})`,
    made: new Date(now_s * 1000).toISOString(),
  };
}

/** `jobs_alpha_2026-01-01_2026-01-31.csv`, `usage_cpu-hours_by_account_all_…`: what it is, of which cluster, of which days. */
function fileName(what: ExportName, format: ExportFormat, question: Question): string {
  const { data, filters, now_s } = question;
  const { from, to } = rangeOf(data, filters, now_s);
  const cluster = filters.only.cluster.length === 1 ? filters.only.cluster[0] : "all";
  const about = what === "jobs" ? [] : TABLES[what].about(question);
  return `${[what, ...about, cluster, from, to].join("_")}.${format}`;
}
