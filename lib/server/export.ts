import type { Asked, Data } from "../query/data.ts";
import { rangeOf } from "../query/range.ts";
import { ranking } from "../query/ranking.ts";
import { csvLine } from "../view/csv.ts";
import type { Filters } from "../view/filters.ts";
import { type MeasureName, measureOf } from "../view/measures.ts";
import { apiFilters, seriesAnswer } from "./dashboard.ts";
import { jobLines } from "./job_lines.ts";
import { Problem } from "./problem.ts";

/** The measures of the usage table beside the one asked for. */
const TABLE: readonly MeasureName[] = ["cpu-hours", "gpu-hours", "node-hours", "jobs-ended", "wait-p50"];

/** A question, as the address of an export puts it. */
interface Question extends Asked {
  readonly data: Data;
  readonly params: URLSearchParams;
}

/** A file, as text or its bytes, in chunks of lines, the head first. */
type Lines = (question: Question) => AsyncGenerator<string | Uint8Array<ArrayBuffer>>;

const EXPORTS: Readonly<Record<string, Lines>> = {
  "jobs.csv": ({ data, params, ...asked }) => jobLines(data, apiFilters(data, params), asked),
  "series.csv": seriesLines,
  "usage.csv": usageLines,
};

/**
 * A CSV file of the same query as the page that links to it, streamed.
 *
 * @throws {Problem} 404 for an unknown name, and as {@link apiFilters}
 */
export async function exportCsv(name: string, question: Question): Promise<Response> {
  if (!Object.hasOwn(EXPORTS, name)) {
    throw new Problem(
      404,
      `There is no export ${JSON.stringify(name)}; there is ${Object.keys(EXPORTS).join(", ")}`,
    );
  }
  const filters = apiFilters(question.data, question.params);
  const chunks = EXPORTS[name](question);
  // What cannot be answered shows with the first line, while it can still be said in words.
  const head = await chunks.next();
  let chunk = head.done ? null : head.value;
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (chunk === null) return controller.close();
      controller.enqueue(typeof chunk === "string" ? encoder.encode(chunk) : chunk);
      const next = await chunks.next();
      chunk = next.done ? null : next.value;
      if (chunk === null) controller.close();
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
  return new Response(body, {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${fileName(name, { ...question, filters })}"`,
      "cache-control": "private, max-age=0",
    },
  });
}

/** `jobs_alpha_2026-01-01_2026-01-31.csv`, `usage_cpu-hours_by_account_all_…`: what it is, of which cluster, of which days. */
function fileName(
  name: string,
  { data, filters, now_s }: { readonly data: Data; readonly filters: Filters; readonly now_s: number },
): string {
  const { from, to } = rangeOf(data, filters, now_s);
  const clusters = filters.only.cluster.length === 1 ? filters.only.cluster[0] : "all";
  const what = name === "jobs.csv"
    ? "jobs"
    : [name.replace(".csv", ""), filters.measure ?? "cpu-hours", ...split(filters)].join("_");
  return `${what}_${clusters}_${from}_${to}.csv`;
}

function split({ by }: Filters): readonly string[] {
  return by === null || by === "none" ? [] : ["by", by];
}

async function* seriesLines({ data, params, ...asked }: Question): AsyncGenerator<string> {
  const answer = await seriesAnswer(data, params, asked);
  const by = params.get("by") ?? "none";
  const value = answer.unit === "" ? answer.measure : `${answer.measure} (${answer.unit})`;
  yield csvLine(by === "none" ? ["start", value] : ["start", by, value]);
  for (const { key, values, others } of answer.series) {
    const label = others === undefined ? key : `the other ${others}`;
    yield answer.buckets.map((start, bucket) =>
      csvLine(by === "none" ? [start, values[bucket]] : [start, label, values[bucket]])
    ).join("");
  }
}

async function* usageLines({ data, params, ...asked }: Question): AsyncGenerator<string> {
  const filters = apiFilters(data, params);
  const by = filters.by ?? "account";
  const measures = [...new Set([filters.measure ?? "cpu-hours", ...TABLE])];
  yield csvLine([
    by,
    ...measures.map((name) => measureOf(name).unit === "" ? name : `${name} (${measureOf(name).unit})`),
  ]);
  const { rows } = await ranking(data, filters, { ...asked, by, measures });
  for (const { key, values } of rows) {
    yield csvLine([key, ...measures.map((name) => values[name] ?? null)]);
  }
}
