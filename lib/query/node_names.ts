import type { Dictionary } from "../job/dictionary.ts";
import { NodeLists } from "../job/node_lists.ts";

const node_lists = new WeakMap<Dictionary, NodeLists>();

/** The nodes that the node lists of a cluster name. */
export function nodeListsOf(dictionary: Dictionary): NodeLists {
  const lists = node_lists.get(dictionary) ?? new NodeLists(dictionary);
  node_lists.set(dictionary, lists);
  return lists;
}

interface FoundLists {
  readonly key: string;
  readonly kept: Uint8Array;
}

/** What was chosen last: the parts of one page choose the same. */
const last_found = new WeakMap<Dictionary, FoundLists>();

/** By code of a node list, 1 where it names one of the nodes in `only`, if there are any, and none of those in `not`. */
export function keptNodeLists(
  dictionary: Dictionary,
  { only, not }: { readonly only: readonly string[]; readonly not: readonly string[] },
): Uint8Array {
  const key = JSON.stringify([only, not]);
  const last = last_found.get(dictionary);
  const known = last?.key === key ? last.kept : null;
  if (known?.length === dictionary.size) return known;
  const lists = nodeListsOf(dictionary);
  const kept = new Uint8Array(dictionary.size);
  if (known !== null) kept.set(known);
  // Numbers are given to nodes as lists are read.
  for (let code = known?.length ?? 0; code < kept.length; code++) lists.forEach(code, () => {});
  const numbersOf = (names: readonly string[]) => {
    const wanted = new Set(names);
    return Uint8Array.from(lists.names, (name) => wanted.has(name) ? 1 : 0);
  };
  const [is_wanted, is_unwanted] = [numbersOf(only), numbersOf(not)];
  for (let code = known?.length ?? 0; code < kept.length; code++) {
    let wanted = only.length === 0 ? 1 : 0;
    let unwanted = 0;
    lists.forEach(code, (node) => {
      wanted |= is_wanted[node];
      unwanted |= is_unwanted[node];
    });
    kept[code] = wanted & ~unwanted;
  }
  last_found.set(dictionary, { key, kept });
  return kept;
}

/** By code of a node list, which part of its nodes is among some, 0 to 1. */
export function keptParts(dictionary: Dictionary, names: readonly string[]): Float64Array {
  const lists = nodeListsOf(dictionary);
  const wanted = new Set(names);
  const parts = new Float64Array(dictionary.size);
  for (let code = 0; code < parts.length; code++) {
    lists.forEach(code, (node, of) => {
      if (wanted.has(lists.names[node])) parts[code] += 1 / of;
    });
  }
  return parts;
}
