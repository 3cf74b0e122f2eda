import assert from "node:assert/strict";
import { type Memory, parseMemory } from "../../../lib/slurm/memory.ts";

const MIB = 2 ** 20;

Deno.test("parseMemory() reads every form that sacct prints", () => {
  const amounts: Readonly<Record<string, Memory>> = {
    "4000Mc": { bytes: 4000 * MIB, per: "cpu" },
    "31000Mn": { bytes: 31_000 * MIB, per: "node" },
    "1000M": { bytes: 1000 * MIB, per: "job" },
    "62.50G": { bytes: 64_000 * MIB, per: "job" },
    "250G": { bytes: 256_000 * MIB, per: "job" },
    "4Gc": { bytes: 4096 * MIB, per: "cpu" },
    "1234K": { bytes: 1234 * 1024, per: "job" },
    "1.5T": { bytes: 1.5 * 2 ** 40, per: "job" },
    "1263616": { bytes: 1_263_616, per: "job" },
  };
  for (const [text, expected] of Object.entries(amounts)) assert.deepEqual(parseMemory(text), expected, text);
});

Deno.test("parseMemory() takes 2^31 megabytes and more as the mark of a value per CPU", () => {
  assert.deepEqual(parseMemory("2147486648Mn"), { bytes: 3000 * MIB, per: "cpu" });
  assert.deepEqual(parseMemory("2147483647Mn"), { bytes: 2147483647 * MIB, per: "node" });
});

Deno.test("parseMemory() is null where Slurm prints nothing or zero", () => {
  for (const text of ["", " ", "0", "0M", "0n", "0Mc"]) assert.equal(parseMemory(text), null, text);
});

Deno.test("parseMemory() throws at anything else", () => {
  for (const text of ["M", "1000X", "-5M", "1,000M", "lots", "1000MB", "4Gx"]) {
    assert.throws(() => parseMemory(text), SyntaxError, text);
  }
});

Deno.test("parseMemory() takes Slurm's mark for a memory that is not set for unknown", () => {
  assert.equal(parseMemory("18446744073709551614M"), null);
  assert.equal(parseMemory("16777216E"), null);
});
