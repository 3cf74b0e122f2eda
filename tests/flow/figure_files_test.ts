/** Every figure of every page against the files that it links to. */
import assert from "node:assert/strict";
import { parquetReadObjects } from "hyparquet";
import { zstdDecompressSync } from "node:zlib";
import { VIEWS } from "../../lib/pages/links.ts";
import { pageModel } from "../../lib/pages/page_model.ts";
import type { Data } from "../../lib/query/data.ts";
import { exportFile } from "../../lib/server/export.ts";
import type { ChartSpec, CurveSpec, FigureSpec, HeatSpec } from "../../lib/view/chart_spec.ts";
import { clusterOf } from "../helpers.ts";
import { after, event, node, snapshot } from "../lib/store/inventory_snapshots.ts";
import { jobRecord } from "../helpers.ts";

const NOW_S = Date.UTC(2026, 10, 23, 9, 30) / 1000;
const DAY_S = 86_400;
const GIB = 2 ** 30;
const COMPRESSORS = { ZSTD: (bytes: Uint8Array) => zstdDecompressSync(bytes) };

type Row = Readonly<Record<string, string | number | null>>;

/** Figures are sent with eight digits, files with all. */
const FIGURE_DIGITS = 1e-7;

/** A cluster with jobs on one or two nodes of which nearly everything is known. */
function someData(): Data {
  const jobs = Array.from({ length: 260 }, (_, at) => {
    const submit = NOW_S - (at % 65) * DAY_S - 9000 - at * 7;
    const start = submit + [0, 7, 45, 400, 2000, 20_000][at % 6];
    const run = [40, 500, 3000, 12_000, 50_000][at % 5];
    const end = start + run;
    return jobRecord({
      JobID: String(at),
      User: `u${at % 9}`,
      Account: `a${at % 8}`,
      Partition: at % 3 === 0 ? "gpu" : "cpu",
      State: ["COMPLETED", "COMPLETED", "FAILED", "TIMEOUT", "CANCELLED"][at % 5],
      Submit: submit,
      Eligible: submit,
      Start: start,
      End: end > NOW_S ? null : end,
      ElapsedRaw: end > NOW_S ? null : run,
      NodeList: ["n1", "n2", "n[1-2]"][at % 3],
      AllocCPUS: 1 + at % 40,
      AllocGPUS: at % 3 === 0 ? 2 : 0,
      AllocNodes: at % 3 === 2 ? 2 : 1,
      TotalCPU: run * (at % 4),
      ReqMem: GIB * 2 ** (at % 6),
      MaxRSS: GIB * 2 ** (at % 4 - 1),
      TimelimitRaw: 60 * (1 + at % 15),
    });
  });
  const inventory = after(snapshot(NOW_S - 50 * DAY_S, {
    nodes: ["n1", "n2", "n3"].map((name) =>
      node(name, { cpus: 64, gpus: [["a100", 4]], partitions: ["cpu", "gpu"] })
    ),
    events: [event("n2", NOW_S - 9 * DAY_S, NOW_S - 8 * DAY_S)],
  }));
  const cluster = clusterOf(jobs, { inventory, fresh_until_s: NOW_S - 1800 });
  return new Map([[cluster.name, cluster]]);
}

const data = someData();

async function file(href: string): Promise<readonly Row[]> {
  const url = new URL(href, "http://host");
  const name = url.pathname.replace("/api/export/", "");
  const response = await exportFile(name, { data, params: url.searchParams, now_s: NOW_S, max_rows: null });
  assert.equal(response.status, 200, href);
  if (name.endsWith(".parquet")) {
    const rows = await parquetReadObjects({
      file: (await response.bytes()).buffer,
      compressors: COMPRESSORS,
    });
    return rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([key, value]) => [
          key,
          value instanceof Date
            ? value.toISOString()
            : typeof value === "bigint"
            ? Number(value)
            : value ?? null,
        ]),
      )
    );
  }
  const [head, ...lines] = (await response.text()).trimEnd().split("\r\n").map((line) => line.split(","));
  return lines.map((cells) =>
    Object.fromEntries(cells.map((cell, at) => {
      const name = head[at].replace(/ \([^)]*\)$/, "");
      return [name, cell === "" ? null : /^-?[\d.]+(e-?\d+)?$/.test(cell) ? Number(cell) : cell];
    }))
  );
}

function same(
  found: number | null | undefined,
  expected: number | null | undefined,
  what: string,
  near = FIGURE_DIGITS,
) {
  const [a, b] = [found ?? null, expected ?? null];
  const close = a === b || a !== null && b !== null && Math.abs(a - b) <= near * Math.max(1, Math.abs(b));
  assert.ok(close, `${what}: ${a} in the file, ${b} in the figure`);
}

function numberOf(row: Row | undefined, column: string): number | null {
  const value = row?.[column] ?? null;
  return typeof value === "number" ? value : null;
}

const sum = (values: readonly (number | null)[]) =>
  values.reduce<number>((all, value) => all + (value ?? 0), 0);

/** Columns of numbers of a file of series, in their order. */
function measuresOf(rows: readonly Row[], by: string | null): readonly string[] {
  return Object.keys(rows[0] ?? {}).filter((name) => name !== "start" && name !== "others" && name !== by);
}

function checkTime(spec: ChartSpec, rows: readonly Row[], query: URLSearchParams): void {
  const by = Object.keys(rows[0])[1] === undefined || !query.has("by") || query.get("by") === "none"
    ? null
    : query.get("by");
  const names = measuresOf(rows, by);
  const at = new Map<number, Row[]>();
  for (const row of rows) {
    const start = Date.parse(String(row.start));
    at.set(start, [...at.get(start) ?? [], row]);
  }
  assert.equal(at.size, spec.buckets.length, `${spec.id}: buckets`);
  spec.buckets.forEach((bucket, place) => {
    const here = at.get(Date.parse(bucket.start)) ?? [];
    const what = `${spec.id}, ${bucket.label}`;
    const named = (key: string) => here.find((row) => (row[by ?? ""] ?? "") === key && row.others === null);
    if (spec.id === "shares") {
      const whole = sum(here.map((row) => numberOf(row, names[0])));
      if (whole > 0) same(sum(spec.series.map(({ values }) => values[place])), 1, what, 1e-4);
      return;
    }
    if (by === null && spec.series.length > 1 || spec.band !== null) {
      spec.series.forEach(({ values, label }, line) =>
        same(numberOf(here[0], names[line]), values[place], `${what}, ${label}`)
      );
      if (spec.band !== null) {
        same(numberOf(here[0], names.at(-2) ?? ""), spec.band.low[place], `${what}, low`);
        same(numberOf(here[0], names.at(-1) ?? ""), spec.band.high[place], `${what}, high`);
      }
    } else if (by === null) same(numberOf(here[0], names[0]), spec.series[0]?.values[place], what);
    else {
      for (const { key, values } of spec.series) {
        if (key !== "\u0000other") same(numberOf(named(key), names[0]), values[place], `${what}, ${key}`);
      }
      if (spec.stacked) {
        same(
          sum(here.map((row) => numberOf(row, names[0]))),
          sum(spec.series.map(({ values }) => values[place])),
          `${what}, all`,
        );
      }
    }
    if (spec.limit !== null && names.length > 1) {
      same(
        sum(here.map((row) => numberOf(row, names[1]))),
        sum([spec.limit.values[place]]),
        `${what}, capacity`,
      );
    }
  });
}

function checkClasses(spec: ChartSpec, rows: readonly Row[], name: string): void {
  const [values] = spec.series.map((series) => series.values);
  if (name === "series") {
    // Whole periods by how much they had: each is a line of the file.
    assert.ok(sum(values) <= rows.length);
    return;
  }
  if (name === "activity") {
    same(sum(rows.map((row) => numberOf(row, Object.keys(row)[1]))), sum(values), spec.id);
    return;
  }
  const column = Object.keys(rows[0]).find((known) => known === spec.unit) ??
    (spec.unit === "jobs" ? "jobs" : "CPU-hours");
  const by_class = new Map<string, number>();
  const key_at = name === "efficiency"
    ? "used"
    : Object.keys(rows[0])[Object.keys(rows[0]).indexOf("up to") - 1];
  for (const row of rows) {
    const key = String(row[key_at]);
    by_class.set(key, (by_class.get(key) ?? 0) + (numberOf(row, column) ?? 0));
  }
  spec.buckets.forEach(({ start }, place) =>
    same(by_class.get(start), values[place], `${spec.id}, ${start}`)
  );
}

function checkCurves({ series, id }: CurveSpec, rows: readonly Row[]): void {
  const columns = Object.keys(rows[0]);
  const value = columns[columns.indexOf("share") - 1];
  for (const { key, points, label } of series) {
    const own = rows.filter((row) => {
      const text = String(row[columns[0]] ?? "");
      if (key === "\u0000other") return row.others !== null;
      return columns.length === 2 || text === key && row.others === null;
    });
    assert.equal(own.length, points.length, `${id}, points of ${label}`);
    points.forEach(([x, share], at) => {
      same(numberOf(own[at], value), x, `${id}, ${label}, value ${at}`);
      same(numberOf(own[at], "share"), share, `${id}, ${label}, share ${at}`, 2e-5);
    });
  }
}

function checkHeat(spec: HeatSpec, rows: readonly Row[], name: string): void {
  const flat = spec.rows.flatMap((row) =>
    row.cells.map((cell, at) => ({ row, column: spec.columns[at], cell }))
  );
  for (const { row, column, cell: { value } } of flat) {
    const what = `${spec.id}, ${row.label}, ${column.label}`;
    if (name === "nodes") {
      const found = rows.find((line) =>
        `${line.cluster} ${line.node}` === row.key &&
        Date.parse(String(line.start)) === Date.parse(column.key)
      );
      assert.ok(found !== undefined, what);
      same(numberOf(found, Object.keys(found)[3]), value, what, 6e-3);
    } else if (name === "efficiency") {
      const found = rows.find((line) => line.asked === row.key && line.used === column.key);
      same(numberOf(found, "jobs") ?? 0, value, what);
    } else {
      const found = rows.find((line) => line.weekday === row.label && String(line.hour) === column.key);
      assert.ok(found !== undefined, what);
      const reported_h = (numberOf(found, "reported") ?? 0) / 3600;
      const whole = numberOf(found, Object.keys(found)[2]);
      const expected = spec.unit.includes("per hour")
        ? reported_h === 0 || whole === null ? null : whole / reported_h
        : reported_h === 0
        ? value
        : whole;
      same(expected, value, what);
    }
  }
}

/** Every figure in a model, wherever it stands. */
function* figures(value: unknown): Generator<Exclude<FigureSpec, { kind: "failed" }>> {
  if (typeof value !== "object" || value === null) return;
  if ("kind" in value && "csv_href" in value && "finding" in value) {
    yield value as Exclude<FigureSpec, { kind: "failed" }>;
    return;
  }
  for (const part of Object.values(value)) yield* figures(part);
}

const QUERIES = [
  "",
  "period=90d&step=week",
  "measure=jobs-ended&by=user",
  "by=none",
  "user=u1",
  "measure=users",
];

Deno.test("every figure of every page has the numbers of the CSV and the Parquet file that it links to", async () => {
  const seen = new Map<string, number>();
  for (const query of QUERIES) {
    for (const view of VIEWS) {
      const cluster = view === "cluster" ? [...data.keys()].map((name) => `cluster=${name}`) : [];
      const params = new URLSearchParams([query, ...cluster].join("&"));
      const model = await pageModel(data, view, { params, now_s: NOW_S });
      for (const spec of figures(model)) {
        if (spec.csv_href === "") continue;
        const [csv, parquet] = [await file(spec.csv_href), await file(spec.parquet_href)];
        assert.equal(csv.length, parquet.length, spec.csv_href);
        const url = new URL(spec.csv_href, "http://host");
        const name = url.pathname.replace("/api/export/", "").replace(".csv", "");
        for (const rows of [csv, parquet]) {
          if (spec.kind === "curves") checkCurves(spec, rows);
          else if (spec.kind === "heat") checkHeat(spec, rows, name);
          else if (spec.axis === "time") checkTime(spec, rows, url.searchParams);
          else checkClasses(spec, rows, name);
        }
        const kind = `${view} ${spec.id}`;
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
      }
    }
  }
  for (
    const kind of [
      "overview by-cluster",
      "overview queue",
      "wait curves",
      "wait trend",
      "nodes busy",
      "efficiency by-cpu",
      "efficiency failed-share",
      "efficiency memory-bins",
    ]
  ) {
    assert.ok(seen.has(kind), `${kind} was not among ${[...seen.keys()].join(", ")}`);
  }
});
