/**
 * A million rows of hostile text, in chunks cut anywhere, with banners between them and damaged rows: every row becomes
 * a job, is folded into one or is rejected, and no value is another than the one that was printed.
 */
import assert from "node:assert/strict";
import { foldSteps, type JobOrUnread, STEP_FIELDS } from "../../../agent/slurm/record.ts";
import { parseRows } from "../../../agent/slurm/rows.ts";
import { createRandom, type Random } from "../../../lib/demo/random.ts";
import { type ColumnName, JOB_COLUMNS } from "../../../lib/job/columns.ts";

const ROWS = 1_000_000;
const PARTS = 8;
const DELIMITER = "<|q7x0ab|>";
/** Stands for bytes that are not UTF-8: its three bytes are printed as 0xFF. */
const NOT_UTF8 = "\ue000";

const COMPUTED: readonly string[] = [
  "CancelledBy",
  "AllocGPUS",
  "CPUHours",
  "GPUHours",
  "DiskRead",
  "DiskWrite",
  "GPUUtilAve",
  "GPUUtilMax",
  "GPUMemAve",
  "GPUMemMax",
];
const ASKED: readonly string[] = [
  ...JOB_COLUMNS.map(({ name }) => name).filter((name) => !COMPUTED.includes(name)),
  ...STEP_FIELDS,
];
/** Fields in which users or administrators may write what they like. */
const FREE: readonly ColumnName[] = [
  "User",
  "Group",
  "Account",
  "Partition",
  "QOS",
  "WCKey",
  "Reservation",
  "JobName",
  "Reason",
  "NodeList",
];

/** Pieces that hostile texts are made of. */
const PIECES = [
  "\n",
  "\n",
  "\r\n",
  "\n123",
  "\n1000123.batch",
  "123",
  "1000123.0",
  "|",
  "||||",
  DELIMITER.slice(0, 2),
  DELIMITER.slice(0, -1),
  DELIMITER.slice(1),
  "<|",
  "|>",
  "\t",
  '"',
  "'; drop table jobs; --",
  "\u0000",
  "\u001b[31m",
  "\u0007",
  "日本🚀",
  "ß",
  NOT_UTF8,
  "CANCELLED by 0",
  "Unknown",
  "1767250000",
  "a",
  "train_model",
  " ",
  "__proto__",
];
const BANNERS = [
  "Welcome to the cluster!\n",
  "\n\n *** maintenance | on Friday ***\r\n\n",
  "slurm_load: warning: retry 3",
  "sacct: error: 1234567\n890\n",
  "note: ",
  "1000001\n",
];
const MONTH_S = 30 * 86_400;

/** A job as it was printed, with what its steps must make of it. */
interface Expected {
  readonly texts: Readonly<Record<string, string>>;
  readonly raw: string;
  readonly submit_s: number;
  readonly start_s: number;
  readonly cpus: number;
  readonly max_rss: number | null;
  readonly cpu_s: number;
  readonly read: number | null;
}

/** What was printed so far, and what must come of it. */
class Printer {
  readonly expected: Expected[] = [];
  rows = 0;
  steps = 0;
  rejected = 0;
  readonly #random: Random;
  readonly #fields: readonly string[];
  readonly #texts: readonly string[];
  #id = 1_000_000;
  #clean = false;

  constructor(random: Random, fields: readonly string[]) {
    this.#random = random;
    this.#fields = fields;
    this.#texts = Array.from(
      { length: 400 },
      () =>
        Array.from({ length: 1 + random.below(6) }, () => random.pick(PIECES)).join("")
          // Nobody knows the delimiter of a run, so nobody puts all of it into a text.
          .replaceAll(DELIMITER, "<|>"),
    );
  }

  /** Prints a job with its steps, sometimes a banner or something that is no row before it. */
  print(): string {
    const random = this.#random;
    let text = "";
    if (random.below(200) === 0) text += this.#damaged();
    if (!this.#clean && random.below(100) === 0) text += this.#banner();
    this.#clean = false;
    // Digits in front of an id that is not in JobID as well cannot be told from it: such a row is rejected.
    text += this.#job(/\d$/.test(text) ? 3 : random.below(4));
    if (random.below(300) === 0) text += this.#orphan();
    return text;
  }

  /** A text that may hold anything, in a damaged row or beside one nothing that looks like a row. */
  #text(): string {
    const random = this.#random;
    return random.below(3) === 0 ? random.pick(this.#texts) : random.pick(["", "alice", "gpu", "normal"]);
  }

  #banner(): string {
    const text = Array.from({ length: 1 + this.#random.below(2) }, () => this.#random.pick(BANNERS)).join("");
    this.rejected += text.split("\n").filter((line) => line.trim() !== "").length;
    return text;
  }

  #line(values: Readonly<Record<string, string>>): string {
    let line = "";
    for (const field of this.#fields) line += (values[field] ?? "") + DELIMITER;
    return line;
  }

  /** A row that was cut off, or has too many fields. It holds no hostile text, and a whole row follows. */
  #damaged(): string {
    const random = this.#random;
    this.rejected++;
    this.#clean = true;
    const line = this.#line(this.#values(String(this.#id++), "run"));
    if (random.below(2) === 0) return line + "more".concat(DELIMITER).repeat(1 + random.below(60)) + "\n";
    return line.slice(0, 1 + random.below(line.length - 2 * DELIMITER.length)) + "\n";
  }

  #values(id: string, name: string): Record<string, string> {
    const submit_s = 1_767_250_000 + this.#random.below(MONTH_S);
    const start_s = submit_s + this.#random.below(9999);
    return {
      JobIDRaw: id,
      JobID: id,
      JobName: name,
      State: this.#random.pick(["COMPLETED", "FAILED", "CANCELLED by 1000", "NODE_FAIL"]),
      ExitCode: "0:0",
      Submit: String(submit_s),
      Eligible: String(submit_s),
      Start: String(start_s),
      End: String(start_s + 3600),
      ElapsedRaw: "3600",
      TimelimitRaw: this.#random.pick(["60", "UNLIMITED", "Partition_Limit"]),
      AllocCPUS: String(1 + this.#random.below(128)),
      AllocNodes: "1",
      AllocTRES: "billing=4,cpu=4,gres/gpu:a100=1,gres/gpu=1,mem=1000M,node=1",
      ReqTRES: "cpu=4",
      ReqMem: "1000M",
      TotalCPU: "00:00:00",
    };
  }

  #job(kind: number): string {
    const random = this.#random;
    const raw = String(this.#id++);
    const values = this.#values(raw, "");
    if (kind === 0) values.JobID = `${Number(raw) - random.below(9)}_${random.below(99)}`;
    if (kind === 1) values.JobID = `${raw}+0`;
    const texts: Record<string, string> = {};
    for (const field of FREE) texts[field] = values[field] = this.#text();
    let text = this.#line(values) + "\n";
    this.rows++;
    const count = random.pick([0, 1, 1, 2, 3]);
    let max_rss: number | null = null;
    let cpu_ms = 0;
    let read: number | null = null;
    for (let step = 0; step < count; step++) {
      const name = step === 0 ? "batch" : step === 1 ? "extern" : String(step);
      const [rss, ms, bytes] = [random.below(1e6), 1 + random.below(50_000), 1024 * random.below(1e6)];
      if (rss > 0) max_rss = Math.max(max_rss ?? 0, rss);
      cpu_ms += ms;
      read = (read ?? 0) + bytes;
      const start_s = Number(values.Start);
      text += this.#line({
        JobIDRaw: `${raw}.${name}`,
        JobID: `${values.JobID}.${name}`,
        JobName: this.#text(),
        Account: texts.Account,
        State: "COMPLETED",
        Submit: values.Start,
        Eligible: values.Start,
        Start: String(start_s + step),
        End: String(start_s + 3600 - step),
        ElapsedRaw: "3600",
        AllocCPUS: "1",
        AllocNodes: "1",
        MaxRSS: random.below(2) === 0 ? String(rss) : "",
        TotalCPU: `00:${String(Math.floor(ms / 1000)).padStart(2, "0")}.${
          String(ms % 1000).padStart(3, "0")
        }`,
        TRESUsageInMax: `cpu=00:00:01,energy=0,mem=${rss},pages=0`,
        TRESUsageInTot: `cpu=00:00:01,energy=0,fs/disk=${bytes},mem=${rss}`,
      }) + "\n";
      this.rows++;
      this.steps++;
    }
    this.expected.push({
      texts,
      raw,
      submit_s: Number(values.Submit),
      start_s: Number(values.Start),
      cpus: Number(values.AllocCPUS),
      max_rss,
      cpu_s: cpu_ms / 1000,
      read,
    });
    return text;
  }

  /** A step whose job is not there. */
  #orphan(): string {
    this.rows++;
    this.rejected++;
    return this.#line({ ...this.#values(`${this.#id++}.0`, this.#text()), AllocTRES: "cpu=1" }) + "\n";
  }
}

/** Bytes in chunks of sizes that only chance knows. */
function* chunksOf(text: string, random: Random): Generator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = bytes.indexOf(0xee); at !== -1; at = bytes.indexOf(0xee, at + 1)) {
    if (bytes[at + 1] === 0x80 && bytes[at + 2] === 0x80) bytes.fill(0xff, at, at + 3);
  }
  for (let at = 0; at < bytes.length;) {
    const size = random.below(4) === 0 ? 1 + random.below(40) : 1 + random.below(65_536);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function* printed(printer: Printer, random: Random, rows: number): AsyncGenerator<Uint8Array> {
  while (printer.rows < rows) {
    let text = "";
    while (text.length < 200_000 && printer.rows < rows) text += printer.print();
    for (const chunk of chunksOf(text, random)) yield await Promise.resolve(chunk);
  }
}

/** Fields in another order for each part: the id first, and in some without names. */
function fieldsOf(part: number, random: Random): readonly string[] {
  const others = ASKED.filter((name) => name !== "JobIDRaw" && (part % 2 === 0 || name !== "JobName"));
  if (part > 1) others.sort(() => random.next() - 0.5);
  return ["JobIDRaw", ...others];
}

/** Holds a job against what was printed, without the cost of an assertion for each value. */
function differs(one: JobOrUnread, expected: Expected, fields: readonly string[]): string | null {
  if (!("job" in one)) return "unread";
  const { job } = one;
  for (const field of FREE) {
    if (!fields.includes(field)) continue;
    const text = expected.texts[field].replaceAll(NOT_UTF8, "\ufffd\ufffd\ufffd");
    if (job[field] !== (text === "" ? null : text)) return field;
  }
  if (job.JobIDRaw !== expected.raw) return "JobIDRaw";
  if (job.Submit !== expected.submit_s || job.Start !== expected.start_s) return "Submit or Start";
  if (job.AllocCPUS !== expected.cpus || job.AllocGPUS !== 1) return "AllocCPUS or AllocGPUS";
  if (job.MaxRSS !== expected.max_rss) return "MaxRSS";
  if (job.TotalCPU !== expected.cpu_s) return "TotalCPU";
  return job.DiskRead === expected.read ? null : "DiskRead";
}

for (let part = 0; part < PARTS; part++) {
  Deno.test(`foldSteps() reads a million rows as they were printed, part ${part + 1} of ${PARTS}`, async () => {
    const random = createRandom(4711 + part);
    const fields = fieldsOf(part, random);
    const printer = new Printer(random, fields);
    const rows = parseRows(printed(printer, random, ROWS / PARTS), { fields, delimiter: DELIMITER });
    let jobs = 0;
    let unread = 0;
    for await (const one of foldSteps(rows)) {
      if ("unread" in one) {
        unread++;
        continue;
      }
      const different = differs(one, printer.expected[jobs++], fields);
      if (different !== null) {
        const expected = printer.expected[jobs - 1];
        assert.fail(
          `${different} of row ${jobs}: ${JSON.stringify(one.job)} but ${JSON.stringify(expected)}`,
        );
      }
    }
    assert.equal(jobs, printer.expected.length);
    assert.equal(unread, printer.rejected);
    assert.ok(printer.rows >= ROWS / PARTS && printer.steps > 0 && unread > 100);
  });
}
