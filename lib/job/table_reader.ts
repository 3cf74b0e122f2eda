import { type Memory } from "../slurm/memory.ts";
import { parseState } from "../slurm/state.ts";
import { type ColumnType, JOB_COLUMNS, type Rejected } from "./columns.ts";
import { ID_KINDS, type JobIds } from "./ids.ts";
import { numberReaders } from "./number_readers.ts";
import {
  allocated,
  fieldReaders,
  hoursOf,
  jobReader,
  lenientReader,
  nodesOf,
  readJobId,
  readMemory,
  readText,
  wholeJob,
  wireValue,
} from "./record.ts";
import { CODED_COLUMNS, type CodedText, type JobTable, newTable, pushRecord } from "./table.ts";

/** Longest reason of a rejected row that is kept. */
const MAX_REASON = 500;
/** Most rejected records that are named. */
const MAX_REJECTED = 1000;
/** Most amounts of memory that are remembered: a site has few, an attacker has many. */
const MAX_MEMORIES = 10_000;

/** Reads jobs of the wire format into the columns of a table. */
export interface TableReader {
  readonly table: JobTable;
  /** The first of the records that are no jobs, and how many there are. */
  readonly rejected: readonly Rejected[];
  readonly rejected_count: number;
  /** Takes up the next record of the batch, or notes why it is no job. */
  readonly read: (raw: unknown) => void;
}

type Wire = Readonly<Record<string, unknown>>;

/**
 * Makes a reader for a batch of up to `capacity` records: the same verdicts and values as {@link jobReader}'s, many
 * times faster. What is usual is read straight into the columns; any value that is not goes through the reader
 * of its field, and a record that fails through the reader of records, which knows all the reasons.
 */
export function tableReader(
  { zone, capacity }: { readonly zone: string; readonly capacity: number },
): TableReader {
  const table = newTable(capacity);
  const { ids, text, numbers } = table;
  const rejected: Rejected[] = [];
  const readRecord = jobReader(zone);
  const readers = fieldReaders(zone);
  const readNumbers = numberReaders(readers);
  const number_fields = JOB_COLUMNS.filter(({ type, name }) => type !== "text" && name !== "ReqMem")
    .map((column) => {
      const { name, type } = column;
      const lenient = lenientReader(column, readers);
      return {
        name,
        column: numbers[name as keyof typeof numbers],
        read: lenient === null
          ? readNumbers[type as Exclude<ColumnType, "text">]
          : (value: unknown) => value === null || value === undefined ? NaN : lenient(value) ?? NaN,
      };
    });
  const text_fields = CODED_COLUMNS.filter((name) => name !== "State")
    .map((name) => ({ name, coded: text[name], code: textCoder(text[name]) }));
  const memoryOf = memoryReader();
  const states = stateCodes(text.State, text.CancelledBy);
  const tresOf = memo((code) => allocated(text.AllocTRES.dictionary.text(code) ?? ""));
  const countOf = memo((code) => nodesOf(text.NodeList.dictionary.text(code)));

  /** Reads a record into the row after the last. Throws what is wrong with it, after which it has left no row. */
  function readUsual(wire: Wire): void {
    const row = table.length;
    for (const { name, column, read } of number_fields) column[row] = read(wire[name]);
    if (Number.isNaN(numbers.Submit[row] + numbers.Start[row] + numbers.End[row])) {
      const placed = [numbers.Submit, numbers.Start, numbers.End].some((times) => !Number.isNaN(times[row]));
      if (!placed) throw new RangeError("has no place in time");
    }
    const memory = memoryOf(wire.ReqMem);
    readIds(ids, row, wire);
    for (const { name, coded, code } of text_fields) coded.codes[row] = code(wire[name]);
    const { state, cancelled_by } = states(wire.State);
    text.State.codes[row] = state;
    if (text.CancelledBy.codes[row] === 0) text.CancelledBy.codes[row] = cancelled_by;
    complete(row, memory);
    table.length++;
  }

  /** Fills in what follows from other columns. */
  function complete(row: number, memory: Memory | null): void {
    const { AllocCPUS, AllocGPUS, AllocNodes, ReqMem, CPUHours, GPUHours } = numbers;
    const tres_code = text.AllocTRES.codes[row];
    const node_code = text.NodeList.codes[row];
    if (tres_code !== 0) {
      const { cpus, gpus, nodes } = tresOf(tres_code);
      if (Number.isNaN(AllocCPUS[row])) AllocCPUS[row] = cpus ?? NaN;
      if (Number.isNaN(AllocGPUS[row])) AllocGPUS[row] = gpus ?? NaN;
      if (Number.isNaN(AllocNodes[row])) AllocNodes[row] = nodes ?? NaN;
    }
    if (node_code !== 0 && Number.isNaN(AllocNodes[row])) AllocNodes[row] = countOf(node_code) ?? NaN;
    const cpus = known(AllocCPUS[row]);
    const nodes = known(AllocNodes[row]);
    ReqMem[row] = memory === null ? NaN : wholeJob(memory, { cpus, nodes }) ?? NaN;
    const { cpu_hours, gpu_hours } = hoursOf({
      Submit: known(numbers.Submit[row]),
      Start: known(numbers.Start[row]),
      End: known(numbers.End[row]),
      NodeList: text.NodeList.dictionary.text(node_code),
      ElapsedRaw: known(numbers.ElapsedRaw[row]),
      AllocCPUS: cpus,
      AllocGPUS: known(AllocGPUS[row]),
      AllocNodes: nodes,
      CPUHours: known(CPUHours[row]),
      GPUHours: known(GPUHours[row]),
    });
    CPUHours[row] = cpu_hours ?? NaN;
    GPUHours[row] = gpu_hours ?? NaN;
  }

  let index = 0;
  let rejected_count = 0;
  return {
    table,
    rejected,
    get rejected_count() {
      return rejected_count;
    },
    read(raw) {
      const place = index++;
      if (typeof raw === "object" && raw !== null && Object.getPrototypeOf(raw) === Object.prototype) {
        try {
          return readUsual(raw as Wire);
        } catch {
          // The reader of records says what is wrong with it.
        }
      }
      const record = readRecord(raw);
      if (!("reason" in record)) return pushRecord(table, record);
      rejected_count++;
      if (rejected.length === MAX_REJECTED) return;
      rejected.push({ index: place, job_id: idOf(raw), reason: cut(record.reason) });
    },
  };
}

/** A text cut to what is kept of it. */
export function cut(text: string): string {
  return text.length <= MAX_REASON ? text : `${text.slice(0, MAX_REASON)}…`;
}

function idOf(raw: unknown): string | null {
  const id = typeof raw === "object" && raw !== null && Object.hasOwn(raw, "JobID")
    ? (raw as { readonly JobID: unknown }).JobID
    : null;
  return typeof id === "string" || typeof id === "number" ? cut(String(id)) : null;
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** Gives the code of a text in its column. */
function textCoder({ dictionary }: CodedText): (value: unknown) => number {
  return (value) => {
    if (value === null || value === undefined || value === "") return 0;
    // A text that is known as it stands was looked at when it came first.
    const code = typeof value === "string" ? dictionary.find(value) : undefined;
    return code ?? dictionary.intern(readText(wireValue(value)));
  };
}

/** Gives the codes of a state and of whoever cancelled the job. */
function stateCodes(
  state: CodedText,
  canceller: CodedText,
): (value: unknown) => { readonly state: number; readonly cancelled_by: number } {
  // By the text as it came: `CANCELLED by 1000` is no text of the column.
  const codes = new Map<unknown, { readonly state: number; readonly cancelled_by: number }>();
  return (value) => {
    const before = codes.get(value);
    if (before !== undefined) return before;
    const text = readText(wireValue(value));
    const parsed = text === null ? { state: null, cancelled_by: null } : parseState(text);
    const found = {
      state: state.dictionary.intern(parsed.state),
      cancelled_by: canceller.dictionary.intern(parsed.cancelled_by),
    };
    codes.set(value, found);
    return found;
  };
}

function memoryReader(): (value: unknown) => Memory | null {
  const memories = new Map<unknown, Memory | null>();
  return (value) => {
    if (value === null || value === undefined) return null;
    const before = memories.get(value);
    if (before !== undefined) return before;
    const memory = readMemory(wireValue(value));
    if (memories.size < MAX_MEMORIES) memories.set(value, memory);
    return memory;
  };
}

/** Remembers what follows from a code of a dictionary. */
function memo<T>(read: (code: number) => T): (code: number) => T {
  const found: T[] = [];
  return (code) => {
    // Codes come in rising order, so the list has no holes.
    if (code in found) return found[code];
    return found[code] = read(code);
  };
}

/** Writes the ids of a record in a row. */
function readIds(ids: JobTable["ids"], row: number, wire: Wire): void {
  const { JobID, JobIDRaw, SLUID } = wire;
  if (!writeNumber(ids.JobID, row, JobID)) ids.JobID.set(row, readJobId(wireValue(JobID)));
  if (JobIDRaw === null || JobIDRaw === undefined || JobIDRaw === "") {
    ids.JobIDRaw.set(row, ids.JobID.text(row));
  } else if (!writeNumber(ids.JobIDRaw, row, JobIDRaw)) ids.JobIDRaw.set(row, readText(wireValue(JobIDRaw)));
  ids.SLUID.set(row, readText(wireValue(SLUID)));
}

/** Writes an id that is a plain number, of up to nine digits, or one with the number of its task. */
function writeNumber(ids: JobIds, row: number, value: unknown): boolean {
  if (typeof value === "number") {
    if (!Number.isInteger(value) || value < 1 || value > 999_999_999) return false;
    ids.kinds[row] = ID_KINDS.job;
    ids.numbers[row] = value;
    ids.parts[row] = 0;
    return true;
  }
  if (typeof value !== "string") return false;
  const mark = value.indexOf("_");
  const number = idDigits(value, 0, mark < 0 ? value.length : mark);
  const part = mark < 0 ? 0 : idDigits(value, mark + 1, value.length);
  if (number < 0 || part < 0) return false;
  ids.kinds[row] = mark < 0 ? ID_KINDS.job : ID_KINDS.task;
  ids.numbers[row] = number;
  ids.parts[row] = part;
  return true;
}

/** The number of one to nine digits in a part of a text; -1 if it is anything else, a zero in front included. */
function idDigits(text: string, from: number, to: number): number {
  if (to <= from || to - from > 9 || text.charCodeAt(from) === 48 && to - from > 1) return -1;
  let number = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}
