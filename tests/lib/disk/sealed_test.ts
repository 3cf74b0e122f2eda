import assert from "node:assert/strict";
import { z } from "zod";
import { seal, sealPieces, unseal } from "../../../lib/disk/sealed.ts";

const CONTENT = { names: ["jobs_1.parquet", "é"], count: 17 };
const schema = z.object({ names: z.array(z.string()), count: z.number() }).strict();

Deno.test("unseal() gives back what was sealed, and what was written before there was a digest", () => {
  assert.deepEqual(unseal(seal(CONTENT)), CONTENT);
  assert.deepEqual(unseal(JSON.stringify(CONTENT)), CONTENT);
});

Deno.test("sealPieces() makes the very bytes of seal(), wherever the text is cut", async () => {
  const text = JSON.stringify(CONTENT).slice(0, -1);
  const sealed = seal(CONTENT);
  for (let at = 0; at <= text.length; at++) {
    const bytes = await sealPieces([text.slice(0, at), text.slice(at)], () => undefined);
    assert.equal(new TextDecoder().decode(bytes), sealed, `cut at ${at}`);
  }
});

Deno.test("unseal() with a strict reader notices every flipped bit and every cut", () => {
  const bytes = new TextEncoder().encode(seal(CONTENT));
  const read = (spoilt: Uint8Array) => schema.parse(unseal(new TextDecoder().decode(spoilt)));
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const spoilt = bytes.slice();
    spoilt[bit >> 3] ^= 1 << (bit & 7);
    assert.throws(() => read(spoilt), `bit ${bit}`);
  }
  for (let length = 0; length < bytes.length; length++) assert.throws(() => read(bytes.slice(0, length)));
});
