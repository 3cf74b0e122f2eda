import { byName } from "../job/by_name.ts";
import { type ColumnType, JOB_COLUMNS } from "../job/columns.ts";
import { type Dictionary } from "../job/dictionary.ts";
import { type IdParts, idText } from "../job/ids.ts";
import { ID_COLUMNS, type IdColumn, NUMBER_COLUMNS, type NumberColumn } from "../job/table.ts";
import { weekOf } from "../store/weeks.ts";
import { FLAGS } from "./flags.ts";
import { type Packed, PackedNumbers, type Unit, upTo, writeCodes } from "./packed.ts";
import { CODED_TEXT, type CodedText } from "./coded_text.ts";
import { Runs } from "./runs.ts";

/** Number of the week that holds the jobs whose submission is unknown. */
const NO_WEEK = -1;

/** Times that are held by themselves, in seconds since the epoch, 0 where unknown. */
export type TimeColumn = "Submit" | "Start" | "End";
export const TIME_COLUMNS: readonly TimeColumn[] = ["Submit", "Start", "End"];

/** Numbers that are held packed. */
export type PackedColumn = Exclude<NumberColumn, TimeColumn>;

/** What nearly all numbers of a type are multiples of. */
const UNITS: Readonly<Record<Exclude<ColumnType, "text">, Unit>> = {
  time: { times: 1, per: 1 },
  count: { times: 1, per: 1 },
  seconds: { times: 1, per: 1 },
  minutes: { times: 1, per: 1 },
  hours: { times: 1, per: 1 },
  bytes: { times: 1024, per: 1 },
  percent: { times: 1, per: 10 },
};
const MILLISECOND: Unit = { times: 1, per: 1000 };

function unitOf(column: PackedColumn): Unit {
  if (column === "TotalCPU") return MILLISECOND;
  const { type } = JOB_COLUMNS.find(({ name }) => name === column) ?? { type: "count" };
  return UNITS[type as Exclude<ColumnType, "text">];
}

export const PACKED_COLUMNS = NUMBER_COLUMNS.filter((name): name is PackedColumn =>
  !TIME_COLUMNS.some((time) => time === name)
);

/** Columns whose numbers follow from others where {@link FLAGS} says so. */
const FOLLOWING: ReadonlySet<PackedColumn> = new Set<PackedColumn>([
  "Eligible",
  "ElapsedRaw",
  "CPUHours",
  "GPUHours",
]);

/** ISO week (UTC) of a submission; {@link NO_WEEK} where that is unknown, NaN or 0. */
export function weekOfSubmission(submit_s: number): number {
  return submit_s > 0 ? weekOf(submit_s) : NO_WEEK;
}

/** Ids as {@link JobIds} has them, packed. */
interface PackedIds {
  readonly kinds: Packed;
  readonly numbers: Packed;
  readonly parts: Packed;
}

/** The columns of a week. */
export interface WeekColumns {
  readonly length: number;
  readonly times: Readonly<Record<TimeColumn, Uint32Array>>;
  /** {@link FLAGS} of each row. */
  readonly flags: Uint16Array;
  readonly ids: Readonly<Record<IdColumn, PackedIds>>;
  readonly codes: Readonly<Record<CodedText, Packed>>;
  readonly numbers: Readonly<Record<PackedColumn, PackedNumbers>>;
}

/** What is written into a week: for each row to write, in the order of `rows`, its values. */
export interface WeekWrites {
  readonly length: number;
  readonly rows: Uint32Array;
  readonly times: Readonly<Record<TimeColumn, Uint32Array>>;
  readonly flags: Uint16Array;
  readonly ids: Readonly<Record<IdColumn, { kinds: Uint32Array; numbers: Uint32Array; parts: Uint32Array }>>;
  readonly codes: Readonly<Record<CodedText, Uint32Array>>;
  readonly numbers: Readonly<Record<PackedColumn, Float64Array>>;
}

/**
 * The jobs of one cluster that were submitted in one week, as columns of the narrowest arrays. A week never changes:
 * {@link written} makes another, so that whoever reads the old one reads on undisturbed.
 */
export class Week implements WeekColumns {
  readonly length: number;
  readonly times: WeekColumns["times"];
  readonly flags: Uint16Array;
  readonly ids: WeekColumns["ids"];
  readonly codes: WeekColumns["codes"];
  readonly numbers: WeekColumns["numbers"];
  #runs: Runs | null = null;
  #column_bytes: number | null = null;

  constructor({ length, times, flags, ids, codes, numbers }: WeekColumns) {
    this.length = length;
    this.times = times;
    this.flags = flags;
    this.ids = ids;
    this.codes = codes;
    this.numbers = numbers;
  }

  /** A week without jobs. */
  static readonly EMPTY = new Week({
    length: 0,
    times: byName(TIME_COLUMNS, () => new Uint32Array()),
    flags: new Uint16Array(),
    ids: byName(
      ID_COLUMNS,
      () => ({ kinds: new Uint8Array(), numbers: new Uint8Array(), parts: new Uint8Array() }),
    ),
    codes: byName(CODED_TEXT, () => new Uint8Array()),
    numbers: byName(PACKED_COLUMNS, (name) => new PackedNumbers(unitOf(name))),
  });

  /** Its rows in runs of like jobs; made when first asked for. */
  get runs(): Runs {
    return this.#runs ??= new Runs(this);
  }

  /** The week after the writes. */
  written(writes: WeekWrites): Week {
    const { length, rows } = writes;
    const codes = (before: Packed, values: Uint32Array) => writeCodes(before, { length, rows, values });
    return new Week({
      length,
      times: byName(TIME_COLUMNS, (name) => {
        const column = new Uint32Array(length);
        column.set(this.times[name]);
        for (let i = 0; i < rows.length; i++) column[rows[i]] = writes.times[name][i];
        return column;
      }),
      flags: writtenFlags(this.flags, writes),
      ids: byName(ID_COLUMNS, (name) => ({
        kinds: codes(this.ids[name].kinds, writes.ids[name].kinds),
        numbers: codes(this.ids[name].numbers, writes.ids[name].numbers),
        parts: codes(this.ids[name].parts, writes.ids[name].parts),
      })),
      codes: byName(CODED_TEXT, (name) => codes(this.codes[name], writes.codes[name])),
      numbers: byName(
        PACKED_COLUMNS,
        (name) => this.numbers[name].written({ length, rows, values: writes.numbers[name] }),
      ),
    });
  }

  /** The rows at the given places, in that order, as a week of their own. */
  picked(rows: Uint32Array): Week {
    const length = rows.length;
    const pick = (from: Packed) =>
      writeCodes(new Uint8Array(), { length, rows: upTo(length), values: gather(from, rows) });
    return new Week({
      length,
      times: byName(TIME_COLUMNS, (name) => gather(this.times[name], rows)),
      flags: Uint16Array.from(rows, (row) => this.flags[row]),
      ids: byName(ID_COLUMNS, (name) => ({
        kinds: pick(this.ids[name].kinds),
        numbers: pick(this.ids[name].numbers),
        parts: pick(this.ids[name].parts),
      })),
      codes: byName(CODED_TEXT, (name) => pick(this.codes[name])),
      numbers: byName(PACKED_COLUMNS, (name) => this.numbers[name].picked(rows)),
    });
  }

  /** The id of a row, taken apart. */
  id(column: IdColumn, row: number): IdParts {
    const { kinds, numbers, parts } = this.ids[column];
    return { kind: kinds[row] ?? 0, number: numbers[row] ?? 0, part: parts[row] ?? 0 };
  }

  /** The code of a row's text, 0 where it has none. */
  code(column: CodedText, row: number): number {
    return this.codes[column][row] ?? 0;
  }

  /** The id of a row as text, null where there is none. */
  idText(column: IdColumn, row: number, others: Dictionary): string | null {
    return idText(this.id(column, row), others);
  }

  /** Whether no number of a column is known, as of one that a site does not send. */
  isUnknown(column: NumberColumn): boolean {
    if (column === "Submit" || column === "Start" || column === "End") return false;
    return !FOLLOWING.has(column) && this.numbers[column].stored.length === 0;
  }

  /** The number in a row of any column, NaN where unknown. */
  number(column: NumberColumn, row: number): number {
    return this.reader(column)(row);
  }

  /** Reads the numbers of a column, NaN where unknown. */
  reader(column: NumberColumn): (row: number) => number {
    const { flags, times } = this;
    if (column === "Submit" || column === "Start" || column === "End") {
      const values = times[column];
      return (row) => values[row] || NaN;
    }
    const packed = this.numbers[column];
    const unless = (bit: number, follows: (row: number) => number) => (row: number) =>
      (flags[row] & bit) !== 0 ? follows(row) : packed.at(row);
    switch (column) {
      case "Eligible":
        return unless(FLAGS.eligible_at_once, (row) => times.Submit[row]);
      case "ElapsedRaw":
        return unless(FLAGS.never_suspended, (row) => times.End[row] - times.Start[row]);
      case "CPUHours":
        return unless(FLAGS.cpu_hours_follow, (row) => this.#hours("AllocCPUS", row));
      case "GPUHours":
        return unless(FLAGS.gpu_hours_follow, (row) => this.#hours("AllocGPUS", row));
      default:
        return (row) => packed.at(row);
    }
  }

  #hours(column: "AllocCPUS" | "AllocGPUS", row: number): number {
    const flags = this.flags[row];
    const { Submit, Start, End } = this.times;
    return followingHours(this.numbers[column].at(row), {
      elapsed_s: (flags & FLAGS.never_suspended) !== 0
        ? End[row] - Start[row]
        : this.numbers.ElapsedRaw.at(row),
      start_s: (flags & FLAGS.resized) !== 0 ? Submit[row] : Start[row],
      end_s: End[row],
    });
  }

  /** Bytes of its columns, what was made of them included. */
  get bytes(): number {
    return (this.#column_bytes ??= this.#bytesOfColumns()) + (this.#runs?.bytes ?? 0);
  }

  #bytesOfColumns(): number {
    const arrays: Packed[] = [
      ...TIME_COLUMNS.map((name) => this.times[name]),
      ...ID_COLUMNS.flatMap((name) => Object.values(this.ids[name])),
      ...CODED_TEXT.map((name) => this.codes[name]),
      ...PACKED_COLUMNS.map((name) => this.numbers[name].stored),
    ];
    return arrays.reduce((sum, { byteLength }) => sum + byteLength, this.flags.byteLength);
  }
}

/**
 * The hours of a count that follow from a job's times, as its record has them; 0 as `end_s` stands for a job that has
 * not ended. See {@link derive}.
 */
export function followingHours(
  count: number,
  { elapsed_s, start_s, end_s }: {
    readonly elapsed_s: number;
    readonly start_s: number;
    readonly end_s: number;
  },
): number {
  if (end_s === 0) return count * elapsed_s / 3600;
  const span_s = Math.max(0, end_s - start_s);
  const share = Number.isNaN(elapsed_s) || span_s === 0 ? 1 : Math.min(1, elapsed_s / span_s);
  return count * share * span_s / 3600;
}

function writtenFlags(before: Uint16Array, { length, rows, flags }: WeekWrites): Uint16Array {
  const column = new Uint16Array(length);
  column.set(before);
  for (let i = 0; i < rows.length; i++) column[rows[i]] = flags[i];
  return column;
}

function gather(from: Packed, rows: Uint32Array): Uint32Array {
  const values = new Uint32Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = from[rows[i]];
  return values;
}
