import { JOB_COLUMNS } from "../job/columns.ts";
import type { Data } from "../query/data.ts";
import { eachJob } from "../query/jobs.ts";
import { rangeOf } from "../query/range.ts";
import { ranking } from "../query/ranking.ts";
import { csvLine, type CsvValue } from "../view/csv.ts";
import type { Filters } from "../view/filters.ts";
import { type MeasureName, measureOf } from "../view/measures.ts";
import { apiFilters, seriesAnswer } from "./dashboard.ts";
import { plainJob } from "./filter.ts";
import { Problem } from "./problem.ts";

/** Lines of a chunk of the answer: enough to be fast, few enough to leave room for other requests. */
const CHUNK_LINES = 500;

const UNITS: Readonly<Record<string, string>> = {
  seconds: " (s)",
  minutes: " (min)",
  hours: " (h)",
  bytes: " (bytes)",
};

/** The measures of the usage table beside the one asked for. */
const TABLE: readonly MeasureName[] = ["cpu-hours", "gpu-hours", "node-hours", "jobs-ended", "wait-p50"];

type Lines = (data: Data, params: URLSearchParams, now_s: number) => Iterable<readonly CsvValue[]>;

const EXPORTS: Readonly<Record<string, Lines>> = {
  "jobs.csv": jobLines,
  "series.csv": seriesLines,
  "usage.csv": usageLines,
};

/**
 * A CSV file of the same query as the page that links to it, streamed.
 *
 * @throws {Problem} 404 for an unknown name, and as {@link apiFilters}
 */
export function exportCsv(
  name: string,
  { data, params, now_s }: { readonly data: Data; readonly params: URLSearchParams; readonly now_s: number },
): Response {
  if (!Object.hasOwn(EXPORTS, name)) {
    throw new Problem(
      404,
      `There is no export ${JSON.stringify(name)}; there is ${Object.keys(EXPORTS).join(", ")}`,
    );
  }
  const filters = apiFilters(data, params);
  const lines = EXPORTS[name](data, params, now_s)[Symbol.iterator]();
  // What cannot be answered shows with the first line, while it can still be said in words.
  const head = lines.next();
  let text = head.done ? "" : csvLine(head.value);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      for (let line = 0; line < CHUNK_LINES; line++) {
        const next = lines.next();
        if (next.done) {
          if (text !== "") controller.enqueue(encoder.encode(text));
          controller.close();
          return;
        }
        text += csvLine(next.value);
      }
      controller.enqueue(encoder.encode(text));
      text = "";
    },
  });
  return new Response(body, {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${fileName(name, { data, filters, now_s })}"`,
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

function* jobLines(data: Data, params: URLSearchParams, now_s: number): Generator<readonly CsvValue[]> {
  const columns = ["Cluster", ...JOB_COLUMNS.map(({ name }) => name)];
  yield ["Cluster", ...JOB_COLUMNS.map(({ name, type }) => name + (UNITS[type] ?? ""))];
  for (const row of eachJob(data, apiFilters(data, params), { now_s })) {
    const plain = plainJob(row);
    yield columns.map((name) => plain[name]);
  }
}

function* seriesLines(data: Data, params: URLSearchParams, now_s: number): Generator<readonly CsvValue[]> {
  const answer = seriesAnswer(data, params, now_s);
  const by = params.get("by") ?? "none";
  const value = answer.unit === "" ? answer.measure : `${answer.measure} (${answer.unit})`;
  yield by === "none" ? ["start", value] : ["start", by, value];
  for (const { key, values, others } of answer.series) {
    const label = others === undefined ? key : `the other ${others}`;
    for (const [bucket, start] of answer.buckets.entries()) {
      yield by === "none" ? [start, values[bucket]] : [start, label, values[bucket]];
    }
  }
}

function* usageLines(data: Data, params: URLSearchParams, now_s: number): Generator<readonly CsvValue[]> {
  const filters = apiFilters(data, params);
  const by = filters.by ?? "account";
  const measures = [...new Set([filters.measure ?? "cpu-hours", ...TABLE])];
  yield [
    by,
    ...measures.map((name) => measureOf(name).unit === "" ? name : `${name} (${measureOf(name).unit})`),
  ];
  const { rows } = ranking(data, filters, { now_s, by, measures });
  for (const { key, values } of rows) yield [key, ...measures.map((name) => values[name] ?? null)];
}
