import type { CodedText, Dataset } from "../engine/dataset.ts";
import { groupByCodes, type Grouping as RowGrouping, Slots, wholeGrouping } from "../engine/grouping.ts";
import { type Condition, selectRows } from "../engine/select.ts";
import type { Runs, Scan } from "../engine/tally.ts";
import { countNodes, expandNodeList } from "../slurm/node_list.ts";
import type { Filters } from "../view/filters.ts";
import { type Dimension, DIMENSIONS, type Grouping } from "../view/measures.ts";
import type { Range } from "./answers.ts";
import type { ClusterData, Data } from "./data.ts";
import { chosenClusters } from "./range.ts";

/** The column of each dimension that is one. */
const COLUMNS: Readonly<Record<Exclude<Dimension, "cluster">, CodedText>> = {
  account: "Account",
  user: "User",
  partition: "Partition",
  qos: "QOS",
  state: "State",
};

/** The chosen rows of one cluster, as row numbers. */
export interface Selection {
  readonly cluster: ClusterData;
  readonly rows: Uint32Array;
}

/** The jobs that the filters leave of those that were waiting or running at any time of the range. */
export function select(data: Data, filters: Filters, range: Range): readonly Selection[] {
  return chosenClusters(data, filters).map((cluster) => ({ cluster, rows: rowsOf(cluster, filters, range) }));
}

/** Selections of a dataset in one state of it: one page asks several questions of the same jobs. */
const selected = new WeakMap<Dataset, Map<string, Uint32Array>>();
const KEPT_SELECTIONS = 6;

function rowsOf(cluster: ClusterData, filters: Filters, range: Range): Uint32Array {
  const { dataset, fresh_until_s } = cluster;
  const { only, not } = filters;
  const choices = [{ ...only, cluster: [] }, { ...not, cluster: [] }];
  const key = JSON.stringify([dataset.generation, fresh_until_s, range.start_s, range.end_s, choices]);
  const kept = selected.get(dataset) ?? new Map<string, Uint32Array>();
  selected.set(dataset, kept);
  const rows = kept.get(key) ?? selectRows(dataset, conditionsOf(filters), presence(cluster, range));
  kept.delete(key);
  kept.set(key, rows);
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT_SELECTIONS) break;
    kept.delete(oldest);
  }
  return rows;
}

/**
 * Whether a row's job was waiting or running at any time of the range: its life is from the first to the last
 * moment known of it, or to the newest report if it has not ended.
 */
export function presence({ dataset, fresh_until_s }: ClusterData, range: Range): (row: number) => boolean {
  const { Submit, Start, End } = dataset.numbers;
  const until_s = fresh_until_s ?? -Infinity;
  return (row) => {
    const submit_s = Submit[row];
    const start_s = Start[row];
    const end_s = End[row];
    // A comparison with NaN is false: what is unknown moves neither end.
    let first_s = Infinity;
    let last_s = Number.isNaN(end_s) ? until_s : end_s;
    if (submit_s < first_s) first_s = submit_s;
    if (start_s < first_s) first_s = start_s;
    if (end_s < first_s) first_s = end_s;
    if (submit_s > last_s) last_s = submit_s;
    if (start_s > last_s) last_s = start_s;
    return first_s < range.end_s && last_s >= range.start_s;
  };
}

/** Whether a row's job has the text in its id or, in letters large or small, in its name. */
export function searchOf(dataset: Dataset, q: string): (row: number) => boolean {
  const wanted = q.toLowerCase();
  const { JobName } = dataset.dictionaries;
  const named = Uint8Array.from(
    { length: JobName.size },
    (_, code) => JobName.text(code)?.toLowerCase().includes(wanted) ? 1 : 0,
  );
  const names = dataset.codes.JobName;
  const ids = dataset.plain.JobID;
  return (row) => named[names[row]] === 1 || ids[row].includes(wanted);
}

/** The column that holds a dimension. */
export function textColumn(dimension: Exclude<Dimension, "cluster">): CodedText {
  return COLUMNS[dimension];
}

/** Whether the filters keep jobs with this text in a dimension. */
export function keeps({ only, not }: Filters, dimension: Dimension, text: string | null): boolean {
  const values = text === null ? [] : dimension === "partition" ? partitions(text) : [text];
  return (only[dimension].length === 0 || values.some((value) => only[dimension].includes(value))) &&
    !values.some((value) => not[dimension].includes(value));
}

function conditionsOf(filters: Filters): readonly Condition[] {
  const conditions: Condition[] = [];
  for (const dimension of DIMENSIONS) {
    const constrained = filters.only[dimension].length + filters.not[dimension].length > 0;
    if (dimension === "cluster" || !constrained) continue;
    conditions.push({ column: COLUMNS[dimension], keep: (text) => keeps(filters, dimension, text) });
  }
  return conditions;
}

/** The partitions a job may start in: `a,b` or `a, b` while it waits, one once it runs. */
export function partitions(text: string): readonly string[] {
  return text.includes(",") ? [text, ...text.split(",").map((part) => part.trim())] : [text];
}

/** The slot of a key; keys that are not shown by themselves may share one. */
export type SlotOf = (key: string) => number;

/** The rows of a selection, grouped. */
export function scanOf({ cluster, rows }: Selection, by: Grouping, slotOf: SlotOf): Scan {
  return { rows, grouping: groupingOf(cluster, by, slotOf) };
}

function groupingOf({ name, dataset }: ClusterData, by: Grouping, slotOf: SlotOf): RowGrouping {
  if (by === "none") return wholeGrouping(slotOf(""));
  if (by === "cluster") return wholeGrouping(slotOf(name));
  const column = by === "gpu_type" ? "gpu_types" : by === "node" ? "NodeList" : COLUMNS[by];
  const partsOf = by === "gpu_type" ? gpuParts : by === "node" ? nodeParts(dataset) : wholeText;
  return groupByCodes({ codes: dataset.codes[column], dictionary: dataset.dictionaries[column] }, {
    partsOf,
    slotOf,
  });
}

type Parts = readonly (readonly [key: string, weight: number])[];

function wholeText(text: string | null): Parts {
  return [[text ?? "", 1]];
}

/** `a100=2,v100=1` is two thirds a100; a job without GPUs has the key "". */
function gpuParts(text: string | null): Parts {
  if (text === null) return [["", 1]];
  const counts = text.split(",").map((part) => {
    const equals = part.lastIndexOf("=");
    return [part.slice(0, equals), Number(part.slice(equals + 1))] as const;
  });
  const all = counts.reduce((sum, [, count]) => sum + count, 0);
  return counts.map(([type, count]) => [type, count / all]);
}

/** Most names that the node lists of one dataset are expanded to; a list beyond that stands for itself. */
const MAX_EXPANDED = 2_000_000;

/** Node lists of a dataset, expanded: that takes longer than any scan. */
interface Expanded {
  readonly lists: Map<string, Parts>;
  /** Names in all of them. */
  names: number;
}

const expanded = new WeakMap<Dataset, Expanded>();

/** A job on several nodes belongs to each in equal parts; one without nodes has the key "". */
function nodeParts(dataset: Dataset): (text: string | null) => Parts {
  const cache = expanded.get(dataset) ?? { lists: new Map<string, Parts>(), names: 0 };
  expanded.set(dataset, cache);
  return (text) => {
    if (text === null) return [["", 1]];
    const known = cache.lists.get(text);
    if (known !== undefined) return known;
    const parts = partsOfNodes(text, Math.max(0, MAX_EXPANDED - cache.names));
    cache.lists.set(text, parts);
    cache.names += parts.length;
    return parts;
  };
}

function partsOfNodes(text: string, most: number): Parts {
  try {
    if (countNodes(text) <= most) {
      const nodes = expandNodeList(text);
      return nodes.length === 0 ? [["", 1]] : nodes.map((node) => [node, 1 / nodes.length] as const);
    }
  } catch {
    // A list that cannot be read stands for itself rather than for nothing, as one too long does.
  }
  return [[text, 1]];
}

/** The runs of a cluster's jobs; those still running are known up to the newest report. */
export function runsOf({ dataset, fresh_until_s }: ClusterData): Runs {
  return {
    start_s: dataset.numbers.run_start_s,
    end_s: dataset.numbers.run_end_s,
    until_s: fresh_until_s ?? -Infinity,
  };
}

/** Numbers for the texts of a column, the same text the same number in every cluster; −1 for none. */
export class Names {
  readonly #slots = new Slots();

  /** The number of each row's text. */
  of(dataset: Dataset, column: CodedText): (row: number) => number {
    const dictionary = dataset.dictionaries[column];
    const codes = dataset.codes[column];
    const numbers = new Int32Array(dictionary.size).fill(-2);
    return (row) => {
      const code = codes[row];
      if (numbers[code] === -2) {
        const text = dictionary.text(code);
        numbers[code] = text === null ? -1 : this.#slots.of(text);
      }
      return numbers[code];
    };
  }
}
