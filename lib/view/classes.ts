/** Classes that jobs are split into by a number: CPUs, seconds of waiting, seconds of running. */

/** The groupings whose keys are classes. */
export const CLASS_GROUPINGS = ["size_class", "wait_class", "elapsed_class"] as const;
export type ClassGrouping = (typeof CLASS_GROUPINGS)[number];

/** One class: its key, and the largest number that belongs to it. */
export interface NumberClass {
  readonly key: string;
  readonly up_to: number;
}

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;

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

/** The classes of each grouping in their order: CPUs allocated, seconds of wait, seconds of run time. */
export const CLASSES: Readonly<Record<ClassGrouping, readonly NumberClass[]>> = {
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
};

/** Whether the keys of a grouping are classes. */
export function isClassGrouping(by: string): by is ClassGrouping {
  return CLASS_GROUPINGS.some((grouping) => grouping === by);
}

/** The key of the class that a number belongs to; "" for null, NaN, and for a job of no CPUs. */
export function classOf(by: ClassGrouping, value: number | null): string {
  if (value === null || by === "size_class" && value === 0) return "";
  return CLASSES[by].find(({ up_to }) => value <= up_to)?.key ?? "";
}

/** Place of a key among the classes of a grouping, from 0; jobs of no class come last. */
export function classOrder(by: ClassGrouping, key: string): number {
  const place = CLASSES[by].findIndex((known) => known.key === key);
  return place < 0 ? CLASSES[by].length : place;
}
