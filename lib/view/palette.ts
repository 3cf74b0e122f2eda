import { type StateFamily, stateFamily } from "../slurm/state.ts";
import type { ColourSlot, Texture } from "./chart_spec.ts";
import type { Grouping } from "./measures.ts";
import { SLOTS } from "./slots.ts";

export { SLOTS };

/** Colours of one theme: what figures are drawn with and on. */
export interface Palette {
  readonly surface: string;
  readonly card: string;
  readonly text: string;
  readonly muted: string;
  readonly link: string;
  readonly series: Readonly<Record<ColourSlot, string>>;
  /** Shades of one hue for tables, from nothing to most, each with the colour of text on it. */
  readonly heat: readonly (readonly [shade: string, text: string])[];
}

/** Seven colours that can be told apart with every kind of colour vision, and the grey of the rest. */
export const LIGHT: Palette = {
  surface: "#ffffff",
  card: "#f6f7f9",
  text: "#1b2430",
  muted: "#5b6675",
  link: "#2b5fd9",
  series: {
    1: "#3639af",
    2: "#ba7c21",
    3: "#2b9c87",
    4: "#7b3148",
    5: "#2171a0",
    6: "#a24a0e",
    7: "#a96afd",
    other: "#6b7280",
  },
  heat: [
    ["#f0f4f9", "#0f141a"],
    ["#d2ddf1", "#0f141a"],
    ["#b4c6e7", "#0f141a"],
    ["#97b0dc", "#0f141a"],
    ["#7b99d1", "#0f141a"],
    ["#5f83c6", "#0f141a"],
    ["#476db4", "#ffffff"],
    ["#3058a3", "#ffffff"],
    ["#1d438d", "#ffffff"],
    ["#0a2f77", "#ffffff"],
  ],
};

/** The same for dark surfaces. */
export const DARK: Palette = {
  surface: "#0f141a",
  card: "#171d25",
  text: "#e6eaf0",
  muted: "#9aa5b4",
  link: "#8fb4ff",
  series: {
    1: "#6063f5",
    2: "#f6bc1e",
    3: "#5abfa2",
    4: "#ac5a92",
    5: "#7be5f6",
    6: "#e85c18",
    7: "#af94fc",
    other: "#8b93a1",
  },
  heat: [
    ["#191c21", "#ffffff"],
    ["#202e47", "#ffffff"],
    ["#2b4069", "#ffffff"],
    ["#37548a", "#ffffff"],
    ["#4669aa", "#ffffff"],
    ["#5a7fc5", "#0f141a"],
    ["#7196db", "#0f141a"],
    ["#8daeeb", "#0f141a"],
    ["#abc7f7", "#0f141a"],
    ["#cddfff", "#0f141a"],
  ],
};

/** One colour for each family of states, on every page. */
const FAMILY_SLOTS: Readonly<Record<StateFamily, ColourSlot>> = {
  completed: 3,
  limit: 2,
  failed: 6,
  running: 5,
  pending: 7,
  cancelled: "other",
  other: "other",
};

/** Textures of the states of a family, given out in this order; that of a name in `STATE_TEXTURES` comes first. */
const FAMILY_TEXTURES: Readonly<Record<StateFamily, readonly Texture[]>> = {
  completed: ["plain"],
  limit: ["falling", "dots", "grid", "level", "rising"],
  failed: ["plain"],
  running: ["plain", "falling", "dots", "grid", "level"],
  pending: ["plain", "falling", "dots", "grid", "level"],
  cancelled: ["plain"],
  other: ["dots", "grid", "level", "falling"],
};

/** The states met most keep their texture whatever else is on a chart. */
const STATE_TEXTURES: Readonly<Record<string, Texture>> = {
  TIMEOUT: "falling",
  OUT_OF_MEMORY: "dots",
  NODE_FAIL: "grid",
  PREEMPTED: "level",
  RUNNING: "plain",
  SUSPENDED: "falling",
  PENDING: "plain",
  REQUEUED: "dots",
};

/** What the rest of a chart is filled with, on every page. */
export const OTHER_TEXTURE: Texture = "rising";

/**
 * The textures of series, given by key in the order of their rank: plain where each has a colour of its own;
 * states, which share the colours of their families, have each another.
 */
export function textures(keys: readonly string[], { by }: { readonly by: Grouping }): readonly Texture[] {
  if (by !== "state") return keys.map(() => "plain");
  const given = new Map<string, Texture>();
  const named = (key: string) => Object.hasOwn(STATE_TEXTURES, key);
  for (const key of keys.filter(named)) given.set(key, STATE_TEXTURES[key]);
  for (const key of keys) {
    if (given.has(key)) continue;
    const family = stateFamily(key);
    const taken = keys.filter((other) => stateFamily(other) === family).map((other) => given.get(other));
    const order = FAMILY_TEXTURES[family];
    given.set(key, order.find((texture) => !taken.includes(texture)) ?? order[order.length - 1]);
  }
  return keys.map((key) => given.get(key) ?? "plain");
}

/**
 * The colours of series, given by key in the order of their rank. Colour follows the name: a state has the one of
 * its family; a key among the first seven of `ranked`, a list that is the same on every page, has the one of its
 * place there; any other has the one its name hashes to, or the next that is free. From the eighth on it is grey.
 */
export function colourSlots(
  keys: readonly string[],
  { by, ranked = [] }: { readonly by: Grouping; readonly ranked?: readonly string[] },
): readonly ColourSlot[] {
  if (by === "state") return keys.map((key) => FAMILY_SLOTS[stateFamily(key)]);
  const coloured = keys.slice(0, SLOTS.length);
  const given = new Map<string, ColourSlot>();
  const free = new Set<ColourSlot>(SLOTS);
  const give = (key: string, slot: ColourSlot) => {
    given.set(key, slot);
    free.delete(slot);
  };
  for (const key of coloured) {
    const rank = ranked.indexOf(key);
    if (rank >= 0 && rank < SLOTS.length) give(key, SLOTS[rank]);
  }
  for (const key of coloured) {
    if (given.has(key)) continue;
    const first = hash(key) % SLOTS.length;
    const slot = SLOTS.map((_, step) => SLOTS[(first + step) % SLOTS.length]).find((candidate) =>
      free.has(candidate)
    );
    give(key, slot ?? "other");
  }
  return keys.map((key) => given.get(key) ?? "other");
}

/** FNV-1a over UTF-16 code units: small, stable between versions and machines. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    state = Math.imul(state ^ text.charCodeAt(at), 0x01000193) >>> 0;
  }
  return state;
}
