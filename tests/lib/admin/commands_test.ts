import assert from "node:assert/strict";
import { lockFolder } from "../../../lib/store/lock.ts";
import { filesIn, job, NOW_S, segment } from "../engine/stage.ts";
import { duckdb } from "../store/duckdb.ts";
import { atDesk, type TestDesk } from "./desk.ts";

const YEAR_S = 365 * 86_400;

/** Three batches: four jobs, one of them in two versions. */
async function fill({ ingest }: TestDesk): Promise<void> {
  await ingest("alpha", [job(1, { End: null }), job(2)], [job(1)], [
    job(3, { JobName: '=1+1,"x"\n', Submit: NOW_S - YEAR_S, Start: null, End: NOW_S - YEAR_S + 5 }),
    job(4),
  ]);
}

Deno.test("check verifies every file, also while a server has the folder open, and changes nothing", async () => {
  await atDesk(async (desk) => {
    await fill(desk);
    await desk.ingest("beta", [job(7)]);
    const lock = await lockFolder(desk.root);
    const { code, out, said } = await desk.store("check");
    lock.release();
    assert.deepEqual([code, said], [0, ""]);
    const [head, alpha, beta, , end] = out.split("\n").map((line) => line.split(/ {2,}/));
    assert.deepEqual(head, [
      "cluster",
      "files",
      "batches",
      "merged",
      "foreign",
      "bytes",
      "rows",
      "jobs",
      "superseded",
      "duplicates",
      "keys",
      "archived",
    ]); // deno-fmt-ignore
    assert.deepEqual([...alpha.slice(0, 5), ...alpha.slice(6)], [
      "alpha", "3", "3", "0", "0", "5", "4", "1", "0", "0", "0",
    ]); // deno-fmt-ignore
    assert.deepEqual(beta.slice(0, 2), ["beta", "1"]);
    assert.deepEqual(end, ["Nothing wrong was found."]);
    assert.equal((await desk.store("check", "beta")).out.includes("alpha"), false);
  });
});

Deno.test("check finds what is damaged, unfinished or set aside, and repairs nothing", async () => {
  await atDesk(async (desk) => {
    await fill(desk);
    const folder = `${desk.root}/alpha/weekly-data`;
    const [first] = filesIn(folder);
    const bytes = Deno.readFileSync(`${folder}/${first}`);
    bytes[50] ^= 1;
    await Deno.writeFile(`${folder}/${first}`, bytes);
    for (const path of ["alpha/set-aside", "archive/alpha"]) {
      await Deno.mkdir(`${desk.root}/${path}`, { recursive: true });
    }
    await Deno.writeTextFile(`${desk.root}/alpha/set-aside/old.parquet`, "x");
    await Deno.writeTextFile(`${desk.root}/archive/alpha/gone.parquet`, "x");
    await Deno.writeTextFile(`${folder}/young.parquet.tmp`, "x");
    await Deno.writeTextFile(`${folder}/half.parquet.tmp`, "x");
    await Deno.utime(`${folder}/half.parquet.tmp`, new Date(0), new Date(0));
    await Deno.writeTextFile(`${desk.root}/alpha/compaction.json`, '{"outputs":[],"replaces":["a","b"]}');
    await duckdb(`COPY (SELECT * FROM (VALUES ('9', 5), ('9.batch', 5)) t("JobID", "Submit"))
                  TO '${folder}/other.parquet' (FORMAT parquet)`);
    const before = filesIn(folder);
    const { code, out } = await desk.store("check", "alpha");
    assert.equal(code, 1);
    const findings = out.split("\n\n")[1].trim().split("\n");
    const expected = [
      `${first} cannot be read: it is damaged: its bytes are not those that were written`,
      "1 rows of other.parquet are no jobs",
      "a compaction of 2 files was not ended: the next start of the server ends it",
      `${folder}/half.parquet.tmp was not written to the end: the next start of the server removes it`,
      "set-aside/old.parquet could not be read when it was found: repair it or remove it",
      "gone.parquet in the archive cannot be read: no Parquet file: ",
    ];
    assert.equal(findings.length, expected.length, out);
    findings.forEach((text, at) => assert.ok(text.startsWith(`alpha: ${expected[at]}`), text));
    assert.deepEqual(filesIn(folder), before);
  });
});

Deno.test("compact merges all files, and refuses to while a server has the folder open", async () => {
  await atDesk(async (desk) => {
    await fill(desk);
    const lock = await lockFolder(desk.root);
    const refused = await desk.store("compact");
    lock.release();
    assert.deepEqual(refused, {
      code: 1,
      out: "",
      said: `${desk.root} is in use by the server: stop it for the time of this command\n`,
    });
    const { code, out, said } = await desk.store("compact", "alpha");
    assert.deepEqual([code, said], [0, ""]);
    assert.match(out, /^alpha: 3 files of [\d,]+ bytes are 2 of [\d,]+ now\n$/);
    assert.equal(filesIn(`${desk.root}/alpha/weekly-data`).length, 2);
    assert.deepEqual(await desk.shown("alpha"), ["1", "2", "3", "4"]);
    assert.match((await desk.store("compact")).out, /^alpha: 2 files of ([\d,]+) bytes are 2 of \1 now\n$/);
  });
});

Deno.test("stats tells files, bytes and jobs by year or week, as text and as JSON", async () => {
  await atDesk(async (desk) => {
    await fill(desk);
    const { out } = await desk.store("stats", "--json");
    const all: Record<string, number>[] = JSON.parse(out);
    assert.deepEqual(all.map(({ period, files, jobs }) => [period, files, jobs]), [
      ["2025", 1, 1],
      ["2026", 3, 3],
      [null, 3, 4],
    ]);
    const near = (a: number, b: number) => Math.abs(a - b) < 1e-6;
    assert.ok(near(all[0].bytes + all[1].bytes, all[2].bytes), "the parts are the whole");
    assert.ok(near(all[2].bytes_per_job, all[2].bytes / 4));
    const weeks = (await desk.store("stats", "--by", "week")).out.split("\n").map((line) =>
      line.split(/ +/)[1]
    );
    assert.deepEqual(weeks.slice(0, 4), ["week", "2025W02", "2026W02", "all"]);
  });
});

Deno.test("export writes every job as it is now, in three formats that DuckDB reads alike", async () => {
  await atDesk(async (desk) => {
    await fill(desk);
    const path = (format: string) => `${desk.folder}/jobs.${format}`;
    for (const format of ["csv", "jsonl", "parquet"]) {
      const { code, out, said } = await desk.store(
        "export",
        "alpha",
        "--format",
        format,
        "--out",
        path(format),
      );
      assert.deepEqual([code, out, said], [0, "", `4 jobs were written to ${path(format)}\n`]);
      if (format === "parquet") continue;
      const piped = await desk.store("export", "--format", format);
      assert.equal(piped.out, await Deno.readTextFile(path(format)));
    }
    const columns = `CAST("JobID" AS VARCHAR) AS id, epoch("Submit"::TIMESTAMPTZ)::BIGINT::VARCHAR AS submit,
      epoch("End"::TIMESTAMPTZ)::BIGINT::VARCHAR AS ended, "AllocCPUS"::INTEGER AS cpus`;
    const read = (from: string) =>
      duckdb("SET TimeZone = 'UTC'", `SELECT ${columns} FROM ${from} ORDER BY 1`);
    const parquet = await read(`'${path("parquet")}'`);
    assert.deepEqual(parquet.map(({ id }) => id), ["1", "2", "3", "4"]);
    assert.deepEqual(await read(`read_json('${path("jsonl")}', format = 'newline_delimited')`), parquet);
    assert.deepEqual(await read(`read_csv('${path("csv")}')`), parquet);
    const [{ name }] = await duckdb(
      `SELECT "JobName" AS name FROM read_json('${
        path("jsonl")
      }', format = 'newline_delimited') WHERE "JobID" = '3'`,
    );
    assert.equal(name, '=1+1,"x"\n');
    assert.match(await Deno.readTextFile(path("csv")), /'=1\+1/, "no formula for a spreadsheet");
    await desk.ingest("beta", [job(7)]);
    const several = await desk.store("export", "--format", "parquet");
    assert.equal(several.code, 2);
    assert.match(several.said, /^A Parquet file holds the jobs of one cluster: name one of alpha, beta/);
    assert.equal((await desk.store("export", "--format", "jsonl")).out.trim().split("\n").length, 5);
  });
});

Deno.test("export leaves out a damaged file, with a word on the standard error", async () => {
  await atDesk(async (desk) => {
    await fill(desk);
    await Deno.writeFile(`${desk.root}/alpha/weekly-data/bad.parquet`, segment([job(9)], 0).subarray(9));
    const { code, out, said } = await desk.store("export", "--format", "jsonl");
    assert.equal(code, 0);
    assert.equal(out.trim().split("\n").length, 4);
    assert.match(said, /^alpha: bad.parquet is left out, it cannot be read: /);
  });
});
