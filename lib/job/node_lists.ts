import type { Dictionary } from "./dictionary.ts";
import { countNodes, expandNodeList } from "../slurm/node_list.ts";

/** Most names that the node lists of one cluster are expanded to, unless said otherwise: 80 MB. */
const MAX_EXPANDED = 20_000_000;

/** The nodes that the node lists of a dictionary name, each list expanded once: that takes longer than any scan. */
export class NodeLists {
  readonly #lists: Dictionary;
  /** Names of nodes; 0 stands for none. */
  readonly names: string[] = [""];
  readonly #numbers = new Map<string, number>([["", 0]]);
  /** Nodes of all lists, one after the other, and where those of each list begin and end. */
  #nodes = new Uint32Array(1024);
  #used = 0;
  #from = new Uint32Array(1024);
  #to = new Uint32Array(1024);
  #known = 0;

  readonly #most: number;

  /** @param most names that lists are expanded to in all; a list beyond that stands for itself */
  constructor(lists: Dictionary, { most = MAX_EXPANDED }: { readonly most?: number } = {}) {
    this.#lists = lists;
    this.#most = most;
  }

  /** Calls `visit` with the number of each node of a list, of {@link names}; with 0 for a list without nodes. */
  forEach(code: number, visit: (node: number, of: number) => void): void {
    const from = this.begin(code);
    const to = this.#to[code];
    for (let at = from; at < to; at++) visit(this.#nodes[at], to - from);
  }

  /** Where the nodes of a list begin, of those that {@link at} gives; it must be asked before {@link end}. */
  begin(code: number): number {
    while (this.#known <= code) this.#expand(this.#known);
    return this.#from[code];
  }

  /** Where they end. */
  end(code: number): number {
    return this.#to[code];
  }

  /** The number of a node, of {@link names}. */
  at(place: number): number {
    return this.#nodes[place];
  }

  #expand(code: number): void {
    if (code >= this.#from.length) {
      this.#from = longer(this.#from);
      this.#to = longer(this.#to);
    }
    this.#from[code] = this.#used;
    for (const name of namesOf(this.#lists.text(code), Math.max(0, this.#most - this.#used))) {
      let number = this.#numbers.get(name);
      if (number === undefined) {
        number = this.names.push(name) - 1;
        this.#numbers.set(name, number);
      }
      if (this.#used === this.#nodes.length) this.#nodes = longer(this.#nodes);
      this.#nodes[this.#used++] = number;
    }
    this.#to[code] = this.#used;
    this.#known = code + 1;
  }
}

function namesOf(list: string | null, most: number): readonly string[] {
  if (list === null) return [""];
  // A list that cannot be read stands for itself rather than for nothing, as one too long does.
  const names = nodesNamed(list, most) ?? [list];
  return names.length === 0 ? [""] : names;
}

/** The nodes that a list names; null for one that cannot be read, or that names more than `most`. */
export function nodesNamed(list: string, most: number): readonly string[] | null {
  try {
    return countNodes(list) <= most ? expandNodeList(list) : null;
  } catch {
    return null;
  }
}

function longer(from: Uint32Array): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(from.length * 2);
  to.set(from);
  return to;
}
