import assert from "node:assert/strict";
import { nameText } from "../../../lib/view/name_text.ts";

Deno.test("nameText() leaves names alone that are seen as they are", () => {
  for (
    const name of ["physics-l", "O'Brien & Co", "a b+c%20d", "👩‍🔬 lab", "日本語", "שלום", "(nonesuch)", "none"]
  ) {
    assert.equal(nameText(name), name);
  }
});

Deno.test("nameText() shows what cannot be seen, or turns the text around it", () => {
  assert.equal(nameText("a\u202eb"), "a⟨U+202E⟩b");
  assert.equal(nameText("a\u200bb"), "a⟨U+200B⟩b");
  assert.equal(nameText("a\u200db"), "a⟨U+200D⟩b");
  assert.equal(nameText("tab\tand\nline"), "tab⟨U+0009⟩and⟨U+000A⟩line");
  assert.equal(nameText("\u{e0041}"), "⟨U+E0041⟩");
});

Deno.test("nameText() puts names between quotes that look blank, or like the word for none", () => {
  assert.equal(nameText("  "), '"\u00a0\u00a0"');
  assert.equal(nameText(" physics"), '"\u00a0physics"');
  assert.equal(nameText("(none)"), '"(none)"');
  assert.equal(nameText("((none))"), '"((none))"');
});
