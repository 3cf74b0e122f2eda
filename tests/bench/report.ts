/** The bench's findings as text that is Markdown as well. */
import { CASES, type Contestant } from "./cases.ts";
import type { Result } from "./run.ts";

/** Most milliseconds of a page, by case and by label of the trace. */
const PAGE_TARGETS_MS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "all time, by month": { "1 M": 30, "10 M": 150, "10 M without arrays": 400 },
  "one year": { "10 M": 80 },
  "90 days, by day": { "10 M": 30 },
  "one account": { "10 M": 35 },
};
const RATIO_TARGETS: Readonly<Partial<Record<Contestant, string>>> = { memory: "20×", parquet: "60×" };

interface Line {
  readonly what: string;
  readonly value: (result: Result) => number | undefined;
  readonly unit: string;
  readonly target: string;
}

const LINES: readonly Line[] = [
  line(
    "file bytes per job, 33 of 39 columns filled",
    "B",
    ({ prepared }) => prepared.file_bytes / prepared.jobs,
    "≤ 14 (15 columns)",
  ),
  line("made", "M rows/s", ({ prepared }) => prepared.made_rows_per_s / 1e6),
  line("write Parquet", "M rows/s", ({ prepared }) => prepared.encoded_rows_per_s / 1e6, "≥ 2"),
  line(
    "read Parquet",
    "M rows/s",
    (result) => scaled(result.found.naive?.facts.decoded_rows_per_s, 1e6),
    "≥ 3",
  ),
  line("memory per job, process", "B", fact("rss_bytes_per_job"), "≤ 18 at 10 M"),
  line("memory per job, arrays", "B", fact("array_bytes_per_job")),
  line("memory per job, objects", "B", fact("heap_bytes_per_job")),
  line("memory per job, whole process after pages", "B", fact("rss_bytes_per_job_after_pages")),
  line("cold start", "s", fact("cold_start_s"), "≤ 4 at 10 M"),
  line("cold start, peak memory", "MB", fact("cold_start_peak_bytes", 1e6)),
  line("one changed week taken up", "ms", fact("change_ms"), "≤ 40"),
  line("batch of 1 job, to the answer", "ms", timing("small batch")),
  line("batch of 100,000 jobs, to the answer", "s", fact("ingest_s"), "≤ 0.5"),
  line("  its body", "MB", fact("ingest_body_bytes", 1e6), "32 (15 columns)"),
  line("  peak memory of the process", "MB", fact("ingest_peak_bytes", 1e6), "≤ 220"),
  line("jobs page, newest first", "ms", timing("jobs page")),
  line("jobs page, jobs 10,000 to 10,100", "ms", fact("jobs page at 10,000: ms")),
  line("jobs page by the median column", "ms", fact("jobs page, median column: ms")),
  line("jobs page by the slowest column", "ms", fact("jobs page, slowest column: ms")),
  line("jobs page by JobID", "ms", fact("jobs page by jobid: ms")),
  line("jobs page by JobName", "ms", fact("jobs page by jobname: ms")),
  line("jobs page by NodeList", "ms", fact("jobs page by nodelist: ms")),
  line("search by id", "ms", timing("search by id")),
  line("search by name", "ms", timing("search by name")),
  line("search by user", "ms", timing("search by user")),
  line("CSV export", "k rows/s", fact("export_rows_per_s", 1e3)),
  line("  first bytes after", "ms", fact("export_first_s", 1e-3)),
  line("  memory more at most", "MB", fact("export_extra_bytes", 1e6)),
  line("Parquet export", "k rows/s", fact("parquet_rows_per_s", 1e3)),
  line("  its size, per job", "B", fact("parquet_bytes_per_row")),
  line("  memory more at most", "MB", fact("parquet_extra_bytes", 1e6)),
  line("first page after the start, all time", "ms", fact(`${CASES[0].name}: first_ms`)),
  line("longest stall of the event loop by a page of all time", "ms", fact(`${CASES[0].name}: stall_ms`)),
  line("DuckDB's table in memory, per job", "B", ({ found }) => found.memory?.facts.duckdb_bytes_per_job),
];

function line(what: string, unit: string, value: Line["value"], target = ""): Line {
  return { what, unit, value, target };
}

function fact(name: string, unit = 1): Line["value"] {
  return ({ found }) => scaled(found.engine?.facts[name], unit);
}

function timing(name: string): Line["value"] {
  return ({ found }) => found.engine?.timings[name]?.min_ms;
}

function scaled(value: number | undefined, unit: number): number | undefined {
  return value === undefined ? undefined : value / unit;
}

/** All findings: the machine, whole pages, everything else by trace, growth. */
export function report(results: readonly Result[]): string {
  const left_out = results.flatMap((result) => result.left_out);
  return [
    machine(results),
    "",
    "A page: 15 totals, 12 series by month (or day), 5 rankings and the choices of the filters, as JSON. Milliseconds, best of",
    "3 to 5 runs after one that does not count. Every run of the engine excludes another user that is not there, so that no",
    "kept answer helps it. DuckDB's objects are not made, its statements are fused where they group alike, 2 threads. All",
    "answers were compared.",
    "",
    pages(results),
    "",
    lines(results),
    "",
    growth(results),
    ...(left_out.length === 0 ? [] : ["", "Left out:", ...left_out.map((text) => `- ${text}`)]),
  ].join("\n");
}

function machine(results: readonly Result[]): string {
  const version = results.map(({ found }) => found.memory?.version ?? found.parquet?.version).find(Boolean);
  const total_gb = (Deno.systemMemoryInfo().total / 1e9).toFixed(0);
  return `${navigator.hardwareConcurrency} cores, ${total_gb} GB, Deno ${Deno.version.deno}, DuckDB ${
    version ?? "–"
  }`;
}

function pages(results: readonly Result[]): string {
  const rows: (readonly string[])[] = [
    [
      "a whole page",
      "engine",
      "naive loop",
      "DuckDB, files",
      "DuckDB, memory",
      "× naive",
      "× files",
      "× memory",
      "target",
    ],
  ];
  for (const { dataset, found } of results) {
    for (const name of dataset.cases) {
      const ms = (who: Contestant) => found[who]?.timings[name]?.min_ms;
      const ratio = (who: Contestant) => {
        const [engine, other] = [ms("engine"), ms(who)];
        return engine === undefined || other === undefined ? undefined : other / engine;
      };
      const target = PAGE_TARGETS_MS[name]?.[dataset.label];
      const ratios = name === CASES[0].name && dataset.arrays && !dataset.wide
        ? `files ≥ ${RATIO_TARGETS.parquet}, memory ≥ ${RATIO_TARGETS.memory}`
        : "";
      rows.push([
        `${dataset.label}: ${name}`,
        ...(["engine", "naive", "parquet", "memory"] as const).map((who) => written(ms(who))),
        ...(["naive", "parquet", "memory"] as const).map((who) => written(ratio(who))),
        [target === undefined ? "" : `≤ ${target} ms`, ratios].filter(Boolean).join("; "),
      ]);
    }
  }
  return table(rows);
}

function lines(results: readonly Result[]): string {
  const rows = LINES.flatMap(({ what, unit, value, target }) => {
    const values = results.map((result) => value(result));
    return values.every((one) => one === undefined)
      ? []
      : [[`${what}, ${unit}`, ...values.map(written), target]];
  });
  return table([["the engine", ...results.map(({ dataset }) => dataset.label), "target"], ...rows]);
}

function growth(results: readonly Result[]): string {
  const names = CASES.map(({ name }) => name);
  const rows = results.filter(({ dataset }) => dataset.arrays && !dataset.wide).map((
    { dataset, found, prepared },
  ) => [
    dataset.label,
    ...names.map((name) => written(found.engine?.timings[name]?.min_ms)),
    written(found.engine?.facts.rss_bytes_per_job),
    written(prepared.file_bytes / prepared.jobs),
  ]);
  return table([["growth", ...names.map((name) => `${name}, ms`), "memory, B/job", "files, B/job"], ...rows]);
}

function written(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "–";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en");
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function table([head, ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => row[at].length)));
  const text = (row: readonly string[]) =>
    `| ${
      row.map((cell, at) => at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at])).join(" | ")
    } |`;
  const rule = `| ${
    widths.map((width, at) => at === 0 ? "-".repeat(width) : "-".repeat(width - 1) + ":").join(" | ")
  } |`;
  return [text(head), rule, ...rows.map(text)].join("\n");
}
