import assert from "node:assert/strict";
import {
  colourSlots,
  DARK,
  LIGHT,
  OTHER_TEXTURE,
  type Palette,
  textures,
} from "../../../lib/view/palette.ts";
import { HEAT_STEPS, SLOTS } from "../../../lib/view/slots.ts";

/** Relative luminance after WCAG 2.2. */
function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function lowest(colours: readonly string[], { surface, card }: Palette): number {
  return Math.min(...colours.flatMap((colour) => [contrast(colour, surface), contrast(colour, card)]));
}

Deno.test("contrast() of the test itself is that of black on white", () => {
  assert.equal(contrast("#000000", "#ffffff"), 21);
});

for (const [name, palette] of [["LIGHT", LIGHT], ["DARK", DARK]] as const) {
  Deno.test(`${name} has a contrast of at least 3 for every series on surface and card`, () => {
    assert.ok(lowest(Object.values(palette.series), palette) >= 3);
  });

  Deno.test(`${name} has a contrast of at least 4.5 for every text on surface and card`, () => {
    assert.ok(lowest([palette.text, palette.muted, palette.link], palette) >= 4.5);
  });

  Deno.test(`${name} has no colour twice`, () => {
    assert.equal(new Set(Object.values(palette.series)).size, SLOTS.length + 1);
  });
}

for (const [name, palette] of [["LIGHT", LIGHT], ["DARK", DARK]] as const) {
  Deno.test(`${name} has text of a contrast of at least 4.5 on every shade of a table`, () => {
    assert.equal(palette.heat.length, HEAT_STEPS);
    for (const [shade, text] of palette.heat) assert.ok(contrast(shade, text) >= 4.5, `${text} on ${shade}`);
  });

  Deno.test(`${name} has shades that go one way, from near the surface to far from it`, () => {
    const away = palette.heat.map(([shade]) => contrast(shade, palette.surface));
    assert.deepEqual(away, away.toSorted((a, b) => a - b));
    assert.ok(away[0] < 1.2 && away[HEAT_STEPS - 1] > 10);
  });
}

Deno.test("the stylesheet has the colours of both palettes", async () => {
  const css = await Deno.readTextFile(new URL("../../../static/styles.css", import.meta.url));
  for (const palette of [LIGHT, DARK]) {
    const shades = palette.heat.flat();
    for (
      const colour of [
        ...Object.values(palette.series),
        ...shades,
        palette.surface,
        palette.card,
        palette.text,
      ]
    ) {
      assert.ok(
        css.toLowerCase().includes(colour) || colour === "#ffffff" && css.includes("#fff"),
        `${colour} is missing`,
      );
    }
  }
});

Deno.test("colourSlots() gives seven keys seven colours and the others grey", () => {
  const keys = Array.from({ length: 10 }, (_, index) => `account-${index}`);
  const slots = colourSlots(keys, { by: "account" });
  assert.equal(new Set(slots.slice(0, 7)).size, 7);
  assert.ok(!slots.slice(0, 7).includes("other"));
  assert.deepEqual(slots.slice(7), ["other", "other", "other"]);
});

Deno.test("colourSlots() gives a name its colour whatever its rank", () => {
  const ranked = ["phys", "chem", "bio"];
  const slotOf = (keys: readonly string[], key: string) =>
    colourSlots(keys, { by: "account", ranked })[keys.indexOf(key)];
  assert.equal(slotOf(["phys", "chem", "bio"], "bio"), 3);
  assert.equal(slotOf(["bio", "zoo", "phys"], "bio"), 3);
  assert.equal(slotOf(["zoo", "bio"], "bio"), 3);
  assert.equal(slotOf(["zoo"], "zoo"), slotOf(["zoo"], "zoo"));
});

Deno.test("colourSlots() lets no hashed name take the colour of a ranked one after it", () => {
  const ranked = ["a", "b", "c", "d", "e", "f", "g"];
  for (let index = 0; index < 50; index += 1) {
    assert.equal(colourSlots([`new-${index}`, "d"], { by: "user", ranked })[1], 4);
  }
});

Deno.test("colourSlots() has one colour for each family of states", () => {
  const states = ["COMPLETED", "TIMEOUT", "OUT_OF_MEMORY", "FAILED", "CANCELLED", "never heard of"];
  assert.deepEqual(colourSlots(states, { by: "state" }), [3, 2, 2, 6, "other", "other"]);
});

Deno.test("states of one chart differ in colour or texture from each other and from the rest", () => {
  const charts = [
    ["COMPLETED", "TIMEOUT", "OUT_OF_MEMORY", "NODE_FAIL", "PREEMPTED", "DEADLINE", "FAILED"],
    ["CANCELLED", "REQUEUED", "REVOKED", "RESIZING", "never heard of"],
    ["RUNNING", "SUSPENDED", "COMPLETING", "PENDING", "REQUEUE_HOLD", "BOOT_FAIL", "TIMEOUT"],
  ];
  for (const keys of charts) {
    const colours = colourSlots(keys, { by: "state" });
    const looks = textures(keys, { by: "state" }).map((texture, at) => `${colours[at]} ${texture}`);
    assert.equal(new Set([...looks, `other ${OTHER_TEXTURE}`]).size, keys.length + 1, looks.join());
  }
});

Deno.test("textures() gives a state met often its texture whatever else there is, and all else none", () => {
  const of = (keys: readonly string[], key: string) => textures(keys, { by: "state" })[keys.indexOf(key)];
  assert.equal(of(["BOOT_FAIL", "TIMEOUT"], "TIMEOUT"), "falling");
  assert.equal(of(["TIMEOUT", "NODE_FAIL"], "NODE_FAIL"), of(["NODE_FAIL"], "NODE_FAIL"));
  assert.deepEqual(textures(["TIMEOUT"], { by: "account" }), ["plain"]);
});
