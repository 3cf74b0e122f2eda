import assert from "node:assert/strict";
import { shortcutFor, SHORTCUTS, withKey } from "../../components/shortcut_list.ts";
import { PAGES } from "../../lib/pages/links.ts";

Deno.test("shortcutFor() finds single keys and rows of keys, and waits for the rest of a row", () => {
  const found = (...keys: string[]) => {
    const shortcut = shortcutFor(keys, { single_keys: true });
    return shortcut === null || shortcut === "partial" ? shortcut : shortcut.label;
  };
  assert.equal(found("["), "Previous period");
  assert.equal(found("g"), "partial");
  assert.equal(found("g", "u"), "Usage");
  assert.equal(found("g", "x"), null);
  assert.equal(found("x"), null);
});

Deno.test("shortcutFor() knows only Escape when single keys are switched off", () => {
  const known = SHORTCUTS.filter(({ keys }) =>
    shortcutFor(keys.slice(0, 1), { single_keys: false }) !== null
  );
  assert.deepEqual(known.map(({ keys }) => keys), [["Escape"]]);
});

Deno.test("no shortcut hides another, and every page has one", () => {
  for (const { keys } of SHORTCUTS) {
    const found = shortcutFor(keys, { single_keys: true });
    assert.deepEqual(found !== null && found !== "partial" && found.keys, keys);
  }
  for (const { key, label } of PAGES) {
    const found = shortcutFor(["g", key], { single_keys: true });
    assert.equal(found !== null && found !== "partial" && found.label, label);
  }
});

Deno.test("withKey() writes a control's title with its key", () => {
  assert.equal(withKey("["), "Previous period ([)");
  assert.equal(withKey("nothing"), "");
});
