/**
 * Times the engine beside a naive loop and DuckDB on a synthetic trace, in one run. All of them must give the same
 * answers before any time is printed.
 *
 *   deno task bench [--jobs 100000,1000000,10000000] [--only text] [--without naive,parquet]
 *     [--keep folder] [--json]
 *
 * `--only` keeps the lines whose name holds the text (as `90 days`, `10 M`, `ingest`); `--keep` leaves the data in
 * a folder and takes it from there the next time; `--without` leaves out engine, naive, parquet (DuckDB over the
 * files) or memory (DuckDB in memory). 30 million jobs are run when asked for; what the free memory does not allow
 * is left out, and said so.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CASES, type Contestant, differences } from "./cases.ts";
import { available_bytes, type Findings, run } from "./child.ts";
import { EXTRAS } from "./extras.ts";
import type { Prepared } from "./prepare.ts";
import { report } from "./report.ts";

/** One trace, and what is asked of it. */
export interface Dataset {
  readonly label: string;
  readonly jobs: number;
  readonly arrays: boolean;
  readonly wide: boolean;
  readonly cases: readonly string[];
  readonly extras: readonly string[];
  readonly ingest: boolean;
}

/** What was found out with one trace. */
export interface Result {
  readonly dataset: Dataset;
  readonly prepared: Prepared;
  readonly found: Readonly<Partial<Record<Contestant, Findings>>>;
  /** Who was left out and why. */
  readonly left_out: readonly string[];
}

const CONTESTANTS: readonly Contestant[] = ["engine", "naive", "parquet", "memory"];
const SIZES = [100_000, 1_000_000, 10_000_000];
const WIDE_JOBS = 2_000_000;
/** What a contestant may need for a job, and beside all jobs. */
const NEEDED_BYTES: Readonly<Record<Contestant, number>> = {
  engine: 500,
  naive: 250,
  parquet: 100,
  memory: 300,
};
const NEEDED_AT_LEAST = 1e9;
const SEED = 20_261_120;
const ALL_TIME = CASES[0].name;

/** The traces of a run, smallest first. */
function datasets(sizes: readonly number[], only: string): readonly Dataset[] {
  const names = CASES.map(({ name }) => name);
  const most = Math.max(...sizes);
  const wide = Math.min(most, WIDE_JOBS);
  const all: readonly Dataset[] = [
    ...sizes.map((jobs) => ({
      label: label(jobs),
      jobs,
      arrays: true,
      wide: false,
      cases: names,
      extras: EXTRAS,
      ingest: jobs === most,
    })),
    {
      label: `${label(most)} without arrays`,
      jobs: most,
      arrays: false,
      wide: false,
      cases: [ALL_TIME],
      extras: [],
      ingest: false,
    },
    {
      label: `${label(wide)} wide`,
      jobs: wide,
      arrays: true,
      wide: true,
      cases: [ALL_TIME, "90 days, by day"],
      extras: ["jobs page", "search"],
      ingest: false,
    },
  ];
  return all.map((dataset) => {
    const kept = (name: string) => `${dataset.label}: ${name}`.toLowerCase().includes(only.toLowerCase());
    return {
      ...dataset,
      cases: dataset.cases.filter(kept),
      extras: dataset.extras.filter(kept),
      ingest: dataset.ingest && kept("ingest"),
    };
  }).filter(({ cases, extras, ingest }) => cases.length + extras.length > 0 || ingest);
}

function label(jobs: number): string {
  return jobs >= 1e6 ? `${jobs / 1e6} M` : `${jobs / 1e3} k`;
}

/** The data of a trace: what is there already, or made now. */
async function prepare(folder: string, { jobs, arrays, wide }: Dataset): Promise<Prepared> {
  const known = join(folder, "prepared.json");
  try {
    return JSON.parse(await Deno.readTextFile(known));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const prepared = await run<Prepared>("prepare.ts", {
    root: join(folder, "data"),
    batch: join(folder, "batch.json"),
    jobs,
    arrays,
    wide,
    seed: SEED,
  });
  await Deno.writeTextFile(known, JSON.stringify(prepared));
  return prepared;
}

async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copy(join(from, name), join(to, name));
    else await Deno.copyFile(join(from, name), join(to, name));
  }
}

/** Asks every contestant for which there is memory, one after the other, and compares their answers. */
async function contest(
  folder: string,
  { dataset, scratch, contestants }: {
    readonly dataset: Dataset;
    readonly scratch: string;
    readonly contestants: readonly Contestant[];
  },
): Promise<Result> {
  say(`${dataset.label}: data`);
  const prepared = await prepare(folder, dataset);
  const { jobs, cases, extras, ingest } = dataset;
  const root = join(folder, "data");
  // The engine's part changes files.
  const own = join(scratch, "own");
  await copy(root, own);
  const found: Partial<Record<Contestant, Findings>> = {};
  const left_out: string[] = [];
  const works: Readonly<Record<Contestant, () => Promise<Findings>>> = {
    engine: () => run("engine.ts", { root: own, jobs, cases, extras }),
    naive: () => run("naive.ts", { root, jobs, cases }),
    parquet: () => run("duckdb.ts", { root, jobs, cases, where: "parquet" }),
    memory: () => run("duckdb.ts", { root, jobs, cases, where: "memory" }),
  };
  for (const who of contestants) {
    const needed = NEEDED_AT_LEAST + jobs * NEEDED_BYTES[who];
    if (needed > available_bytes()) {
      left_out.push(`${dataset.label}, ${who}: needs ${gb(needed)}, free are ${gb(available_bytes())}`);
      continue;
    }
    say(`${dataset.label}: ${who}`);
    try {
      found[who] = await works[who]();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      left_out.push(`${dataset.label}, ${who}: FAILED, ${error.message}`);
      Deno.exitCode = 1;
    }
  }
  if (ingest && found.engine !== undefined) {
    say(`${dataset.label}: ingest`);
    const { facts } = await run<Findings>("ingest.ts", {
      root: join(scratch, "ingest"),
      batch: join(folder, "batch.json"),
    });
    Object.assign(found.engine.facts, facts);
  }
  compare(dataset, found);
  return { dataset, prepared, found, left_out };
}

/**
 * Compares the answers of all contestants.
 *
 * @throws {Error} if any two of them disagree
 */
function compare({ label, cases }: Dataset, found: Result["found"]): void {
  for (const name of cases) {
    const answered = Object.entries(found).filter(([, { answers }]) => name in answers);
    const [first, ...others] = answered;
    for (const [who, { answers }] of others) {
      const words = differences(first[1].answers[name], answers[name]);
      if (words.length === 0) continue;
      throw new Error(`${label}, ${name}: ${first[0]} and ${who} disagree\n  ${words.join("\n  ")}`);
    }
  }
}

function gb(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function say(text: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
}

const USAGE = "deno task bench [--jobs 100000,1000000,10000000] [--only text] [--without naive,parquet] " +
  "[--keep folder] [--json]";

/** @throws {TypeError} for an option there is none of, with those there are */
function options() {
  try {
    return parseArgs({
      args: Deno.args,
      options: {
        jobs: { type: "string", default: SIZES.join() },
        only: { type: "string", default: "" },
        without: { type: "string", default: "" },
        keep: { type: "string" },
        json: { type: "boolean", default: false },
      },
    }).values;
  } catch (cause) {
    throw new TypeError(`The bench is run by ${USAGE}`, { cause });
  }
}

if (import.meta.main) {
  const { jobs, only, without, keep, json } = options();
  const sizes = jobs.split(",").map(Number).toSorted((a, b) => a - b);
  if (sizes.some((size) => !(size >= 1000))) throw new RangeError("--jobs must be numbers of at least 1000");
  const contestants = CONTESTANTS.filter((who) => !without.split(",").includes(who));
  const folder = keep ?? await Deno.makeTempDir({ prefix: "suh-bench-" });
  const results: Result[] = [];
  try {
    for (const dataset of datasets(sizes, only)) {
      const place = join(folder, dataset.label.replaceAll(" ", "-"));
      const scratch = await Deno.makeTempDir({ prefix: "suh-bench-own-" });
      await Deno.mkdir(place, { recursive: true });
      try {
        results.push(await contest(place, { dataset, scratch, contestants }));
      } finally {
        await Deno.remove(scratch, { recursive: true });
        if (keep === undefined) await Deno.remove(place, { recursive: true });
      }
    }
  } finally {
    if (keep === undefined) await Deno.remove(folder, { recursive: true });
  }
  console.log(
    json ? JSON.stringify(withoutAnswers(results), null, 1) : report(results),
  );
}

function withoutAnswers(results: readonly Result[]) {
  return results.map(({ found, ...rest }) => ({
    ...rest,
    found: Object.fromEntries(
      Object.entries(found).map(([who, { timings, facts }]) => [who, { timings, facts }]),
    ),
  }));
}
