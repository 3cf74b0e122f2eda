import type { Buckets } from "../engine/buckets.ts";
import { Slots } from "../engine/slots.ts";
import type { Filters } from "../view/filters.ts";
import type { Grouping, MeasureName } from "../view/measures.ts";
import type { Range } from "./answers.ts";
import type { Asked, ClusterData, Data } from "./data.ts";
import { measureWith } from "./measure.ts";
import type { Measured } from "./measured.ts";
import { chosenClusters, reportedUntil } from "./range.ts";
import { choiceKey, select } from "./scan.ts";
import { Taking } from "./taking.ts";

/** What jobs to look at, how to split them, and over which buckets. */
export interface Looking extends Pick<Asked, "breathe"> {
  readonly range: Range;
  readonly buckets: Buckets;
  readonly by: Grouping;
  /** Keys that get a slot of their own, in rising order; all others share the one after. Null for one each. */
  readonly shown: readonly string[] | null;
}

/** Measures taken, and the keys of their slots. */
export interface Look {
  readonly taken: ReadonlyMap<MeasureName, Measured>;
  readonly slots: Slots;
  /** The clusters that were looked at. */
  readonly clusters: readonly ClusterData[];
}

interface Begun extends Pick<Asked, "breathe"> {
  readonly taking: Promise<Taking>;
  readonly slots: Slots;
}

/**
 * Looks at the same jobs in the same way lately begun: a page asks for several measures, one after the other. They take
 * much memory, so they last as long as one answer has its `data`; and only those that breathe together share one, as
 * whoever breathes may give up.
 */
const begun = new WeakMap<Data, Map<string, Begun>>();
const KEPT_LOOKS = 8;

/** Takes several measures of the jobs that the filters leave; what looks at the same jobs have in common is shared. */
export async function look(
  data: Data,
  filters: Filters,
  { measures, ...looking }: Looking & { readonly measures: readonly MeasureName[] },
): Promise<Look> {
  const clusters = chosenClusters(data, filters);
  const { taking, slots } = begin(data, filters, looking);
  try {
    const taken = await measureWith(await taking, measures);
    return { taken, slots, clusters };
  } catch (error) {
    // What failed once is looked at anew when it is asked for again.
    begun.delete(data);
    throw error;
  }
}

function begin(data: Data, filters: Filters, looking: Looking): Begun {
  const { range, buckets, by, shown } = looking;
  const key = JSON.stringify([
    choiceKey(filters),
    [filters.only.cluster, filters.not.cluster],
    [range.start_s, range.end_s, buckets.count, buckets.edges[1], range.tz],
    [by, filters.basis, shown],
  ]);
  const kept = begun.get(data) ?? new Map<string, Begun>();
  begun.set(data, kept);
  const known = kept.get(key);
  const found = known !== undefined && known.breathe === looking.breathe
    ? known
    : start(data, filters, looking);
  kept.delete(key);
  kept.set(key, found);
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT_LOOKS) break;
    kept.delete(oldest);
  }
  return found;
}

function start(data: Data, filters: Filters, { range, buckets, by, shown, breathe }: Looking): Begun {
  const slots = new Slots();
  for (const key of shown ?? []) slots.of(key);
  const known = new Set(shown);
  const slotOf = (key: string) => shown === null || known.has(key) ? slots.of(key) : shown.length;
  const reported_s = reportedUntil(chosenClusters(data, filters));
  const measuring = { buckets, by, filters, basis: filters.basis, slotOf, reported_s, breathe };
  const taking = select(data, filters, { range, breathe }).then((selections) =>
    new Taking(selections, measuring)
  );
  return { taking, slots, breathe };
}
