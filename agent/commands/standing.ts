import { coveredUntil, difference, type Spans, union } from "../spool/spans.ts";
import type { KeptBatch, StatusFacts } from "./status_facts.ts";

/** How far all is sent, and what is missing. */
export interface Standing {
  /** Everything from the origin to here is with the server, epoch seconds; null while it has nothing from there on. */
  readonly complete_until_s: number | null;
  /** Time since the origin that the server has not, though later time it has. */
  readonly gaps: Spans;
  /** Time that is collected and waits in the spool. */
  readonly held: Spans;
  /** Time before the origin that was filled in. */
  readonly filled_in: Spans;
  readonly waiting: Sum;
  readonly set_aside: Sum;
}

/** Batches, added up. */
export interface Sum {
  readonly batches: number;
  readonly jobs: number;
  readonly bytes: number;
}

/** Works out from what a state folder holds how far all is sent. */
export function standingOf({ origin_s, covered, waiting, set_aside }: StatusFacts): Standing {
  const held = difference([...waiting, ...set_aside].flatMap(({ covers }) => covers), covered);
  const sums = { waiting: sumOf(waiting), set_aside: sumOf(set_aside) };
  if (origin_s === null) {
    return { complete_until_s: null, gaps: [], held, filled_in: covered, ...sums };
  }
  const until_s = coveredUntil(covered, origin_s);
  const newest = union([...covered, ...held]).at(-1)?.end ?? origin_s;
  return {
    complete_until_s: until_s > origin_s ? until_s : null,
    gaps: difference([{ start: origin_s, end: newest }], [...covered, ...held]),
    held,
    filled_in: difference(covered, [{ start: origin_s, end: Math.max(origin_s, newest) }]),
    ...sums,
  };
}

function sumOf(batches: readonly KeptBatch[]): Sum {
  return {
    batches: batches.length,
    jobs: batches.reduce((sum, { jobs }) => sum + jobs, 0),
    bytes: batches.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
