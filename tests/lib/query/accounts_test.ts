import assert from "node:assert/strict";
import { AccountTree, firstSegments } from "../../../lib/query/accounts.ts";
import { ranking } from "../../../lib/query/ranking.ts";
import { DEFAULT_FILTERS, type Filters } from "../../../lib/view/filters.ts";
import { EMPTY_INVENTORY } from "../../../lib/store/inventory.ts";
import { clusterOf, dataOf, jobRecord, utc } from "../../helpers.ts";

function accounts(pairs: readonly (readonly [account: string, parent: string | null])[]) {
  return pairs.map(([account, parent]) => ({ account, parent, description: null, organization: null }));
}

const TREE = accounts([
  ["root", null],
  ["science", "root"],
  ["phys", "science"],
  ["phys-exp", "phys"],
  ["chem", "science"],
  ["guests", "root"],
]);

Deno.test("firstSegments() parts names at - _ . and /, with what stands between", () => {
  const cases = [
    ["phys", "phys", "phys"],
    ["phys-exp-x", "phys", "phys-exp"],
    ["a_b.c", "a", "a_b"],
    ["a/b/c", "a", "a/b"],
    ["a--b-c", "a", "a--b"],
    ["__proto__", "__proto", "__proto"],
    ["a-", "a", "a"],
    ["--", "--", "--"],
    ["O'Brien x", "O'Brien x", "O'Brien x"],
    ["größe-1", "größe", "größe-1"],
  ];
  for (const [account, first, second] of cases) {
    assert.equal(firstSegments(account, "account_1"), first);
    assert.equal(firstSegments(account, "account_2"), second);
  }
});

Deno.test("AccountTree branch() is the account below the nearest one chosen, else below the root", () => {
  const tree = new AccountTree(TREE);
  assert.deepEqual(tree.path("phys-exp"), ["phys-exp", "phys", "science", "root"]);
  const branches = (chosen: readonly string[]) =>
    ["phys-exp", "phys", "chem", "science", "guests", "root", "elsewhere"].map((account) =>
      tree.branch(account, chosen)
    );
  const top = ["science", "science", "science", "science", "guests", "root", "elsewhere"];
  assert.deepEqual(branches([]), top);
  assert.deepEqual(branches(["root"]), top);
  const below = ["phys", "phys", "chem", "science", "guests", "root", "elsewhere"];
  assert.deepEqual(branches(["science"]), below);
  assert.deepEqual(branches(["science", "phys"]), ["phys-exp", ...below.slice(1)]);
});

Deno.test("AccountTree ends where a tree that was told in parts runs in a circle or has no root", () => {
  const tree = new AccountTree(accounts([["a", "b"], ["b", "a"], ["c", "missing"], ["d", "d"]]));
  assert.deepEqual(tree.path("a"), ["a", "b"]);
  assert.deepEqual(tree.path("d"), ["d"]);
  assert.equal(tree.branch("c", []), "c");
  assert.equal(tree.branch("d", ["d"]), "d");
});

Deno.test("account_tree keeps all accounts at and below one, and groups by its children; a new tree is followed", async () => {
  const [Submit, Start, End] = [utc("2024-03-01"), utc("2024-03-01"), utc("2024-03-01T01:00")];
  const names = ["phys", "phys-exp", "chem", "guests", "elsewhere"];
  const records = names.map((Account, index) =>
    jobRecord({
      JobID: String(index + 1),
      Account,
      Submit,
      Start,
      End,
      AllocCPUS: 2 ** index,
      NodeList: "n1",
    })
  );
  const before = clusterOf(records);
  const ask = async (cluster: typeof before, chosen: readonly string[], not: readonly string[] = []) => {
    const filters: Filters = {
      ...DEFAULT_FILTERS,
      only: { ...DEFAULT_FILTERS.only, account_tree: chosen },
      not: { ...DEFAULT_FILTERS.not, account_tree: not },
      from: "2024-03-01",
      to: "2024-03-01",
    };
    const asked = { now_s: End, by: "account_tree", measures: ["cpu-hours"] } as const;
    const { rows } = await ranking(dataOf(cluster), filters, asked);
    return Object.fromEntries(rows.map(({ key, values }) => [key, values["cpu-hours"]]));
  };
  assert.deepEqual(await ask(before, ["phys"]), { phys: 1 });
  const known = { ...before, inventory: { ...EMPTY_INVENTORY, accounts: TREE, changes: 1 } };
  assert.deepEqual(await ask(known, []), { science: 7, guests: 8, elsewhere: 16 });
  assert.deepEqual(await ask(known, ["science"]), { phys: 3, chem: 4 });
  assert.deepEqual(await ask(known, ["phys"]), { phys: 1, "phys-exp": 2 });
  assert.deepEqual(await ask(known, [], ["science"]), { guests: 8, elsewhere: 16 });
  assert.deepEqual(await ask(known, ["elsewhere"]), { elsewhere: 16 });
  const moved = TREE.map((entry) => entry.account === "guests" ? { ...entry, parent: "science" } : entry);
  const later = { ...known, inventory: { ...known.inventory, accounts: moved, changes: 2 } };
  assert.deepEqual(await ask(later, ["science"]), { phys: 3, chem: 4, guests: 8 });
});
