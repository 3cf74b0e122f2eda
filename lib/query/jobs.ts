import type { Dataset } from "../engine/dataset.ts";
import { topRows } from "../engine/top_rows.ts";
import { type ColumnName, JOB_COLUMNS } from "../job/columns.ts";
import type { TextColumn } from "../job/table.ts";
import type { Filters } from "../view/filters.ts";
import type { JobRow, JobsAnswer } from "./answers.ts";
import type { Asked, ClusterData, Data } from "./data.ts";
import { rangeOf } from "./range.ts";
import { searchOf, select, type Selection } from "./scan.ts";

/** Keys a table of jobs can be sorted by: the columns' names in lower case, the cluster, and the wait. */
export const JOB_SORTS: readonly string[] = [
  "cluster",
  "wait",
  ...JOB_COLUMNS.map(({ name }) => name.toLowerCase()),
];

/** The order of a table of jobs unless another is asked for. */
export const DEFAULT_JOB_SORT = "-submit";

/** More tasks than an array can have (Slurm's MaxArraySize ends at 4,000,001). */
const MAX_TASKS = 2 ** 23;

/** One page of the jobs that were waiting or running at any time of the range, in the order asked for. */
export function jobs(
  data: Data,
  filters: Filters,
  { now_s, limit, offset }: Asked & { readonly limit: number; readonly offset: number },
): JobsAnswer {
  const found = matching(data, filters, now_s);
  const total = found.reduce((sum, { rows }) => sum + rows.length, 0);
  const places = new Uint32Array(total).map((_, place) => place);
  const { key, descending } = sortOf(filters);
  const keys = new Float64Array(total);
  const textOrder = textOrderOf(found, key);
  let place = 0;
  for (const { cluster, rows } of found) {
    const keyOf = rowKey(cluster, key, textOrder);
    for (const row of rows) keys[place++] = keyOf(row);
  }
  const first = topRows(places, { keys, count: offset + limit, descending });
  return { total, users: usersOf(found), rows: [...first.subarray(offset)].map((at) => jobAt(found, at)) };
}

function usersOf(found: readonly Selection[]): number {
  const names = new Set<string>();
  for (const { cluster: { dataset }, rows } of found) {
    const seen = new Uint8Array(dataset.dictionaries.User.size);
    for (const row of rows) seen[dataset.codes.User[row]] = 1;
    seen.forEach((used, code) => {
      const name = dataset.dictionaries.User.text(code);
      if (used === 1 && name !== null) names.add(name);
    });
  }
  return names.size;
}

/** All jobs of the filters one by one, by cluster and then as they were received. */
export function* eachJob(data: Data, filters: Filters, { now_s }: Asked): Generator<JobRow> {
  for (const { cluster, rows } of matching(data, filters, now_s)) {
    for (const row of rows) yield { Cluster: cluster.name, ...cluster.dataset.record(row) };
  }
}

function matching(data: Data, filters: Filters, now_s: number): readonly Selection[] {
  const selections = select(data, filters, rangeOf(data, filters, now_s));
  const { q } = filters;
  if (q === null) return selections;
  return selections.map(({ cluster, rows }) => ({
    cluster,
    rows: rows.filter(searchOf(cluster.dataset, q)),
  }));
}

function sortOf({ sort }: Filters): { readonly key: string; readonly descending: boolean } {
  const asked = sort ?? DEFAULT_JOB_SORT;
  const key = asked.replace(/^-/, "");
  if (JOB_SORTS.includes(key)) return { key, descending: asked.startsWith("-") };
  return { key: DEFAULT_JOB_SORT.slice(1), descending: true };
}

/** A number that orders a row by the key; texts by their rank, NaN where unknown. */
function rowKey({ name, dataset }: ClusterData, key: string, textOrder: ReadonlyMap<string, number>) {
  if (key === "cluster") return () => textOrder.get(name) ?? NaN;
  if (key === "wait") return (row: number) => dataset.numbers.wait_s[row];
  const column = columnOf(key);
  if (column.type !== "text") {
    const values = dataset.numbers[column.name as keyof Dataset["numbers"]];
    return (row: number) => values[row];
  }
  if (column.name === "JobID" || column.name === "JobIDRaw") {
    const ids = dataset.plain[column.name];
    return (row: number) => idKey(ids[row]);
  }
  return (row: number) => textOrder.get(dataset.text(column.name as TextColumn, row) ?? "") ?? NaN;
}

/** A number that orders job ids: by the number, then the first array task or component; NaN for other ids. */
function idKey(id: string): number {
  const match = /^(\d+)(?:[_+]\[?(\d+))?/.exec(id);
  return match === null
    ? NaN
    : Number(match[1]) + (match[2] === undefined ? 0 : (Number(match[2]) + 1) / MAX_TASKS);
}

/** Rank of every text of the sorted column in all clusters, in the order of its characters. */
function textOrderOf(found: readonly Selection[], key: string): ReadonlyMap<string, number> {
  const texts = new Set<string>();
  if (key === "cluster") { for (const { cluster } of found) texts.add(cluster.name); }
  else if (key !== "wait") {
    const column = columnOf(key);
    if (column.type === "text" && column.name !== "JobID" && column.name !== "JobIDRaw") {
      for (const { cluster } of found) {
        const dictionary = cluster.dataset.dictionaries[column.name as keyof Dataset["dictionaries"]];
        for (let code = 1; code < dictionary.size; code++) texts.add(dictionary.text(code) ?? "");
      }
    }
  }
  return new Map([...texts].sort().map((text, rank) => [text, rank]));
}

function columnOf(key: string): { readonly name: ColumnName; readonly type: string } {
  const column = JOB_COLUMNS.find(({ name }) => name.toLowerCase() === key);
  if (column === undefined) throw new RangeError(`Jobs cannot be sorted by "${key}"`);
  return column;
}

function jobAt(found: readonly Selection[], place: number): JobRow {
  for (const { cluster, rows } of found) {
    if (place < rows.length) return { Cluster: cluster.name, ...cluster.dataset.record(rows[place]) };
    place -= rows.length;
  }
  throw new RangeError(`There is no job at place ${place}`);
}
