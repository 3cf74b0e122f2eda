/** Classes that jobs are split into by a number: CPUs, seconds of waiting, seconds of running, the share they used. */
import { DAY_S, HOUR_S, MINUTE_S } from "./units.ts";
import { SHARE_CLASSES } from "./efficiency_classes.ts";

/** The groupings by a number of CPUs or seconds. */
export const NUMBER_GROUPINGS = ["size_class", "wait_class", "elapsed_class"] as const;
export type NumberGrouping = (typeof NUMBER_GROUPINGS)[number];

/** The groupings by the share that jobs used of what they were given: the bins of the histograms of efficiency. */
export const USE_GROUPINGS = ["cpu_use_class", "mem_use_class", "limit_use_class", "gpu_use_class"] as const;
export type UseGrouping = (typeof USE_GROUPINGS)[number];

/** The groupings whose keys are classes. */
export const CLASS_GROUPINGS = [...NUMBER_GROUPINGS, ...USE_GROUPINGS] as const;
export type ClassGrouping = (typeof CLASS_GROUPINGS)[number];

/** One class: its key, and the largest number that belongs to it. */
export interface NumberClass {
  readonly key: string;
  readonly up_to: number;
}

/** Run times; waits have finer classes below. */
const ELAPSED_CLASSES: readonly NumberClass[] = [
  { key: "<= 1 min", up_to: MINUTE_S },
  { key: "<= 10 min", up_to: 10 * MINUTE_S },
  { key: "<= 1 h", up_to: HOUR_S },
  { key: "<= 4 h", up_to: 4 * HOUR_S },
  { key: "<= 12 h", up_to: 12 * HOUR_S },
  { key: "<= 1 d", up_to: DAY_S },
  { key: "<= 2 d", up_to: 2 * DAY_S },
  { key: "<= 7 d", up_to: 7 * DAY_S },
  { key: "> 7 d", up_to: Infinity },
];

/** The classes of each grouping in their order: CPUs allocated, seconds of wait, seconds of run time, shares used. */
export const CLASSES:
  & Readonly<Record<NumberGrouping, readonly NumberClass[]>>
  & Readonly<Record<UseGrouping, readonly { readonly key: string }[]>> = {
    size_class: [
      { key: "1", up_to: 1 },
      { key: "2-4", up_to: 4 },
      { key: "5-16", up_to: 16 },
      { key: "17-64", up_to: 64 },
      { key: "65-256", up_to: 256 },
      { key: "257-1024", up_to: 1024 },
      { key: ">1024", up_to: Infinity },
    ],
    wait_class: [{ key: "<= 1 s", up_to: 1 }, { key: "<= 10 s", up_to: 10 }, ...ELAPSED_CLASSES],
    elapsed_class: ELAPSED_CLASSES,
    cpu_use_class: SHARE_CLASSES,
    mem_use_class: SHARE_CLASSES,
    limit_use_class: SHARE_CLASSES,
    gpu_use_class: SHARE_CLASSES,
  };

/** What of a job is a number that jobs can be spread over. */
export const SPREADS = ["wait", "elapsed", "size", "planned", "gpus", "nodes", "memory"] as const;
export type Spread = (typeof SPREADS)[number];

/**
 * The classes of each spread, which hold all values: those of a grouping where there is one, so that a class can be
 * filtered by, else powers of two of GPUs, of nodes and of GiB.
 */
export const SPREAD_CLASSES: Readonly<Record<Spread, readonly NumberClass[]>> = {
  wait: CLASSES.wait_class,
  planned: CLASSES.wait_class,
  elapsed: CLASSES.elapsed_class,
  size: CLASSES.size_class,
  gpus: powersOfTwo(64),
  nodes: powersOfTwo(1024),
  memory: [
    ...[1, 2, 4, 8, 16, 32, 64, 128, 256, 512].map((gib) => ({ key: `<= ${gib} GiB`, up_to: gib })),
    { key: "<= 1 TiB", up_to: 1024 },
    { key: "<= 2 TiB", up_to: 2048 },
    { key: "> 2 TiB", up_to: Infinity },
  ],
};

/** The grouping whose classes a spread has; null where it has its own. */
export const SPREAD_GROUPINGS: Readonly<Record<Spread, NumberGrouping | null>> = {
  wait: "wait_class",
  elapsed: "elapsed_class",
  size: "size_class",
  planned: null,
  gpus: null,
  nodes: null,
  memory: null,
};

/** `1`, `2`, `3-4`, `5-8` and so on up to a power of two, and what is above. */
function powersOfTwo(highest: number): readonly NumberClass[] {
  const classes: NumberClass[] = [{ key: "1", up_to: 1 }, { key: "2", up_to: 2 }];
  for (let up_to = 4; up_to <= highest; up_to *= 2) classes.push({ key: `${up_to / 2 + 1}-${up_to}`, up_to });
  return [...classes, { key: `>${highest}`, up_to: Infinity }];
}

/** Whether the keys of a grouping are classes. */
export function isClassGrouping(by: string): by is ClassGrouping {
  return CLASS_GROUPINGS.some((grouping) => grouping === by);
}

/** Whether the keys of a grouping are classes of the share that was used. */
export function isUseGrouping(by: string): by is UseGrouping {
  return USE_GROUPINGS.some((grouping) => grouping === by);
}

/** The key of a class for people: `<= 1 min` is "≤ 1 min", `0-5` of a use "0–5 %", and its `>100` "> 100 %". */
export function classLabel(by: ClassGrouping, key: string): string {
  if (!isUseGrouping(by)) return key.replace("<=", "≤");
  const share = key.replace("-", "–").replace(">", by === "limit_use_class" ? "≥ " : "> ");
  return `${share}\u00a0%`;
}

/** The key of the class that a number belongs to; "" for null, NaN, and for a job of no CPUs. */
export function classOf(by: NumberGrouping, value: number | null): string {
  if (value === null || by === "size_class" && value === 0) return "";
  return CLASSES[by].find(({ up_to }) => value <= up_to)?.key ?? "";
}

/** Place of a key among the classes of a grouping, from 0; jobs of no class come last. */
export function classOrder(by: ClassGrouping, key: string): number {
  const place = CLASSES[by].findIndex((known) => known.key === key);
  return place < 0 ? CLASSES[by].length : place;
}
