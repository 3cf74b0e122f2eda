import { ELAPSED, WAIT } from "../engine/row_values.ts";
import type { Week } from "../engine/week.ts";
import { CLASSES, type ClassGrouping, isUseGrouping, type NumberGrouping } from "../view/classes.ts";
import type { ClusterData } from "./data.ts";
import { usePlaces } from "./use_places.ts";

/** The number that decides the class of a job; NaN where it is of none. */
const VALUES: Readonly<Record<NumberGrouping, (week: Week) => (row: number) => number>> = {
  size_class: ({ numbers: { AllocCPUS } }) => (row) => AllocCPUS.at(row) || NaN,
  wait_class: WAIT.of,
  elapsed_class: ELAPSED.of,
};

const of_rows = new WeakMap<Week, Partial<Record<NumberGrouping, Uint8Array>>>();

/** By row the place of its class among those of a grouping; a place behind the last for jobs of none. */
export function classPlaces(cluster: ClusterData, week: Week, by: ClassGrouping): Uint8Array {
  if (isUseGrouping(by)) return usePlaces(cluster, week, by);
  const known = of_rows.get(week) ?? {};
  const places = known[by] ??= placesOf(week, by);
  of_rows.set(week, known);
  return places;
}

const of_runs = new WeakMap<Week, Partial<Record<ClassGrouping, Uint8Array>>>();

/** Stands for the classes of a run whose jobs are of several. */
export const SEVERAL_CLASSES = 0xff;

/** By run the place of the class of all of its jobs, as {@link classPlaces} has it, or {@link SEVERAL_CLASSES}. */
export function runPlaces(cluster: ClusterData, week: Week, by: ClassGrouping): Uint8Array {
  const known = of_runs.get(week) ?? {};
  const places = known[by] ??= by === "size_class" ? sizesOf(week) : commonPlaces(cluster, week, by);
  of_runs.set(week, known);
  return places;
}

function sizesOf({ runs }: Week): Uint8Array {
  const cpus = runs.numbers("AllocCPUS");
  const places = new Uint8Array(runs.count);
  for (let run = 0; run < places.length; run++) places[run] = placeOf(UP_TO.size_class, cpus[run] || NaN);
  return places;
}

function commonPlaces(cluster: ClusterData, week: Week, by: ClassGrouping): Uint8Array {
  const { count, from, rows } = week.runs;
  const of_row = classPlaces(cluster, week, by);
  const places = new Uint8Array(count);
  for (let run = 0; run < count; run++) {
    const place = of_row[rows[from[run]]];
    let at = from[run] + 1;
    while (at < from[run + 1] && of_row[rows[at]] === place) at++;
    places[run] = at < from[run + 1] ? SEVERAL_CLASSES : place;
  }
  return places;
}

/** Places of jobs of no class, behind those of the classes: of a use also those that it is not about. */
const NO_CLASS = 2;

/** How many places there are, those of no class among them. */
export function placeCount(by: ClassGrouping): number {
  return CLASSES[by].length + NO_CLASS;
}

/** The key of the class at a place; "" for none. */
export function classAt(by: ClassGrouping, place: number): string {
  return CLASSES[by][place]?.key ?? "";
}

const UP_TO: Readonly<Record<NumberGrouping, readonly number[]>> = {
  size_class: CLASSES.size_class.map(({ up_to }) => up_to),
  wait_class: CLASSES.wait_class.map(({ up_to }) => up_to),
  elapsed_class: CLASSES.elapsed_class.map(({ up_to }) => up_to),
};

function placesOf(week: Week, by: NumberGrouping): Uint8Array {
  const valueOf = VALUES[by](week);
  const up_to = UP_TO[by];
  const places = new Uint8Array(week.length);
  for (let row = 0; row < places.length; row++) places[row] = placeOf(up_to, valueOf(row));
  return places;
}

function placeOf(up_to: readonly number[], value: number): number {
  let place = 0;
  while (place < up_to.length && !(value <= up_to[place])) place++;
  return place;
}
