import assert from "node:assert/strict";
import { Dictionary } from "../../../lib/job/dictionary.ts";
import { NodeLists } from "../../../lib/job/node_lists.ts";

function namesOf(lists: NodeLists, code: number): string[] {
  const names: string[] = [];
  lists.forEach(code, (node, of) => names.push(`${lists.names[node]}/${of}`));
  return names;
}

Deno.test("NodeLists names the nodes of each list, and none of what is no list", () => {
  const texts = new Dictionary();
  const codes = ["a[1-2]", "b1", "None assigned", "b[3-", "a2,b1"].map((text) => texts.intern(text));
  const lists = new NodeLists(texts);
  assert.deepEqual(codes.map((code) => namesOf(lists, code)), [
    ["a1/2", "a2/2"],
    ["b1/1"],
    ["/1"],
    ["b[3-/1"],
    ["a2/2", "b1/2"],
  ]);
  assert.deepEqual(namesOf(lists, 0), ["/1"], "no list");
  assert.equal(new Set(lists.names).size, lists.names.length, "a node has one number");
});

Deno.test("NodeLists lets lists beyond its room stand for themselves, and takes nothing from the others", () => {
  const texts = new Dictionary();
  const codes = ["a[1-6]", "n[1-20]", "a[7-8]", "m[1-5]", "None assigned", "b1", "c[1-2]"].map((text) =>
    texts.intern(text)
  );
  const lists = new NodeLists(texts, { most: 12 });
  // A text that appears while it is in use.
  const late = texts.intern("late[1-9]");
  assert.deepEqual([...codes, late].map((code) => namesOf(lists, code)), [
    ["a1/6", "a2/6", "a3/6", "a4/6", "a5/6", "a6/6"],
    ["n[1-20]/1"],
    ["a7/2", "a8/2"],
    ["m[1-5]/1"],
    ["/1"],
    ["b1/1"],
    ["c[1-2]/1"],
    ["late[1-9]/1"],
  ]);
});
