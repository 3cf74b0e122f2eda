import assert from "node:assert/strict";
import { gpusOf, parseTres } from "../../../lib/slurm/tres.ts";

function gpus(text: string | null): readonly [number, Readonly<Record<string, number>>] {
  const { count, types } = gpusOf(text);
  return [count, Object.fromEntries(types)];
}

Deno.test("parseTres() keeps names and values as printed", () => {
  const tres = parseTres("billing=33,cpu=1,gres/gpu:a100=2,gres/gpu=2,mem=62.50G,node=1");
  assert.deepEqual([...tres], [
    ["billing", "33"],
    ["cpu", "1"],
    ["gres/gpu:a100", "2"],
    ["gres/gpu", "2"],
    ["mem", "62.50G"],
    ["node", "1"],
  ]);
});

Deno.test("parseTres() is empty for a job that never ran and leaves out what is no entry", () => {
  assert.equal(parseTres("").size, 0);
  assert.deepEqual([...parseTres("cpu,=4,mem=")], [["mem", ""]]);
});

Deno.test("gpusOf() takes the untyped count where it is present (mistake 5)", () => {
  assert.deepEqual(gpus("gres/gpu=3,gres/gpu:a100=2,gres/gpu:v100=1"), [3, { a100: 2, v100: 1 }]);
  assert.deepEqual(gpus("billing=33,cpu=1,gres/gpu:a100=2,gres/gpu=2,mem=1000M,node=1"), [2, { a100: 2 }]);
  assert.deepEqual(gpus("gres/gpu=1"), [1, {}]);
  assert.deepEqual(gpus("gres/gpu=4,gres/gpu:a100=2"), [4, { a100: 2 }]);
});

Deno.test("gpusOf() adds up the types where no untyped count is printed (mistake 5)", () => {
  assert.deepEqual(gpus("gres/gpu:a100=2,gres/gpu:a100_1g.5gb=7"), [9, { a100: 2, "a100_1g.5gb": 7 }]);
});

Deno.test("gpusOf() counts neither GPU memory nor utilisation, shards nor mps (mistake 5)", () => {
  const tres = "cpu=4,gres/gpumem=16G,gres/gpuutil=90,gres/shard=4,gres/shard:a100=4,gres/mps=100";
  assert.deepEqual(gpus(tres), [0, {}]);
  assert.deepEqual(gpus(`${tres},gres/gpu=1`), [1, {}]);
});

Deno.test("gpusOf() passes over counts that are no numbers or Slurm's marks for none", () => {
  assert.deepEqual(gpus("gres/gpu=lots,gres/gpu:a100=4294967294"), [0, {}]);
  assert.deepEqual(gpus(null), [0, {}]);
  assert.deepEqual(gpus(""), [0, {}]);
});
