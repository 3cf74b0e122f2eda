import type { Week } from "../engine/week.ts";
import type { UseGrouping } from "../view/classes.ts";
import { SHARE_CLASSES } from "../view/efficiency_classes.ts";
import type { ClusterData } from "./data.ts";
import { type Use, useReaders } from "./values.ts";

/** What jobs were given and used of it, by the grouping of the share. */
const USES: Readonly<Record<UseGrouping, Use>> = {
  cpu_use_class: "cpu",
  mem_use_class: "mem",
  limit_use_class: "limit",
  gpu_use_class: "gpu",
};

const LAST = SHARE_CLASSES.length - 1;
/** The place of jobs that have not ended, and of those of which it is not known what they used. */
const NOT_KNOWN = SHARE_CLASSES.length;
/** The place of jobs that it is not about: those without GPUs. */
const NOT_MEANT = NOT_KNOWN + 1;

const kept = new WeakMap<Week, Partial<Record<UseGrouping, Uint8Array>>>();

/**
 * By row the place of the class of the share that it used of what it was given; behind the last one jobs of which it
 * is not known, and then those that it is not about. Histograms, filters and groupings all read these.
 */
export function usePlaces(cluster: ClusterData, week: Week, by: UseGrouping): Uint8Array {
  const known = kept.get(week) ?? {};
  const places = known[by] ??= placesOf(cluster, week, by);
  kept.set(week, known);
  return places;
}

function placesOf(cluster: ClusterData, week: Week, by: UseGrouping): Uint8Array {
  const placeAt = placeReader(cluster, week, by);
  const places = new Uint8Array(week.length);
  for (let row = 0; row < places.length; row++) places[row] = placeAt(row);
  return places;
}

function placeReader(cluster: ClusterData, week: Week, by: UseGrouping): (row: number) => number {
  const { elapsedOf, given: givenOf, used: usedOf } = useReaders(cluster, USES[by])(week);
  const { AllocGPUS, GPUUtilAve } = week.numbers;
  const gpu = by === "gpu_use_class";
  return (row) => {
    if (gpu && !(AllocGPUS.at(row) > 0)) return NOT_MEANT;
    const elapsed_s = elapsedOf(row);
    // Memory is known for a whole run: multiplied by its seconds, both would be rounded, and 5 % might be less.
    const seconds = by === "mem_use_class" ? Math.min(1, elapsed_s) : elapsed_s;
    const [given, used] = [givenOf(row, seconds), usedOf(row, seconds)];
    if (!(given > 0) || Number.isNaN(used)) return NOT_KNOWN;
    // So would be the percentage that Slurm says of GPUs.
    const share = gpu ? Math.min(100, GPUUtilAve.at(row)) / 100 : used / given;
    // A limit that is reached ended the job; all of the CPU time or memory is no more than what there was.
    if (by === "limit_use_class" ? share >= 1 : share > 1) return LAST;
    return Math.min(LAST - 1, Math.floor(share * LAST));
  };
}
