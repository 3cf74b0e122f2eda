import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { batchText } from "../../../lib/server/batch_text.ts";
import { Problem } from "../../../lib/server/problem.ts";

const encoder = new TextEncoder();

/** The body as `batchText` has it, put together again; the status of the Problem if it is refused. */
function read(body: Uint8Array): unknown {
  try {
    const { envelope, count, jobs } = batchText(body);
    const list = [...jobs()].flat();
    assert.equal(list.length, count);
    const named = typeof envelope === "object" && envelope !== null && !Array.isArray(envelope) &&
      Object.hasOwn(envelope, "jobs") && Array.isArray((envelope as { jobs: unknown }).jobs);
    return named && list.length > 0 ? { ...envelope, jobs: list } : envelope;
  } catch (error) {
    if (error instanceof Problem) return error.status;
    throw error;
  }
}

function whole(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return 400;
  }
}

const BODIES = [
  '{"hostname":"a","jobs":[]}',
  '{"jobs": [ ] , "hostname":"a"}',
  '{"jobs":[1,"two",null,[3,[4]],{"a":{"b":[5]}}],"agent":"x"}',
  '{"hostname":"ja\\"mes","other":{"jobs":[9,9]},"jobs":[{"JobName":"a]}\\\\","q":"\\""}]}',
  '{"\\u006aobs":[{"JobID":"1"},{"JobID":"2"}]}',
  '{"jobs":{"jobs":[1]}}',
  '{"jobs":"jobs"}',
  '{"agent":"jobs","jobs":[7]}',
  '{"list":["jobs",[1,2]],"jobs":[{"jobs":[1]},{}]}',
  "[]",
  "null",
  '"jobs"',
  "7",
  '[{"jobs":[1]}]',
  '\ufeff{"jobs":[1]}',
  '{"jobs":["ünï 😀"],"hostname":"ü"}',
];

const PIECES = [
  '"',
  "\\",
  ",",
  ":",
  "[",
  "]",
  "{",
  "}",
  " ",
  "1",
  "jobs",
  '"jobs":[1]',
  "\ufeff",
  "\x01",
  "é",
];

Deno.test("batchText() has what JSON.parse() has", () => {
  for (const text of BODIES) {
    const body = encoder.encode(text);
    assert.deepEqual(read(body), whole(body), text);
  }
});

Deno.test("batchText() refuses what JSON.parse() refuses, and has the same of the rest, whatever is broken", () => {
  let sound = 0;
  for (let seed = 1; seed <= 20_000; seed++) {
    const random = createRandom(seed);
    let text = random.pick(BODIES);
    for (let change = random.below(3); change >= 0; change--) {
      const at = random.below(text.length + 1);
      text = text.slice(0, at) + random.pick(["", ...PIECES]) + text.slice(at + random.below(3));
    }
    const body = encoder.encode(text);
    const expected = whole(body);
    const found = read(body);
    // Of a key that comes twice nobody knows which is meant.
    if (found === 400 && expected !== 400 && (text.match(/jobs|u006aobs/g)?.length ?? 0) > 1) continue;
    assert.deepEqual(found, expected, `seed ${seed}: ${text}`);
    if (expected !== 400) sound++;
  }
  assert.ok(sound > 1000, `${sound} bodies were sound`);
});

Deno.test("batchText() reads a long list in parts, and finds what is broken between them", () => {
  const job = JSON.stringify({ JobName: "x".repeat(1000) });
  const jobs = new Array(3000).fill(job);
  const { count, jobs: parts } = batchText(encoder.encode(`{"jobs":[${jobs.join(" ,\n")}]}`));
  const lengths = [...parts()].map((part) => part.length);
  assert.ok(lengths.length > 3);
  assert.deepEqual([count, lengths.reduce((a, b) => a + b)], [3000, 3000]);
  for (
    const broken of [`${jobs.join(",")},`, `,${jobs.join(",")}`, jobs.join(",").replaceAll("},{", "},,{")]
  ) {
    assert.equal(read(encoder.encode(`{"jobs":[${broken}]}`)), 400);
  }
  assert.equal(read(encoder.encode(`{"jobs":[${jobs.join(",")}`)), 400);
});

Deno.test("batchText() refuses a key jobs that comes twice, and what is larger than any record can be", () => {
  assert.equal(read(encoder.encode('{"jobs":[1],"jobs":[2]}')), 400);
  assert.equal(read(encoder.encode(`{"jobs":[[${"[],".repeat(2_000_000)}1]]}`)), 413);
  assert.equal(read(encoder.encode(`{"other":[${"[],".repeat(4_000_000)}1],"jobs":[]}`)), 413);
  assert.equal(read(encoder.encode(`[${"[],".repeat(4_000_000)}1]`)), 413);
});

Deno.test("batchText() refuses bytes that are no UTF-8, in a job as beside them", () => {
  for (const text of ['{"hostname":"#","jobs":[]}', '{"jobs":["#"]}', '{"jobs":[],"agent":"#"}']) {
    const body = encoder.encode(text);
    body[text.indexOf("#")] = 0xff;
    assert.equal(read(body), 400, text);
  }
});
