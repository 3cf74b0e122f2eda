import type { JobTable } from "../job/table.ts";
import type { Weeks } from "./dataset.ts";
import type { Place, Plan } from "./upsert.ts";
import { weekOfSubmission } from "./week.ts";

/** Rows by week that are taken out of it. */
type Removals = ReadonlyMap<number, ReadonlySet<number>>;

/** Rows by week that a plan takes out of the week they are in. */
export function removals({ numbers: { Submit } }: JobTable, { from, to }: Plan): Removals {
  const found = new Map<number, Set<number>>();
  to.forEach((place, i) => {
    if (place === null || place.week === weekOfSubmission(Submit[from[i]])) return;
    const gone = found.get(place.week) ?? new Set();
    found.set(place.week, gone.add(place.row));
  });
  return found;
}

interface Placement {
  readonly from: Uint32Array;
  readonly rows: Uint32Array;
  readonly length: number;
}

/** Rows that are written into a week in one go. */
const PIECE = 20_000;

/** A placement in pieces, into a week that had so many rows before. */
export function* pieces(
  { from, rows, before }: Placement & { readonly before: number },
): Generator<Placement> {
  // New rows come in rising order: the week grows from piece to piece.
  let grown = before;
  for (let at = 0; at < from.length; at += PIECE) {
    const piece = rows.subarray(at, at + PIECE);
    for (const row of piece) if (row >= grown) grown = row + 1;
    yield { from: from.subarray(at, at + PIECE), rows: piece, length: grown };
  }
}

/** Which rows of the batch go to which rows of which week, those that moved taken out already. */
export function placements(
  { numbers: { Submit } }: Pick<JobTable, "numbers">,
  { from, to }: Pick<Plan, "from" | "to">,
  { weeks, moved }: { readonly weeks: Weeks; readonly moved: Removals },
): ReadonlyMap<number, Placement> {
  const whole = placedAtOnce(Submit, { from, to }, weeks);
  if (whole !== null) return whole;
  const gathered = new Map<number, { from: number[]; rows: number[]; length: number }>();
  from.forEach((row, i) => {
    const number = weekOfSubmission(Submit[row]);
    let found = gathered.get(number);
    if (found === undefined) {
      found = { from: [], rows: [], length: weeks.get(number)?.length ?? 0 };
      gathered.set(number, found);
    }
    const place = to[i];
    found.from.push(row);
    found.rows.push(place !== null && place.week === number ? shiftedRow(place, moved) : found.length++);
  });
  return new Map([...gathered].map(([number, found]) => [number, {
    from: Uint32Array.from(found.from),
    rows: Uint32Array.from(found.rows),
    length: found.length,
  }]));
}

/** The placements of new jobs that are all of one week, as those of a file are; null if they are not. */
function placedAtOnce(
  Submit: Float64Array,
  { from, to }: Pick<Plan, "from" | "to">,
  weeks: Weeks,
): ReadonlyMap<number, Placement> | null {
  const number = weekOfSubmission(Submit[from[0]]);
  for (let i = 0; i < from.length; i++) {
    if (to[i] !== null || weekOfSubmission(Submit[from[i]]) !== number) return null;
  }
  const before = weeks.get(number)?.length ?? 0;
  const rows = new Uint32Array(from.length);
  for (let i = 0; i < rows.length; i++) rows[i] = before + i;
  return new Map([[number, { from, rows, length: before + rows.length }]]);
}

/** Where a row is once others were taken out of its week. */
function shiftedRow({ week, row }: Place, moved: Removals): number {
  let shift = 0;
  for (const other of moved.get(week) ?? []) if (other < row) shift++;
  return row - shift;
}
