import assert from "node:assert/strict";
import { countNodes, expandNodeList } from "../../../lib/slurm/node_list.ts";

const LISTS: Readonly<Record<string, string>> = {
  "n[1-4]": "n1 n2 n3 n4",
  "gpu[01-03],cpu[5-6]": "gpu01 gpu02 gpu03 cpu5 cpu6",
  "rack1-node[01-03]": "rack1-node01 rack1-node02 rack1-node03",
  "r[1-2]n[01-02]": "r1n01 r1n02 r2n01 r2n02",
  "m5": "m5",
  "n[1,3-4,10]": "n1 n3 n4 n10",
  "n[08-11]": "n08 n09 n10 n11",
  "n[8-11]": "n8 n9 n10 n11",
  "n[098-101]": "n098 n099 n100 n101",
  "node[1-2].example.org": "node1.example.org node2.example.org",
  "node[1-2]-ib0,m[3]": "node1-ib0 node2-ib0 m3",
  "cpn-f13-03-[01-02],cpn-f13-04-[01-02]": "cpn-f13-03-01 cpn-f13-03-02 cpn-f13-04-01 cpn-f13-04-02",
  "a, b": "a b",
  "None assigned": "",
  "": "",
};

Deno.test("expandNodeList() knows several groups, ranges, padding and dashes in prefixes (mistake 6)", () => {
  for (const [list, names] of Object.entries(LISTS)) {
    assert.deepEqual(expandNodeList(list), names === "" ? [] : names.split(" "), list);
  }
});

Deno.test("countNodes() counts what expandNodeList() writes out (mistake 6)", () => {
  for (const list of Object.keys(LISTS)) assert.equal(countNodes(list), expandNodeList(list).length, list);
  assert.equal(countNodes("gpu[01-03],cpu[5-6],rack1-node[01-03],r[1-2]n[01-02],m5"), 13);
});

Deno.test("expandNodeList() throws at broken brackets and ranges", () => {
  for (const list of ["n[1-4", "n1-4]", "n[4-1]", "n[]", "n[a-c]", "n[[1]]", "a,,b", "a,", "n[1-2-3]"]) {
    assert.throws(() => expandNodeList(list), SyntaxError, list);
    assert.throws(() => countNodes(list), SyntaxError, list);
  }
});

Deno.test("expandNodeList() refuses more than 100,000 nodes before it writes them out", () => {
  assert.equal(expandNodeList("n[1-100000]").length, 100_000);
  for (const list of ["n[1-100001]", "n[0-999999999][0-999999999][0-999999999]", "n[1-60000],m[1-60000]"]) {
    assert.throws(() => expandNodeList(list), RangeError, list);
    assert.throws(() => countNodes(list), RangeError, list);
  }
});
