import type { Inventory } from "../store/inventory.ts";

/** Segments of an account's name are parted by these. */
const SEGMENTS = {
  account_1: /^[-_./]*[^-_./]+/,
  account_2: /^[-_./]*[^-_./]+(?:[-_./]+[^-_./]+)?/,
} as const;

/** The first segment of an account's name, or the first two; a name that is nothing but separators is one segment. */
export function firstSegments(account: string, which: keyof typeof SEGMENTS): string {
  return SEGMENTS[which].exec(account)?.[0] ?? account;
}

/** The tree of a cluster's accounts, as Slurm has it. */
export class AccountTree {
  readonly #parents = new Map<string, string>();

  constructor(accounts: Inventory["accounts"]) {
    for (const { account, parent } of accounts) {
      if (parent === null) continue;
      this.#parents.set(account, parent);
    }
  }

  /** An account and all above it, the root last; an account that is not in the tree is alone. */
  path(account: string): readonly string[] {
    const path = [account];
    for (let at = this.#parents.get(account); at !== undefined; at = this.#parents.get(at)) {
      // A tree told in parts may run in a circle.
      if (path.includes(at)) break;
      path.push(at);
    }
    return path;
  }

  /**
   * What an account is counted to: below the chosen accounts the one directly below the nearest of them that holds
   * it, elsewhere the one directly below the root. A chosen account, or the root, is counted to itself.
   */
  branch(account: string, chosen: readonly string[]): string {
    const path = this.path(account);
    const found = path.findIndex((above) => chosen.includes(above));
    const top = found >= 0 ? found : path.length - 1;
    return path[Math.max(0, top - 1)];
  }
}

const trees = new WeakMap<Inventory, AccountTree>();
const NO_TREE = new AccountTree([]);

/** The tree of accounts of a cluster; one without any account if nothing is known of it. */
export function accountTree({ inventory }: { readonly inventory: Inventory | null }): AccountTree {
  if (inventory === null) return NO_TREE;
  const known = trees.get(inventory) ?? new AccountTree(inventory.accounts);
  trees.set(inventory, known);
  return known;
}
