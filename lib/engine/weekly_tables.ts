import { byName } from "../job/by_name.ts";
import { JobIds } from "../job/ids.ts";
import {
  CODED_COLUMNS,
  ID_COLUMNS,
  type IdColumn,
  type JobTable,
  newTable,
  NUMBER_COLUMNS,
  pickRows,
} from "../job/table.ts";
import { weekLabel, weekOf } from "../store/weeks.ts";
import type { Dataset } from "./dataset.ts";
import { upTo } from "./packed.ts";
import type { Week } from "./week.ts";

/** The times that give a job its week, epoch seconds; NaN or 0 where unknown. */
export interface Times {
  readonly Submit: ArrayLike<number>;
  readonly Start: ArrayLike<number>;
  readonly End: ArrayLike<number>;
}

/** ISO week (UTC) of the job in a row: that of its submission, else of its start, else of its end. */
export function weekAt({ Submit, Start, End }: Times, row: number): number {
  return weekOf(Submit[row] || Start[row] || End[row] || 0);
}

/** Numbers of the weeks of which a table holds jobs, or some of its rows. */
export function weeksIn(
  { length, numbers }: JobTable,
  rows: Uint32Array = upTo(length),
): ReadonlySet<number> {
  const weeks = new Set<number>();
  for (const row of rows) weeks.add(weekAt(numbers, row));
  return weeks;
}

/** The jobs of a dataset by week, as `2024W44`, in the order of time. */
export function weeklyTables(dataset: Dataset): Map<string, JobTable> {
  const parts = new Map<number, JobTable[]>();
  for (const week of dataset.weeks.values()) {
    const table = tableOf(dataset, week);
    const rows = new Map<number, number[]>();
    for (let row = 0; row < week.length; row++) {
      const number = weekAt(week.times, row);
      const known = rows.get(number);
      if (known === undefined) rows.set(number, [row]);
      else known.push(row);
    }
    for (const [number, places] of rows) {
      const part = places.length === table.length ? table : pickRows(table, places);
      parts.set(number, [...parts.get(number) ?? [], part]);
    }
  }
  return new Map(
    [...parts].sort(([a], [b]) => a - b).map(([number, tables]) => [weekLabel(number), joined(tables)]),
  );
}

/** All jobs of a dataset as one table. */
export function wholeTable(dataset: Dataset): JobTable {
  const tables = [...dataset.weeks.values()].map((week) => tableOf(dataset, week));
  return tables.length === 0 ? newTable(0) : joined(tables);
}

/** The weeks all of whose jobs ended before a moment, with how many jobs each has. */
export function weeksEndedBefore(dataset: Dataset, cutoff_s: number): Map<number, number> {
  const weeks = new Map<number, number>();
  const alive = new Set<number>();
  for (const { length, times } of dataset.weeks.values()) {
    for (let row = 0; row < length; row++) {
      const number = weekAt(times, row);
      if (times.End[row] === 0 || times.End[row] >= cutoff_s) alive.add(number);
      weeks.set(number, (weeks.get(number) ?? 0) + 1);
    }
  }
  for (const week of alive) weeks.delete(week);
  return weeks;
}

/** The jobs of a week as a table; it shares the dictionaries of the dataset. */
function tableOf(dataset: Dataset, week: Week): JobTable {
  const { length } = week;
  return {
    length,
    ids: byName(ID_COLUMNS, (name) => idsOf(dataset, week, name)),
    text: byName(CODED_COLUMNS, (name) => {
      const codes = new Uint32Array(length);
      codes.set(week.codes[name]);
      return { codes, dictionary: dataset.dictionaries[name] };
    }),
    numbers: byName(NUMBER_COLUMNS, (name) => {
      const numbers = new Float64Array(length);
      const numberAt = week.reader(name);
      for (let row = 0; row < length; row++) numbers[row] = numberAt(row);
      return numbers;
    }),
  };
}

function idsOf({ others }: Dataset, week: Week, name: IdColumn): JobIds {
  const ids = new JobIds(week.length, others);
  ids.kinds.set(week.ids[name].kinds);
  ids.numbers.set(week.ids[name].numbers);
  ids.parts.set(week.ids[name].parts);
  return ids;
}

/** Tables of one dataset, one after the other. */
function joined(tables: readonly JobTable[]): JobTable {
  if (tables.length === 1) return tables[0];
  const length = tables.reduce((sum, table) => sum + table.length, 0);
  const [{ ids, text }] = tables;
  const joining = <T extends Uint8Array | Uint32Array | Float64Array>(
    to: T,
    of: (table: JobTable) => T,
  ): T => {
    let at = 0;
    for (const table of tables) {
      to.set(of(table).subarray(0, table.length), at);
      at += table.length;
    }
    return to;
  };
  return {
    length,
    ids: byName(ID_COLUMNS, (name) => {
      const all = new JobIds(0, ids[name].others);
      all.kinds = joining(new Uint8Array(length), (table) => table.ids[name].kinds);
      all.numbers = joining(new Uint32Array(length), (table) => table.ids[name].numbers);
      all.parts = joining(new Uint32Array(length), (table) => table.ids[name].parts);
      return all;
    }),
    text: byName(CODED_COLUMNS, (name) => ({
      codes: joining(new Uint32Array(length), (table) => table.text[name].codes),
      dictionary: text[name].dictionary,
    })),
    numbers: byName(
      NUMBER_COLUMNS,
      (name) => joining(new Float64Array(length), (table) => table.numbers[name]),
    ),
  };
}
