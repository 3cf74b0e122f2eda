import assert from "node:assert/strict";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { zstdDecompressSync } from "node:zlib";
import { createRandom } from "../../../lib/demo/random.ts";
import { JOB_COLUMNS } from "../../../lib/job/columns.ts";
import type { Data } from "../../../lib/query/data.ts";
import { exportFile, type ExportQuestion } from "../../../lib/server/export.ts";
import { jobParquet } from "../../../lib/server/job_parquet.ts";
import { jobs } from "../../../lib/query/jobs.ts";
import { DEFAULT_FILTERS, parseFilters } from "../../../lib/view/filters.ts";
import { utc, withFolder } from "../../helpers.ts";
import { dataOfClusters, randomClusters } from "../query/random_data.ts";
import { duckdb } from "../store/duckdb.ts";
import { wireJob, withServer } from "./test_server.ts";

const AROUND_S = utc("2024-03-31");
const data: Data = dataOfClusters(randomClusters(createRandom(11), { jobs: 700, around_s: AROUND_S }));
const YEAR = "from=2024-01-01&to=2024-12-31";
const COMPRESSORS = { ZSTD: (bytes: Uint8Array) => zstdDecompressSync(bytes) };

function exported(name: string, query: string, more: Partial<ExportQuestion> = {}): Promise<Response> {
  return exportFile(name, {
    data,
    params: new URLSearchParams(query),
    now_s: AROUND_S,
    max_rows: null,
    ...more,
  });
}

/** Lines of a CSV file whose texts hold no quotes. */
async function csvRows(name: string, query: string): Promise<readonly (readonly string[])[]> {
  const text = await (await exported(name, query)).text();
  return text.slice(0, -2).split("\r\n").map((line) => line.split(","));
}

async function parquetRows(name: string, query: string): Promise<readonly Record<string, unknown>[]> {
  const file = (await (await exported(name, query)).bytes()).buffer;
  return await parquetReadObjects({ file, compressors: COMPRESSORS });
}

Deno.test("jobs.jsonl and jobs.parquet have the same jobs with the same values", async () => {
  for (const query of [YEAR, `${YEAR}&user=u1`, `${YEAR}&cluster=alpha&q=train`]) {
    const lines = (await (await exported("jobs.jsonl", query)).text()).trimEnd().split("\n");
    const objects = lines.map((line) => JSON.parse(line));
    const rows = await parquetRows("jobs.parquet", query);
    assert.ok(rows.length > 20);
    assert.equal(objects.length, rows.length);
    for (const [at, row] of rows.entries()) {
      assert.deepEqual(Object.keys(objects[at]), ["Cluster", ...JOB_COLUMNS.map(({ name }) => name)]);
      for (const [name, value] of Object.entries(row)) {
        const plain = value instanceof Date
          ? value.toISOString().replace(".000Z", "Z")
          : typeof value === "bigint"
          ? Number(value)
          : value ?? null;
        assert.deepEqual(plain, objects[at][name], `${name} of job ${at}`);
      }
    }
  }
});

Deno.test("jobs exports have as many jobs as the page counts, whatever is filtered by", async () => {
  const queries = [
    "",
    "&user=u1&user=u2",
    "&not.state=COMPLETED",
    "&account=O'Brien",
    "&q=7",
    "&partition=none",
  ];
  for (const query of queries) {
    const params = new URLSearchParams(YEAR + query);
    const { filters } = parseFilters(params);
    const { total } = await jobs(data, filters, { now_s: AROUND_S, limit: 1, offset: 0 });
    assert.equal((await parquetRows("jobs.parquet", params.toString())).length, total, query);
    const text = await (await exported("jobs.jsonl", params.toString())).text();
    assert.equal(text.split("\n").length - 1, total, query);
  }
});

Deno.test("DuckDB reads jobs.parquet: typed columns, the sums of the CSV file, meanings in the metadata", () =>
  withFolder(async (folder) => {
    const parquet = `${folder}/jobs.parquet`;
    const csv = `${folder}/jobs.csv`;
    await Deno.writeFile(parquet, await (await exported("jobs.parquet", YEAR)).bytes());
    await Deno.writeFile(csv, await (await exported("jobs.csv", YEAR)).bytes());
    const sums = (hours: string) =>
      `count(*) AS jobs, count(DISTINCT "JobID") AS ids, sum(epoch("Submit"::TIMESTAMPTZ)) AS submitted,
       round(sum(${hours}::DOUBLE), 6) AS hours, count("User") AS users`;
    const [of_parquet] = await duckdb(`SELECT ${sums('"CPUHours"')} FROM '${parquet}'`);
    const [of_csv] = await duckdb(
      `SELECT ${
        sums('"CPUHours (h)"')
      } FROM read_csv('${csv}', types = {'JobID': 'VARCHAR', 'User': 'VARCHAR'})`,
    );
    assert.deepEqual(of_parquet, of_csv);
    assert.ok(Number(of_parquet.jobs) > 500);
    const types = await duckdb(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '${parquet}')`);
    const typeOf = new Map(types.map((row) => [row.column_name, row.column_type]));
    assert.equal(typeOf.get("Submit"), "TIMESTAMP WITH TIME ZONE");
    assert.deepEqual(
      ["Cluster", "AllocCPUS", "MaxRSS", "CPUHours"].map((name) => typeOf.get(name)),
      ["VARCHAR", "INTEGER", "BIGINT", "DOUBLE"],
    );
    const notes = await duckdb(
      `SELECT decode(key) AS key, decode(value) AS value FROM parquet_kv_metadata('${parquet}')`,
    );
    const noteOf = new Map(notes.map((row) => [row.key, String(row.value)]));
    const meanings = JSON.parse(noteOf.get("slurm-usage-history.columns") ?? "");
    assert.deepEqual(meanings.ReqMem, { unit: "bytes", meaning: "Memory asked for by the whole job" });
    assert.match(noteOf.get("slurm-usage-history.range") ?? "", /^2024-01-01 to 2024-12-31 \(/);
  }));

Deno.test("jobParquet() cuts row groups at their size and where a cluster ends, and loses no row by it", async () => {
  const filters = { ...DEFAULT_FILTERS, from: "2024-01-01", to: "2024-12-31" };
  const bytesOf = async (group_rows: number): Promise<ArrayBuffer> => {
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    const asked = { now_s: AROUND_S, notes: {}, group_rows };
    for await (const piece of jobParquet(data, filters, asked)) pieces.push(new Uint8Array(piece));
    return await new Blob(pieces).arrayBuffer();
  };
  const [small, large] = [await bytesOf(90), await bytesOf(1e6)];
  const groups = parquetMetadata(small).row_groups.map(({ num_rows }) => Number(num_rows));
  assert.ok(groups.length > 7 && groups.every((rows) => rows <= 90));
  assert.equal(groups.filter((rows) => rows < 90).length, 2);
  assert.equal(parquetMetadata(large).row_groups.length, 2);
  const rowsOf = (file: ArrayBuffer) => parquetReadObjects({ file, compressors: COMPRESSORS });
  assert.deepEqual(await rowsOf(small), await rowsOf(large));
});

Deno.test("every table is the same as CSV and as Parquet", async () => {
  const queries: Readonly<Record<string, string>> = {
    series: "by=user&measure=wait-p50&step=week",
    usage: "by=account&measure=gpu-hours",
    distribution: "of=elapsed&by=user",
    "hours-of-week": "measure=jobs-submitted",
    activity: "per=week",
    efficiency: "of=limit",
    nodes: "unused=show",
  };
  for (const [name, query] of Object.entries(queries)) {
    const [head, ...lines] = await csvRows(`${name}.csv`, `${YEAR}&${query}`);
    const rows = await parquetRows(`${name}.parquet`, `${YEAR}&${query}`);
    assert.equal(lines.length, rows.length, name);
    assert.ok(rows.length > 1, name);
    const names = Object.keys(rows[0]);
    assert.deepEqual(head.map((cell) => cell.replace(/ \(.*\)$/, "")), names);
    for (const [at, row] of rows.entries()) {
      for (const [place, column] of names.entries()) {
        const [value, cell] = [row[column], lines[at][place]];
        if (value instanceof Date) assert.equal(value.getTime(), Date.parse(cell));
        else if (typeof value === "number") assert.equal(value, Number(cell), `${name} ${column} ${at}`);
        else assert.equal(value ?? "", cell, `${name} ${column} ${at}`);
      }
    }
  }
});

Deno.test("the tables of efficiency and nodes add up to the hours that the usage has", async () => {
  const sumOf = async (name: string, query: string, column: string) =>
    (await parquetRows(`${name}.parquet`, `${YEAR}&${query}`))
      .reduce((sum, row) => sum + Number(row[column] ?? 0), 0);
  // Of a job whose nodes are not known no node has the hours.
  const by_node = await parquetRows("usage.parquet", `${YEAR}&by=node`);
  const cpu_hours = by_node.reduce((sum, row) => sum + (row.node ? Number(row["cpu-hours"]) : 0), 0);
  assert.ok(cpu_hours > 0 && Math.abs(await sumOf("nodes", "", "cpu-hours") / cpu_hours - 1) < 1e-9);
  const ended = await sumOf("usage", "by=cluster&measure=jobs-ended", "jobs-ended");
  for (const  of of["cpu", "memory", "memory-bins"]) {
    assert.equal(await sumOf("efficiency", `of=${of}`, "jobs"), ended, of);
  }
});

Deno.test("an export's name says of what it is: question, measure, split, cluster and days", async () => {
  const names: Readonly<Record<string, string>> = {
    "jobs.jsonl?cluster=alpha&from=2024-03-01&to=2024-03-02": "jobs_alpha_2024-03-01_2024-03-02.jsonl",
    "series.parquet?from=2024-03-01&to=2024-03-02&by=user&measure=wait-p50":
      "series_wait-p50_by_user_all_2024-03-01_2024-03-02.parquet",
    "distribution.csv?from=2024-03-01&to=2024-03-02&of=size":
      "distribution_size_all_2024-03-01_2024-03-02.csv",
    "activity.csv?from=2024-03-01&to=2024-03-02": "activity_user_per_day_all_2024-03-01_2024-03-02.csv",
  };
  for (const [address, expected] of Object.entries(names)) {
    const [name, query] = address.split("?");
    const response = await exported(name, query);
    await response.body?.cancel();
    assert.equal(response.headers.get("content-disposition"), `attachment; filename="${expected}"`);
  }
});

Deno.test("an export of too many rows is refused before its first byte, with both numbers", () =>
  withServer(async ({ fetch, ingest }) => {
    await ingest({ hostname: "alpha", jobs: [1, 2, 3].map((id) => wireJob({ JobID: String(id) })) });
    for (const name of ["jobs.csv", "jobs.jsonl", "jobs.parquet", "series.csv"]) {
      const response = await fetch(`/api/export/${name}?from=2024-11-01&to=2024-11-03&step=day`);
      assert.equal(response.status, 413, name);
      assert.match(
        (await response.json()).detail,
        /would have 3 rows but at most 2 are exported: choose fewer/,
      );
    }
    const few = await fetch("/api/export/series.csv?from=2024-11-01&to=2024-11-02&step=day");
    assert.equal(few.status, 200);
    await few.body?.cancel();
  }, { environment: { EXPORT_MAX_ROWS: "2" } }));

Deno.test("an export stops when nobody waits for it any more", async () => {
  for (const name of ["jobs.csv", "jobs.parquet", "jobs.jsonl"]) {
    let breaths = 0;
    const response = await exported(name, YEAR, {
      breathe: () => {
        breaths++;
        return undefined;
      },
    });
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    const before = breaths;
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(breaths, before, name);
    const gone = AbortSignal.abort(new Error("gone"));
    const parts = exported(name, YEAR, { signal: gone }).then((late) => late.bytes());
    await assert.rejects(parts, /did not wait/, name);
  }
});

Deno.test("tables say in words what cannot be asked", async () => {
  const wrong: Readonly<Record<string, RegExp>> = {
    "distribution.csv?of=colour": /of is "colour" but must be one of wait/,
    "activity.parquet?per=hour": /per is "hour" but must be one of day/,
    "activity.csv?by=state": /state/,
    "hours-of-week.csv?measure=wait-p50": /./,
    "secrets.csv?": /There is no export "secrets.csv"; there is jobs.csv, /,
    "jobs.xlsx?": /There is no export "jobs.xlsx"/,
    "constructor.csv?": /There is no export/,
  };
  for (const [address, message] of Object.entries(wrong)) {
    const [name, query] = address.split("?");
    await assert.rejects(exported(name, query), message, address);
  }
});

Deno.test("series.csv has further measures as columns, and says which it does not know", async () => {
  const query = `${YEAR}&step=month&by=user&measure=jobs-ended&also=cpu-hours&also=wait-p90&also=cpu-hours`;
  const [head, ...rows] = await csvRows("series.csv", query);
  assert.deepEqual(head.map((name) => name.replace(/ \(.*/, "")), [
    "start",
    "user",
    "jobs-ended",
    "cpu-hours",
    "wait-p90",
    "others",
  ]);
  const alone = await csvRows("series.csv", `${YEAR}&step=month&by=user&measure=wait-p90`);
  const values = new Map(alone.slice(1).map(([start, user, value]) => [`${start} ${user}`, value]));
  assert.ok(rows.length > 12);
  for (const [start, user, , , wait] of rows) assert.equal(wait, values.get(`${start} ${user}`) ?? "");
  await assert.rejects(exported("series.csv", "also=nonsense"), /also is "nonsense" but must be one of/);
  await assert.rejects(
    exported("nodes.csv", "part=nonsense"),
    /part is "nonsense" but must be one of nodes, days/,
  );
  await assert.rejects(exported("distribution.csv", "part=days"), /must be one of classes, curve/);
});

Deno.test("GET /api/export/nodes.csv and .parquet list more nodes than a call may have arguments", async () => {
  await withServer(async ({ fetch, ingest }) => {
    const stored = await ingest({
      hostname: "alpha",
      jobs: ["h[1-70000]", "h[70001-140000]"].map((NodeList, id) =>
        wireJob({ JobID: String(id + 1), NodeList, AllocNodes: 70_000, AllocCPUS: 70_000 })
      ),
    });
    assert.equal(stored.status, 200);
    const csv = await fetch("/api/export/nodes.csv?period=7d");
    assert.equal(csv.status, 200);
    assert.equal((await csv.text()).trimEnd().split("\n").length, 140_001);
    const parquet = await fetch("/api/export/nodes.parquet?period=7d");
    assert.equal(parquet.status, 200);
    await parquet.body?.cancel();
  });
});

Deno.test("usage.csv by nothing has no column for whose values they are", async () => {
  const [head, ...rows] = await csvRows("usage.csv", `${YEAR}&by=none`);
  assert.match(head[0], /^cpu-hours/);
  assert.equal(rows.length, 1);
});

Deno.test("a file says in a column of numbers how many others a row tells of together, whatever they are named", () =>
  withServer(async ({ fetch, ingest }) => {
    const users = ["the other 2", ...Array.from({ length: 8 }, (_, at) => `u${at}`)];
    await ingest({
      hostname: "alpha",
      jobs: users.flatMap((User, at) =>
        Array.from(
          { length: 10 - at },
          (_, id) => wireJob({ JobID: `${100 * at + id + 1}`, User, AllocCPUS: 4 }),
        )
      ),
    });
    for (const part of ["classes", "curve"]) {
      const csv = await fetch(`/api/export/distribution.csv?of=wait&by=user&period=7d&part=${part}`);
      const [head, ...rows] = (await csv.text()).trimEnd().split("\r\n").map((line) => line.split(","));
      assert.deepEqual([head[0], head.at(-1)], ["user", "others"]);
      const others = new Map(rows.map((row) => [row[0], row.at(-1)]));
      assert.deepEqual([...others], [...users.slice(0, 6).map((user) => [user, ""]), ["", "3"]]);
    }
  }));

Deno.test("nodes.csv refuses hours booked at one moment, which it does not have", async () => {
  await assert.rejects(
    exported("nodes.csv", `${YEAR}&basis=end`),
    (error: Error & { readonly status?: number }) =>
      error.status === 422 && /basis|apportioned/.test(error.message),
  );
});

Deno.test("an export whose reader has gone ends without being taken for a failure", async () => {
  const gone = exported("usage.csv", YEAR, { signal: AbortSignal.abort() });
  await assert.rejects(gone, (error: Error & { readonly status?: number }) => error.status === 503);
});
