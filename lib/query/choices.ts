import type { CodedText } from "../engine/coded_text.ts";
import type { SharedText } from "../engine/group_rows.ts";
import type { Week } from "../engine/week.ts";
import { type ClassGrouping, isClassGrouping } from "../view/classes.ts";
import type { Filters } from "../view/filters.ts";
import { type Dimension, DIMENSIONS } from "../view/measures.ts";
import { accountTree, firstSegments } from "./accounts.ts";
import { classAt, classPlaces, placeCount, runPlaces } from "./class_places.ts";
import type { ClusterData } from "./data.ts";
import { gpuTypes } from "./gpu_types.ts";
import { keptNodeLists, nodeListsOf } from "./node_names.ts";
import { codesIn } from "./week_facts.ts";

/** Dimensions that are told by a text of jobs. */
export type TextDimension = Exclude<Dimension, "cluster" | ClassGrouping>;

/** The column of each dimension that is told by one. */
const COLUMNS = {
  account: "Account",
  user: "User",
  partition: "Partition",
  qos: "QOS",
  state: "State",
  gpu_type: "gpu_types",
  node: "NodeList",
  group: "Group",
  wckey: "WCKey",
  reservation: "Reservation",
  account_1: "Account",
  account_2: "Account",
  account_tree: "Account",
} as const satisfies Readonly<Record<TextDimension, SharedText | "NodeList">>;

/** The column that holds a dimension. */
export function textColumn<D extends TextDimension>(dimension: D): (typeof COLUMNS)[D] {
  return COLUMNS[dimension];
}

/** What the filters ask of the jobs of a cluster in one dimension. Each job has a number that tells its values. */
export interface Choice {
  readonly dimension: Exclude<Dimension, "cluster">;
  /** 1 by number where jobs are kept. */
  readonly kept: Uint8Array;
  /** The numbers by row, 0 for those beyond the end. */
  readonly ofRows: (week: Week) => ArrayLike<number>;
  /** The numbers by run; null where the jobs of a run differ. */
  readonly ofRuns: ((week: Week) => ArrayLike<number>) | null;
  /** The different numbers in a week; null if that is not known. */
  readonly inWeek: ((week: Week) => Uint32Array) | null;
  /** The values that a number tells; "" for none. */
  readonly valuesOf: (number: number) => readonly string[];
}

/** What the filters ask of a cluster's jobs, in the dimensions in which they ask anything. */
export function choicesOf(cluster: ClusterData, filters: Filters): readonly Choice[] {
  return DIMENSIONS.filter((dimension): dimension is Choice["dimension"] =>
    dimension !== "cluster" && isChosen(filters, dimension)
  ).map((dimension) => choiceOf(cluster, filters, dimension));
}

/** Whether the filters choose or exclude any value of a dimension. */
export function isChosen({ only, not }: Filters, dimension: Dimension): boolean {
  return only[dimension].length + not[dimension].length > 0;
}

/** What the filters ask of a cluster's jobs in one dimension; they may ask nothing. */
export function choiceOf(cluster: ClusterData, filters: Filters, dimension: Choice["dimension"]): Choice {
  if (isClassGrouping(dimension)) return classChoice(cluster, filters, dimension);
  const column: CodedText = textColumn(dimension);
  const valuesOf = valuesIn(cluster, dimension);
  const shared = textColumn(dimension);
  return {
    dimension,
    kept: keptCodes(cluster, { filters, dimension, valuesOf }),
    ofRows: (week) => week.codes[column],
    ofRuns: shared === "NodeList" ? null : ({ runs }) => runs.codes(shared),
    inWeek: (week) => codesIn(week, column),
    valuesOf,
  };
}

function classChoice(cluster: ClusterData, filters: Filters, dimension: ClassGrouping): Choice {
  const valuesOf = (place: number) => [classAt(dimension, place)];
  const kept = Uint8Array.from(
    { length: placeCount(dimension) },
    (_, place) => keeps(filters, dimension, valuesOf(place)) ? 1 : 0,
  );
  return {
    dimension,
    kept,
    ofRows: (week) => classPlaces(cluster, week, dimension),
    ofRuns: dimension === "size_class" ? (week) => runPlaces(cluster, week, dimension) : null,
    inWeek: null,
    valuesOf,
  };
}

function keptCodes(
  cluster: ClusterData,
  { filters, dimension, valuesOf }: {
    readonly filters: Filters;
    readonly dimension: TextDimension;
    readonly valuesOf: Choice["valuesOf"];
  },
): Uint8Array {
  const dictionary = cluster.dataset.dictionaries[COLUMNS[dimension]];
  if (!isChosen(filters, dimension)) return new Uint8Array(dictionary.size).fill(1);
  if (dimension === "node") {
    return keptNodeLists(dictionary, { only: filters.only.node, not: filters.not.node });
  }
  const kept = new Uint8Array(dictionary.size);
  for (let code = 0; code < kept.length; code++) {
    kept[code] = keeps(filters, dimension, valuesOf(code)) ? 1 : 0;
  }
  return kept;
}

/** Whether the filters keep jobs with these values in a dimension. */
function keeps({ only, not }: Filters, dimension: Dimension, values: readonly string[]): boolean {
  return (only[dimension].length === 0 || values.some((value) => only[dimension].includes(value))) &&
    !values.some((value) => not[dimension].includes(value));
}

/** The values that the codes of a dimension's column stand for. */
function valuesIn(cluster: ClusterData, dimension: TextDimension): Choice["valuesOf"] {
  const { dictionaries } = cluster.dataset;
  const dictionary = dictionaries[COLUMNS[dimension]];
  if (dimension === "node") {
    const lists = nodeListsOf(dictionary);
    return (code) => {
      const names: string[] = [];
      lists.forEach(code, (node) => names.push(lists.names[node]));
      return names;
    };
  }
  const valuesOfText = VALUES[dimension](cluster);
  return (code) => {
    const text = dictionary.text(code);
    return text === null ? [""] : valuesOfText(text);
  };
}

const itself = () => (text: string) => [text];

const VALUES: Readonly<
  Record<Exclude<TextDimension, "node">, (cluster: ClusterData) => (text: string) => readonly string[]>
> = {
  account: itself,
  user: itself,
  partition: () => partitions,
  qos: itself,
  state: itself,
  gpu_type: () => (text) => gpuTypes(text).map(([type]) => type),
  group: itself,
  wckey: itself,
  reservation: itself,
  account_1: () => (account) => [firstSegments(account, "account_1")],
  account_2: () => (account) => [firstSegments(account, "account_2")],
  account_tree: (cluster) => {
    const tree = accountTree(cluster);
    return (account) => tree.path(account);
  },
};

/** The partitions a job may start in: `a,b` or `a, b` while it waits, one once it runs. */
export function partitions(text: string): readonly string[] {
  return text.includes(",") ? [text, ...text.split(",").map((part) => part.trim())] : [text];
}
