import type { Week } from "../engine/week.ts";
import { JOB_COLUMNS } from "../job/columns.ts";
import { Dictionary } from "../job/dictionary.ts";
import { JobIds } from "../job/ids.ts";
import { type CodedColumn, ID_COLUMNS, type NumberColumn } from "../job/table.ts";
import type { Asked, ClusterData, Data } from "../query/data.ts";
import { eachWeek, type MatchingWeek } from "../query/matching.ts";
import type { Filters } from "../view/filters.ts";
import { type ColumnValues, type FileColumn, ParquetExport } from "../store/parquet_export.ts";
import { COLUMN_NOTES } from "../store/parquet_schema.ts";

/** Rows of a group: enough for other programs to be fast, few enough that one column of them takes no room. */
const GROUP_ROWS = 131_072;

const CLUSTER = "Cluster";
const COLUMNS: readonly FileColumn[] = [
  { name: CLUSTER, type: "text", nullable: false, unit: null, meaning: "Cluster that ran the job" },
  ...JOB_COLUMNS.map((column) => ({ ...column, unit: COLUMN_NOTES[column.name].unit })),
];

/** Some rows of a week. */
interface Part {
  readonly week: Week;
  readonly rows: Uint32Array;
}

/** Rows of one cluster that become a row group. */
interface Group {
  readonly cluster: ClusterData;
  readonly parts: readonly Part[];
  readonly rows: number;
}

/** The jobs of the filters as a Parquet file, in pieces of a column of a row group each. */
export async function* jobParquet(
  data: Data,
  filters: Filters,
  { notes, group_rows = GROUP_ROWS, ...asked }: Asked & {
    readonly notes: Readonly<Record<string, string>>;
    readonly group_rows?: number;
  },
): AsyncGenerator<Uint8Array> {
  const file = new ParquetExport(COLUMNS, { name: "job", notes });
  yield file.head();
  for await (const group of groups(eachWeek(data, filters, asked), group_rows)) {
    for (const piece of file.group(group.rows, ({ name }) => valuesOf(group, name))) {
      yield piece;
      const pause = asked.breathe?.();
      if (pause !== undefined) await pause;
    }
  }
  yield file.foot();
}

/** The rows of each cluster, as many at a time as a group takes. */
async function* groups(weeks: AsyncIterable<MatchingWeek>, most: number): AsyncGenerator<Group> {
  let pending: { cluster: ClusterData; parts: Part[]; rows: number } | null = null;
  for await (const { cluster, week, marks, count } of weeks) {
    if (pending !== null && pending.cluster !== cluster) {
      yield pending;
      pending = null;
    }
    const rows = markedRows(marks, count);
    for (let at = 0; at < count;) {
      pending ??= { cluster, parts: [], rows: 0 };
      const taken = Math.min(most - pending.rows, count - at);
      pending.parts.push({ week, rows: rows.subarray(at, at + taken) });
      pending.rows += taken;
      at += taken;
      if (pending.rows < most) continue;
      yield pending;
      pending = null;
    }
  }
  if (pending !== null) yield pending;
}

function markedRows(marks: Uint8Array | null, count: number): Uint32Array {
  const rows = new Uint32Array(count);
  if (marks === null) { for (let row = 0; row < count; row++) rows[row] = row; }
  else for (let row = 0, at = 0; row < marks.length; row++) if (marks[row] === 1) rows[at++] = row;
  return rows;
}

function valuesOf({ cluster, parts, rows }: Group, name: string): ColumnValues {
  const { dataset } = cluster;
  if (name === CLUSTER) {
    return { text: { codes: new Uint32Array(rows).fill(1), dictionary: new Dictionary([cluster.name]) } };
  }
  const id = ID_COLUMNS.find((column) => column === name);
  let at = 0;
  if (id !== undefined) {
    const ids = new JobIds(rows, dataset.others);
    for (const { week, rows } of parts) {
      const { kinds, numbers, parts } = week.ids[id];
      for (let i = 0; i < rows.length; i++, at++) {
        ids.kinds[at] = kinds[rows[i]] ?? 0;
        ids.numbers[at] = numbers[rows[i]] ?? 0;
        ids.parts[at] = parts[rows[i]] ?? 0;
      }
    }
    return { ids };
  }
  if (Object.hasOwn(dataset.dictionaries, name)) {
    const column = name as CodedColumn;
    const codes = new Uint32Array(rows);
    for (const { week, rows } of parts) {
      const of_week = week.codes[column];
      for (let i = 0; i < rows.length; i++) codes[at++] = of_week[rows[i]] ?? 0;
    }
    return { text: { codes, dictionary: dataset.dictionaries[column] } };
  }
  const numbers = new Float64Array(rows);
  for (const { week, rows } of parts) {
    const numberOf = week.reader(name as NumberColumn);
    for (let i = 0; i < rows.length; i++) numbers[at++] = numberOf(rows[i]);
  }
  return { numbers };
}
