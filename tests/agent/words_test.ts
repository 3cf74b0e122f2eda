import assert from "node:assert/strict";
import { wordsOf } from "../../agent/words.ts";

Deno.test("wordsOf() tells what a missing right means, without Deno's flags", () => {
  for (
    const [message, words] of [
      [
        'Requires read access to "/tmp/c.json", run again with the --allow-read flag',
        /may not read \/tmp\/c\.json: .*\/etc/,
      ],
      ['Requires write access to "/srv", run again with the --allow-write flag', /may not write \/srv: /],
      [
        'Requires net access to "x.org:443", run again with the --allow-net flag',
        /may not reach x\.org:443: build it/,
      ],
      [
        'Requires run access to "/tmp/sh", run again with the --allow-run flag',
        /only Slurm's .* not \/tmp\/sh/,
      ],
      [
        'Requires sys access to "gid", run again with the --allow-sys flag',
        /without a right .* sys access to "gid"$/,
      ],
    ] as const
  ) {
    const said = wordsOf(new Deno.errors.NotCapable(message));
    assert.match(said, words);
    assert.ok(!said.includes("--allow"), said);
  }
});

Deno.test("wordsOf() says why a fetch failed, and puts every error into one line", () => {
  const cause = new Error(
    "error sending request for url (https://x/): client error (Connect): invalid peer certificate: Expired",
  );
  assert.equal(wordsOf(new TypeError("fetch failed", { cause })), "invalid peer certificate: Expired");
  assert.equal(wordsOf(new Error("a\n  b")), "a b");
  assert.equal(wordsOf(new Error("Is a directory (os error 21): readfile '/etc'")), "Is a directory");
  assert.equal(wordsOf(new RangeError()), "RangeError");
  assert.equal(wordsOf("text"), "text");
});
