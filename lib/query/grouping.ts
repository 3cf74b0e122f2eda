import type { CodedText } from "../engine/coded_text.ts";
import type { SharedText } from "../engine/group_rows.ts";
import { type Chosen, markSome, type PartVisitor, type Scan } from "../engine/scan.ts";
import { Slots } from "../engine/slots.ts";
import type { Week } from "../engine/week.ts";
import type { Dictionary } from "../job/dictionary.ts";
import type { ClassGrouping } from "../view/classes.ts";
import type { Grouping } from "../view/measures.ts";
import type { ClusterData } from "./data.ts";
import { accountTree, firstSegments } from "./accounts.ts";
import { textColumn } from "./choices.ts";
import { classAt, classPlaces, runPlaces, SEVERAL_CLASSES } from "./class_places.ts";
import { gpuTypes } from "./gpu_types.ts";
import { nodeListsOf } from "./node_names.ts";
import type { Selection } from "./scan.ts";

/** The slot of a key; keys that are not shown by themselves may share one. */
export type SlotOf = (key: string) => number;

/** Puts the jobs of chosen runs into slots. */
export type Grouper = (chosen: Chosen) => Scan;

/** Groups a cluster's chosen jobs; those on several nodes only by the nodes given, if there are any. */
export function grouperOf(
  { cluster, in_tree }: Omit<Selection, "weeks">,
  by: Grouping,
  slotOf: SlotOf,
  nodes: readonly string[] = [],
): Grouper {
  const group = by === "node" && nodes.length > 0
    ? byNode(cluster.dataset.dictionaries.NodeList, slotOf, new Set(nodes))
    : grouper(cluster, by, { slotOf, in_tree });
  return (chosen) => {
    const scan = group(chosen);
    return { ...scan, slots: markSome(scan.slots, chosen.some) };
  };
}

/** Groups as if all jobs of the runs were chosen. */
function grouper(
  cluster: ClusterData,
  by: Grouping,
  { slotOf, in_tree }: { readonly slotOf: SlotOf; readonly in_tree: readonly string[] },
): Grouper {
  const { name, dataset } = cluster;
  switch (by) {
    case "none":
      return single(() => slotOf(""));
    case "cluster":
      return single(() => slotOf(name));
    case "gpu_type":
      return byGpuType(dataset.dictionaries.gpu_types, slotOf);
    case "node":
      return byNode(dataset.dictionaries.NodeList, slotOf);
    case "size_class":
      return bySize(cluster, slotOf);
    case "wait_class":
    case "elapsed_class":
    case "cpu_use_class":
    case "mem_use_class":
    case "limit_use_class":
    case "gpu_use_class":
      return byClass(cluster, by, slotOf);
    case "account_1":
    case "account_2":
      return byAccount(dataset.dictionaries.Account, (account) => slotOf(firstSegments(account, by)), slotOf);
    case "account_tree": {
      const tree = accountTree(cluster);
      return byAccount(
        dataset.dictionaries.Account,
        (account) => slotOf(tree.branch(account, in_tree)),
        slotOf,
      );
    }
    default:
      return byText(textColumn(by), dataset.dictionaries[textColumn(by)], slotOf);
  }
}

/** Where no job has several parts, nobody asks for them. */
function noParts(): void {}

function single(slot: () => number): Grouper {
  return (chosen) => ({ ...chosen, slots: new Int32Array(chosen.runs.length).fill(slot()), parts: noParts });
}

function byText(column: SharedText, dictionary: Dictionary, slotOf: SlotOf): Grouper {
  const slot_of_code = new Int32Array(dictionary.size).fill(-1);
  return (chosen) => {
    const codes = chosen.week.runs.codes(column);
    const slots = new Int32Array(chosen.runs.length);
    for (let place = 0; place < slots.length; place++) {
      const code = codes[chosen.runs[place]];
      if (slot_of_code[code] < 0) slot_of_code[code] = slotOf(dictionary.text(code) ?? "");
      slots[place] = slot_of_code[code];
    }
    return { ...chosen, slots, parts: noParts };
  };
}

/** Groups jobs by what their accounts belong to; those without an account have the key "". */
function byAccount(
  accounts: Dictionary,
  slotOfAccount: (account: string) => number,
  slotOf: SlotOf,
): Grouper {
  const slot_of_code = new Int32Array(accounts.size).fill(-1);
  return (chosen) => {
    const codes = chosen.week.runs.codes("Account");
    const slots = Int32Array.from(chosen.runs, (run) => {
      const code = codes[run];
      if (slot_of_code[code] < 0) {
        const account = accounts.text(code);
        slot_of_code[code] = account === null ? slotOf("") : slotOfAccount(account);
      }
      return slot_of_code[code];
    });
    return { ...chosen, slots, parts: noParts };
  };
}

function bySize(cluster: ClusterData, slotOf: SlotOf): Grouper {
  const slotAt = slotOfPlace("size_class", slotOf);
  return (chosen) => {
    const places = runPlaces(cluster, chosen.week, "size_class");
    const slots = new Int32Array(chosen.runs.length);
    for (let place = 0; place < slots.length; place++) slots[place] = slotAt(places[chosen.runs[place]]);
    return { ...chosen, slots, parts: noParts };
  };
}

/** Groups each job by itself where those of its run differ. */
function byClass(cluster: ClusterData, by: ClassGrouping, slotOf: SlotOf): Grouper {
  const slotAt = slotOfPlace(by, slotOf);
  return (chosen) => {
    const places = classPlaces(cluster, chosen.week, by);
    const of_runs = runPlaces(cluster, chosen.week, by);
    const slots = new Int32Array(chosen.runs.length);
    for (let place = 0; place < slots.length; place++) {
      const common = of_runs[chosen.runs[place]];
      slots[place] = common === SEVERAL_CLASSES ? -1 : slotAt(common);
    }
    return {
      ...chosen,
      slots,
      parts: (row, visit) => visit(slotAt(places[row]), 1, true),
    };
  };
}

/** The slot of the class at a place; classes without jobs get none. */
function slotOfPlace(by: ClassGrouping, slotOf: SlotOf): (place: number) => number {
  const slots: number[] = [];
  return (place) => slots[place] ??= slotOf(classAt(by, place));
}

function typesOf(text: string | null): ReturnType<typeof gpuTypes> {
  return text === null ? [["", 1]] : gpuTypes(text);
}

/** `a100=2,v100=1` is two thirds a100; a job without GPUs has the key "". */
function byGpuType(types: Dictionary, slotOf: SlotOf): Grouper {
  const parts = new Map<number, ReadonlyMap<number, number>>();
  const partsOf = (code: number): ReadonlyMap<number, number> => {
    const known = parts.get(code);
    if (known !== undefined) return known;
    const weights = new Map<number, number>();
    for (const [type, weight] of typesOf(types.text(code))) {
      const slot = slotOf(type);
      weights.set(slot, (weights.get(slot) ?? 0) + weight);
    }
    parts.set(code, weights);
    return weights;
  };
  return (chosen) => {
    const codes = chosen.week.runs.codes("gpu_types");
    const slots = Int32Array.from(chosen.runs, (run) => {
      const weights = partsOf(codes[run]);
      const [slot] = weights.keys();
      return weights.size === 1 ? slot : -1;
    });
    const visitParts = (row: number, visit: PartVisitor) => {
      let first = true;
      for (const [slot, weight] of partsOf(chosen.week.code("gpu_types", row))) {
        visit(slot, weight, first);
        first = false;
      }
    };
    return { ...chosen, slots, parts: visitParts };
  };
}

/**
 * A job on several nodes belongs to each in equal parts; one without nodes has the key "". Where only some nodes are
 * meant, it belongs to those of them that it is on.
 */
function byNode(dictionary: Dictionary, slotOf: SlotOf, only: ReadonlySet<string> | null = null): Grouper {
  const lists = nodeListsOf(dictionary);
  const slot_of_node: number[] = [];
  return (chosen) => {
    const codes = chosen.week.codes.NodeList;
    return {
      ...chosen,
      slots: new Int32Array(chosen.runs.length).fill(-1),
      parts: (row, visit) => {
        const weights = new Map<number, number>();
        let parts = 0;
        lists.forEach(codes[row] ?? 0, (node) => {
          if (only !== null && !only.has(lists.names[node])) return;
          const slot = slot_of_node[node] ??= slotOf(lists.names[node]);
          weights.set(slot, (weights.get(slot) ?? 0) + 1);
          parts++;
        });
        let first = true;
        for (const [slot, weight] of weights) {
          visit(slot, weight / parts, first);
          first = false;
        }
      },
    };
  };
}

/** Numbers for the texts of a column, the same text the same number in every cluster; −1 for none. */
export class Names {
  readonly #slots = new Slots();

  /** The number of each row's text. */
  of({ dataset }: ClusterData, column: CodedText): (week: Week) => (row: number) => number {
    const dictionary = dataset.dictionaries[column];
    const numbers = new Int32Array(dictionary.size).fill(-2);
    return (week) => {
      const codes = week.codes[column];
      return (row) => {
        const code = codes[row] ?? 0;
        if (numbers[code] === -2) {
          const text = dictionary.text(code);
          numbers[code] = text === null ? -1 : this.#slots.of(text);
        }
        return numbers[code];
      };
    };
  }
}
