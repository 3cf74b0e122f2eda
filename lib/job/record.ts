import { parseDuration } from "../slurm/duration.ts";
import { parseJobId } from "../slurm/job_id.ts";
import { type Memory, parseMemory } from "../slurm/memory.ts";
import { countNodes } from "../slurm/node_list.ts";
import { parseState } from "../slurm/state.ts";
import { parseTime } from "../slurm/time.ts";
import { gpusOf, parseTres } from "../slurm/tres.ts";
import { type ColumnType, JOB_COLUMNS, type JobRecord } from "./columns.ts";
import { derive } from "./derive.ts";

/** Longest text of one value, in UTF-16 units; a node list of 5,000 unlike names fits. */
const MAX_TEXT = 65_536;
/** No duration of Slurm comes near it, and sums of such numbers stay exact enough. */
const MAX_NUMBER = 1e15;
const MAX_COUNT = 2 ** 31 - 1;
/** From here on a 32-bit count is one of Slurm's marks for "unlimited" or "not set". */
const NO_COUNT = 0xfffffff0;
const NOT_A_NUMBER = new Set(["", "Unknown", "None", "N/A", "UNLIMITED", "Partition_Limit", "INVALID"]);

/**
 * What a job used, where clients of the public contract sent fields of these names, in forms of their own, before they
 * were columns: what cannot be read of them is unknown, and costs nobody the job. Zero is a number here.
 */
const LENIENT: ReadonlySet<string> = new Set([
  "DiskRead",
  "DiskWrite",
  "GPUUtilAve",
  "GPUUtilMax",
  "GPUMemAve",
  "GPUMemMax",
]);

type WireValue = string | number | null | undefined;
/** Reads one field; throws what is wrong with it. */
export type FieldReader = (value: WireValue) => string | number | null;

/** What the fields of a job become before they are put together; memory may still be per CPU or per node. */
type Given = Omit<JobRecord, "JobIDRaw"> & {
  readonly JobIDRaw: string | null;
  readonly memory: Memory | null;
};

/** How a field of each type is read, times without an offset in `zone`. */
export function fieldReaders(zone: string): Readonly<Record<ColumnType, FieldReader>> {
  return {
    text: readText,
    time: (value) => value === null || value === undefined ? null : parseTime(value, zone),
    count: readCount,
    seconds: (value) => readNumber(value, parseDuration),
    minutes: (value) => readNumber(value, (text) => wholeMinutes(parseDuration(text))),
    hours: (value) => readNumber(value, null),
    bytes: (value) => atMost(Number.MAX_SAFE_INTEGER, readMemory(value)?.bytes ?? null),
    percent: (value) => readNumber(value, null),
  };
}

/** Reads the fields of a column that is lenient; null for any other column. */
export function lenientReader(
  { name, type }: { readonly name: string; readonly type: ColumnType },
  readers: Readonly<Record<ColumnType, FieldReader>>,
): ((value: unknown) => number | null) | null {
  if (!LENIENT.has(name)) return null;
  return (value) => {
    try {
      const wire = wireValue(value);
      return isZero(wire) ? 0 : readers[type](wire) as number | null;
    } catch {
      return null;
    }
  };
}

function isZero(value: WireValue): boolean {
  return typeof value === "number" ? value === 0 : /^\s*0+(?:\.0+)?[KMGTPE]?\s*$/i.test(value ?? "");
}

/**
 * Makes the reader of one job of the wire format. It is a plain loop over the column table, several times
 * faster than a schema for each record.
 *
 * @param zone IANA zone in which times without an offset are read
 * @returns a function that turns an unknown value into a record, or into all the reasons why it is no job
 */
export function jobReader(zone: string): (raw: unknown) => JobRecord | { readonly reason: string } {
  const readers = fieldReaders(zone);
  const fields = JOB_COLUMNS.map((column) => {
    const { name, type } = column;
    const read = name === "JobID" ? readJobId : readers[type];
    return {
      name,
      read: lenientReader(column, readers) ?? ((value: unknown) => read(wireValue(value))),
    };
  });
  return (raw) => {
    if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
      return { reason: `is ${shown(raw)} but must be an object` };
    }
    const wire = raw as Readonly<Record<string, unknown>>;
    const values: Record<string, string | number | null> = {};
    const problems: string[] = [];
    for (const { name, read } of fields) {
      const value = Object.hasOwn(wire, name) ? wire[name] : null;
      try {
        values[name] = read(value);
      } catch (error) {
        problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    if (problems.length > 0) return { reason: problems.join("; ") };
    const memory = Object.hasOwn(wire, "ReqMem") ? readMemory(wireValue(wire.ReqMem)) : null;
    return complete({ ...values as unknown as Given, memory });
  };
}

/** @throws {TypeError} if the value is none that a field can have */
export function wireValue(value: unknown): WireValue {
  if (value === null || value === undefined || typeof value === "string" || typeof value === "number") {
    return value;
  }
  throw new TypeError(`is ${shown(value)} but must be text, a number or null`);
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(JSON.stringify(value));
}

/** Reads a text; the empty one is none. */
export function readText(value: WireValue): string | null {
  if (value === null || value === undefined || value === "") return null;
  const text = String(value);
  if (text.length > MAX_TEXT) throw new RangeError(`is longer than ${MAX_TEXT} characters`);
  // Half a surrogate pair has no UTF-8 form: memory and file would differ.
  return text.toWellFormed();
}

/** Reads a job id, which may not be a step's. */
export function readJobId(value: WireValue): string {
  const text = readText(value)?.trim() ?? "";
  if (text === "") throw new SyntaxError("is missing: a record without a job id is no job");
  if (text.length > 255) throw new RangeError("is longer than 255 characters");
  if (isStep(text)) throw new SyntaxError(`is ${text}: a step, not a job`);
  return text;
}

function isStep(text: string): boolean {
  try {
    return parseJobId(text).kind === "step";
  } catch {
    return false;
  }
}

function readCount(value: WireValue): number | null {
  const number = readNumber(value, null);
  if (number === null || number >= NO_COUNT) return null;
  if (!Number.isInteger(number) || number > MAX_COUNT) {
    throw new RangeError(`is ${value} but must be a whole number up to ${MAX_COUNT}`);
  }
  return number;
}

/** Reads a number of at least 0; other text goes to `otherwise`, if there is such a reading. */
function readNumber(value: WireValue, otherwise: ((text: string) => number | null) | null): number | null {
  if (value === null || value === undefined) return null;
  const text = String(value).trim();
  if (NOT_A_NUMBER.has(text)) return null;
  const plain = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
  if (!plain && otherwise !== null) return otherwise(text);
  const number = plain ? Number(text) : NaN;
  if (!Number.isFinite(number)) {
    throw new SyntaxError(
      `is ${typeof value === "string" ? JSON.stringify(value) : value} but must be a number`,
    );
  }
  if (number < 0) throw new RangeError(`is ${value} but must be at least 0`);
  if (number > MAX_NUMBER) throw new RangeError(`is ${value} but must be at most ${MAX_NUMBER}`);
  return number === 0 ? 0 : number;
}

function wholeMinutes(seconds: number | null): number | null {
  return seconds === null ? null : Math.ceil(seconds / 60);
}

/** Reads an amount of memory, still for the job, each CPU or each node. */
export function readMemory(value: WireValue): Memory | null {
  if (value === null || value === undefined || NOT_A_NUMBER.has(String(value).trim())) return null;
  return parseMemory(String(value));
}

/** Fills in what follows from the other fields, and refuses what has no place in time. */
function complete({ memory, ...given }: Given): JobRecord | { readonly reason: string } {
  if (given.Submit === null && given.Start === null && given.End === null) {
    return { reason: "Submit, Start and End are all unknown: the job has no place in time" };
  }
  const { state, cancelled_by } = given.State === null
    ? { state: null, cancelled_by: null }
    : parseState(given.State);
  const tres = given.AllocTRES === null ? null : allocated(given.AllocTRES);
  const cpus = given.AllocCPUS ?? tres?.cpus ?? null;
  const nodes = given.AllocNodes ?? tres?.nodes ?? nodesOf(given.NodeList);
  const record = {
    ...given,
    JobIDRaw: given.JobIDRaw ?? given.JobID,
    State: state,
    CancelledBy: given.CancelledBy ?? cancelled_by,
    AllocCPUS: cpus,
    AllocGPUS: given.AllocGPUS ?? tres?.gpus ?? null,
    AllocNodes: nodes,
    ReqMem: memory === null ? null : wholeJob(memory, { cpus, nodes }),
  };
  const { cpu_hours, gpu_hours } = hoursOf(record);
  return { ...record, CPUHours: cpu_hours, GPUHours: gpu_hours };
}

/**
 * The hours of a record. Those of a run that is over are those of every total, whatever the sender made of them.
 */
export function hoursOf(
  job: Parameters<typeof derive>[0],
): { readonly cpu_hours: number | null; readonly gpu_hours: number | null } {
  const { cpu_rate, gpu_rate, run_start_s, run_end_s } = derive(job);
  const hours = (rate: number, count: number | null, sent: number | null) => {
    if (Number.isFinite(run_end_s)) {
      return count === null && sent === null ? null : rate * (run_end_s - run_start_s) / 3600;
    }
    if (sent !== null || count === null || job.ElapsedRaw === null || Number.isNaN(run_start_s)) return sent;
    return count * job.ElapsedRaw / 3600;
  };
  return {
    cpu_hours: hours(cpu_rate, job.AllocCPUS, job.CPUHours),
    gpu_hours: hours(gpu_rate, job.AllocGPUS, job.GPUHours),
  };
}

/** The counts that a list of allocated TRES gives, null where it has none. */
export function allocated(
  text: string,
): { readonly cpus: number | null; readonly gpus: number | null; readonly nodes: number | null } {
  const tres = parseTres(text);
  return {
    cpus: countOf(tres.get("cpu")),
    gpus: atMost(MAX_COUNT, gpusOf(text).count),
    nodes: countOf(tres.get("node")),
  };
}

function countOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** How many nodes a list names; null if it cannot be read. */
export function nodesOf(node_list: string | null): number | null {
  try {
    return node_list === null ? null : countNodes(node_list);
  } catch {
    // An unreadable node list is kept as it is; it only leaves the count unknown.
    return null;
  }
}

/** An amount of memory times what it is meant for, null where that is unknown. */
export function wholeJob(
  memory: Memory,
  counts: { readonly cpus: number | null; readonly nodes: number | null },
) {
  const count = memory.per === "job" ? 1 : memory.per === "cpu" ? counts.cpus : counts.nodes;
  return count === null ? null : atMost(Number.MAX_SAFE_INTEGER, memory.bytes * count);
}

/** The number, or null if it is larger than anything real and than what the files can hold. */
function atMost(limit: number, value: number | null): number | null {
  return value === null || value > limit ? null : value;
}
