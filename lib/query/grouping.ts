import type { CodedText } from "../engine/coded_text.ts";
import { NodeLists } from "../job/node_lists.ts";
import { ELAPSED, WAIT } from "../engine/row_values.ts";
import type { SharedText } from "../engine/group_rows.ts";
import type { Chosen, PartVisitor, Scan } from "../engine/scan.ts";
import { Slots } from "../engine/slots.ts";
import type { Week } from "../engine/week.ts";
import type { Dictionary } from "../job/dictionary.ts";
import { classOf } from "../view/classes.ts";
import type { Grouping } from "../view/measures.ts";
import type { ClusterData } from "./data.ts";
import { textColumn } from "./scan.ts";

/** The slot of a key; keys that are not shown by themselves may share one. */
export type SlotOf = (key: string) => number;

/** Puts the jobs of chosen runs into slots. */
export type Grouper = (chosen: Chosen) => Scan;

/** Groups a cluster's jobs. */
export function grouperOf(cluster: ClusterData, by: Grouping, slotOf: SlotOf): Grouper {
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
      return bySize(slotOf);
    case "wait_class":
      return byRow((week) => {
        const waitOf = WAIT.of(week);
        return (row) => classOf("wait_class", waitOf(row));
      }, slotOf);
    case "elapsed_class":
      return byRow((week) => {
        const elapsedOf = ELAPSED.of(week);
        return (row) => classOf("elapsed_class", elapsedOf(row));
      }, slotOf);
    case "group":
      return byText("Group", dataset.dictionaries.Group, slotOf);
    case "wckey":
      return byText("WCKey", dataset.dictionaries.WCKey, slotOf);
    case "reservation":
      return byText("Reservation", dataset.dictionaries.Reservation, slotOf);
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

function bySize(slotOf: SlotOf): Grouper {
  return (chosen) => {
    const cpus = chosen.week.runs.numbers("AllocCPUS");
    const slots = Int32Array.from(chosen.runs, (run) => slotOf(classOf("size_class", cpus[run])));
    return { ...chosen, slots, parts: noParts };
  };
}

/** Groups each job by itself: those of a run may differ. */
function byRow(keyOf: (week: Week) => (row: number) => string, slotOf: SlotOf): Grouper {
  return (chosen) => {
    const keyOfRow = keyOf(chosen.week);
    return {
      ...chosen,
      slots: new Int32Array(chosen.runs.length).fill(-1),
      parts: (row, visit) => visit(slotOf(keyOfRow(row)), 1, true),
    };
  };
}

/** `a100=2,v100=1` is two thirds a100; a job without GPUs has the key "". */
function byGpuType(types: Dictionary, slotOf: SlotOf): Grouper {
  const parts = new Map<number, ReadonlyMap<number, number>>();
  const partsOf = (code: number): ReadonlyMap<number, number> => {
    const known = parts.get(code);
    if (known !== undefined) return known;
    const weights = new Map<number, number>();
    for (const [type, weight] of gpuParts(types.text(code))) {
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

function gpuParts(text: string | null): readonly (readonly [type: string, weight: number])[] {
  if (text === null) return [["", 1]];
  const counts = text.split(",").map((part) => {
    const equals = part.lastIndexOf("=");
    return [part.slice(0, equals), Number(part.slice(equals + 1))] as const;
  });
  const all = counts.reduce((sum, [, count]) => sum + count, 0);
  return counts.map(([type, count]) => [type, count / all]);
}

const node_lists = new WeakMap<Dictionary, NodeLists>();

/** A job on several nodes belongs to each in equal parts; one without nodes has the key "". */
function byNode(dictionary: Dictionary, slotOf: SlotOf): Grouper {
  const lists = node_lists.get(dictionary) ?? new NodeLists(dictionary);
  node_lists.set(dictionary, lists);
  const slot_of_node: number[] = [];
  return (chosen) => {
    const codes = chosen.week.codes.NodeList;
    return {
      ...chosen,
      slots: new Int32Array(chosen.runs.length).fill(-1),
      parts: (row, visit) => {
        const weights = new Map<number, number>();
        lists.forEach(codes[row] ?? 0, (node, of) => {
          const slot = slot_of_node[node] ??= slotOf(lists.names[node]);
          weights.set(slot, (weights.get(slot) ?? 0) + 1 / of);
        });
        let first = true;
        for (const [slot, weight] of weights) {
          visit(slot, weight, first);
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
