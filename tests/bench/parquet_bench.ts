/**
 * Times writing and reading a segment of many jobs beside the general path of the library, which goes through texts
 * and objects, in the same run. Run with `deno run -A tests/bench/parquet_bench.ts [jobs] [--sluid] [--columns]`.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import process from "node:process";
import { createRandom } from "../../lib/demo/random.ts";
import { JOB_COLUMNS } from "../../lib/job/columns.ts";
import { type JobTable, newTable, pushRecord, recordAt } from "../../lib/job/table.ts";
import {
  decodeSegment,
  encodeSegment,
  type OpenedSegment,
  openSegment,
  type SegmentMeta,
} from "../../lib/store/segment.ts";
import { decodeColumns } from "../../lib/store/table_columns.ts";
import { jobRecord } from "../helpers.ts";
import { plainColumns, readGenerally, writeGenerally } from "../lib/store/general_path.ts";

const JOBS = Number(Deno.args[0] ?? 500_000);
const ROUNDS = 5;
/** Whether the cluster's Slurm gives unique ids, as those from 25.11 on do. */
const SLUIDS = Deno.args.includes("--sluid");
/** Columns of the prototype whose figures the targets are. */
const PROTOTYPE = [
  ..."JobID User Account Partition QOS State Submit Start End AllocCPUS AllocGPUS AllocNodes NodeList".split(
    " ",
  ),
  ..."CPUHours GPUHours".split(" "),
];
const META: SegmentMeta = {
  cluster: "alpha",
  received_ms: 1,
  idempotency: null,
  counts: { accepted: 0, updated: 0, duplicates: 0 },
};

/** Jobs of a middling cluster: few users, many arrays, texts of Slurm's usual form. */
function manyJobs(count: number): JobTable {
  const random = createRandom(1);
  const table = newTable(count);
  const few = (limit: number) => Math.floor(limit * (random.below(1000) / 1000) ** 3);
  let raw = 1_000_000;
  let submit_s = 1_700_000_000;
  while (table.length < count) {
    const tasks = random.below(100) < 38 ? 2 + few(30) : 1;
    const user = few(200);
    const cpus = 1 << random.below(6);
    const gpus = random.below(8) === 0 ? 1 + random.below(4) : 0;
    const nodes = random.below(20) === 0 ? 1 + random.below(8) : 1;
    const gib = cpus * (2 + random.below(3));
    const limit_min = [60, 240, 720, 1440, 2880][random.below(5)];
    const name = tasks > 1 ? `sweep_${few(300)}` : `run_${random.below(2000)}`;
    const tres = `billing=${cpus},cpu=${cpus},${
      gpus > 0 ? `gres/gpu:a100=${gpus},gres/gpu=${gpus},` : ""
    }mem=${gib}G,node=${nodes}`;
    submit_s += random.below(120);
    const array = ++raw;
    for (let task = 0; task < tasks && table.length < count; task++, raw++) {
      const never = random.below(40) === 0;
      const start_s = submit_s + few(40_000);
      const elapsed_s = random.below(30) === 0 ? limit_min * 60 : few(limit_min * 60);
      const node = random.below(400);
      const state = never
        ? "CANCELLED"
        : random.below(12) > 0
        ? "COMPLETED"
        : random.pick(["FAILED", "TIMEOUT", "OUT_OF_MEMORY"]);
      pushRecord(
        table,
        jobRecord({
          JobID: tasks > 1 ? `${array}_${task}` : String(raw),
          JobIDRaw: String(raw),
          SLUID: SLUIDS
            ? `s0${submit_s.toString().padStart(11, "0")}${"0123456789ABCDEFGHJKMNPQRSTVWXYZ"[task % 32]}`
            : null,
          User: `user${user}`,
          Group: `group${user % 40}`,
          Account: `account${user % 40}`,
          Partition: gpus > 0 ? "gpu" : random.pick(["cpu", "cpu", "long"]),
          QOS: "normal",
          WCKey: "*",
          JobName: name,
          State: state,
          CancelledBy: never ? String(1000 + user) : null,
          ExitCode: state === "FAILED" ? "1:0" : "0:0",
          Reason: never ? "None" : random.pick(["None", "Priority", "Resources"]),
          Submit: submit_s,
          Eligible: submit_s,
          Start: never ? null : start_s,
          End: never ? start_s : start_s + elapsed_s,
          ElapsedRaw: never ? 0 : elapsed_s,
          TimelimitRaw: limit_min,
          AllocCPUS: never ? 0 : cpus,
          AllocGPUS: never ? 0 : gpus,
          AllocNodes: never ? 0 : nodes,
          NodeList: never ? null : nodes > 1 ? `node[${node}-${node + nodes - 1}]` : `node${node}`,
          ReqTRES: tres,
          AllocTRES: never ? null : tres,
          ReqMem: gib * 2 ** 30,
          MaxRSS: never ? null : 4096 * few(gib * 2 ** 18),
          TotalCPU: never ? 0 : Math.round(elapsed_s * cpus * (900 + random.below(100))) / 1000,
          Restarts: 0,
          CPUHours: never ? 0 : cpus * elapsed_s / 3600,
          GPUHours: never ? 0 : gpus * elapsed_s / 3600,
        }),
      );
    }
  }
  return table;
}

interface Timed<T> {
  readonly result: T;
  readonly ms: number;
  /** Time of the processor: what the work takes where others share the machine. */
  readonly cpu_ms: number;
}

/** The best of several runs: what the work costs when nothing disturbs it. */
async function best<T>(work: () => T | Promise<T>, rounds = ROUNDS): Promise<Timed<T>> {
  let ms = Infinity;
  let cpu_ms = Infinity;
  let result: T;
  do {
    const before = process.cpuUsage();
    const start_ms = performance.now();
    result = await work();
    ms = Math.min(ms, performance.now() - start_ms);
    const { user, system } = process.cpuUsage(before);
    cpu_ms = Math.min(cpu_ms, (user + system) / 1000);
  } while (--rounds > 0);
  return { result, ms, cpu_ms };
}

function line(what: string, { ms, cpu_ms }: Omit<Timed<unknown>, "result">, note = ""): void {
  const rate = (time_ms: number) => {
    const rows = JOBS / time_ms * 1000;
    const cells = rows * JOB_COLUMNS.length;
    return `${time_ms.toFixed(0).padStart(6)} ms ${(rows / 1e6).toFixed(2).padStart(5)} M rows/s ` +
      `${(cells / 1e6).toFixed(0).padStart(4)} M cells/s`;
  };
  console.log(`${what.padEnd(20)} ${rate(ms)}  processor ${rate(cpu_ms)}  ${note}`);
}

function bytesOf({ metadata }: OpenedSegment, names: readonly string[]): number {
  return (metadata.row_groups[0]?.columns ?? []).reduce(
    (sum, { meta_data }) =>
      sum +
      (names.includes(meta_data?.path_in_schema[0] ?? "") ? Number(meta_data?.total_compressed_size) : 0),
    0,
  );
}

const table = manyJobs(JOBS);
const general = await best(() => writeGenerally(plainColumns(table), { meta: META }), 1);
const written = await best(() => encodeSegment(table, META));
const bytes = written.result.slice().buffer;
const opened = await best(() => openSegment(bytes));
const read = await best(() => decodeSegment(openSegment(bytes)));
const read_generally = await best(() => readGenerally(openSegment(bytes)), 1);
const digest = await best(() => createHash("sha256").update(written.result).digest("hex"));
assert.deepEqual(decodeColumns(opened.result).unread, [], "a column went through the general path");
for (let row = 0; row < JOBS; row += 997) {
  assert.deepEqual(recordAt(read.result, row), recordAt(table, row));
  assert.deepEqual(recordAt(read_generally.result, row), recordAt(table, row));
}

console.log(`${JOBS} jobs of ${JOB_COLUMNS.length} columns`);
line("write, general path", general, `${(general.result.length / JOBS).toFixed(1)} bytes/job`);
line(
  "write",
  written,
  `${(written.result.length / JOBS).toFixed(1)} bytes/job, of these ${
    (bytesOf(opened.result, PROTOTYPE) / JOBS).toFixed(1)
  } in ${PROTOTYPE.length} columns of the prototype`,
);
line("read, general path", read_generally);
line("read", read, `of these the digest ${(100 * digest.cpu_ms / read.cpu_ms).toFixed(0)} %`);
if (Deno.args.includes("--columns")) {
  for (const { name } of JOB_COLUMNS) {
    console.log(
      `  ${name.padEnd(14)} ${(bytesOf(opened.result, [name]) / JOBS).toFixed(2).padStart(6)} bytes/job`,
    );
  }
}
