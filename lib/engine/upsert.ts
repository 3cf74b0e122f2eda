import { type JobTable, NUMBER_COLUMNS, TEXT_COLUMNS } from "../job/table.ts";
import type { Dataset } from "./dataset.ts";

/** What a batch does to a dataset. */
export interface Plan {
  /** Rows of the batch to write, each over a row of the dataset or, where that is null, as a new one. */
  readonly writes: readonly { readonly from: number; readonly to: number | null }[];
  readonly accepted: number;
  readonly updated: number;
  /** Rows that change nothing: already stored, older than what is stored, or repeated later in the batch. */
  readonly duplicates: number;
}

/**
 * Decides for each job of a batch whether it is new, a newer version of a stored one, or nothing new. A record is
 * identified by (JobIDRaw, Submit, Start), by SLUID where there is one; a record of a job that has not started
 * stands for whatever becomes of the job. The latest wins, but a record with End never gives way to one without.
 */
export function planUpsert(dataset: Dataset, table: JobTable): Plan {
  const writes: { from: number; to: number | null }[] = [];
  let updated = 0;
  const survivors = lastVersions(table);
  for (const from of survivors) {
    const to = storedRow(dataset, { table, row: from });
    if (to === null) writes.push({ from, to });
    else if (!givesWay(dataset, to, { table, row: from }) && !equal(dataset, to, { table, row: from })) {
      writes.push({ from, to });
      updated++;
    }
  }
  return {
    writes,
    accepted: writes.length - updated,
    updated,
    duplicates: table.length - writes.length,
  };
}

interface Place {
  readonly table: JobTable;
  readonly row: number;
}

/** The rows of a batch without those that a later row of the same batch replaces. */
function lastVersions(table: JobTable): number[] {
  const { Submit } = table.numbers;
  const by_identity = new Map<string, number[]>();
  const survivors: (number | null)[] = [];
  for (let row = 0; row < table.length; row++) {
    survivors.push(row);
    const sluid = table.text.SLUID[row];
    const key = sluid === null ? `${Submit[row]} ${table.text.JobIDRaw[row]}` : `sluid ${sluid}`;
    const earlier = by_identity.get(key);
    if (earlier === undefined) {
      by_identity.set(key, [row]);
      continue;
    }
    const match = bestMatch(
      earlier,
      (other) => startsAlike(startOf({ table, row }), startOf({ table, row: other })),
    );
    if (match === null) earlier.push(row);
    else if (isOlder({ table, row }, { table, row: match })) survivors[row] = null;
    else {
      survivors[match] = null;
      earlier[earlier.indexOf(match)] = row;
    }
  }
  return survivors.filter((row) => row !== null);
}

type Likeness = "same" | "pending" | "other";

interface Times {
  readonly start_s: number;
  readonly ended: boolean;
}

function startOf({ table, row }: Place): Times {
  return { start_s: table.numbers.Start[row], ended: !Number.isNaN(table.numbers.End[row]) };
}

function startsAlike(a: Times, b: Times): Likeness {
  if (a.start_s === b.start_s || Number.isNaN(a.start_s) && Number.isNaN(b.start_s)) return "same";
  const pending = (times: Times) => Number.isNaN(times.start_s) && !times.ended;
  return pending(a) || pending(b) ? "pending" : "other";
}

/** The candidate with the same Start, else one that had not started yet. */
function bestMatch(candidates: Iterable<number>, likeness: (candidate: number) => Likeness): number | null {
  let pending: number | null = null;
  for (const candidate of candidates) {
    const found = likeness(candidate);
    if (found === "same") return candidate;
    if (found === "pending") pending = candidate;
  }
  return pending;
}

/** Whether the one record knows less than the other: it has not ended or not started, and the other has. */
function isOlder(a: Place, b: Place): boolean {
  return knowsLess(startOf(a), startOf(b));
}

function knowsLess(a: Times, b: Times): boolean {
  if (a.ended !== b.ended) return b.ended;
  return Number.isNaN(a.start_s) && !Number.isNaN(b.start_s) && !a.ended;
}

function storedRow(dataset: Dataset, { table, row }: Place): number | null {
  const sluid = table.text.SLUID[row];
  const times = startOf({ table, row });
  const candidates = dataset.candidates(table.text.JobIDRaw[row] ?? "", {
    submit_s: table.numbers.Submit[row],
    sluid,
  });
  return bestMatch(candidates, (stored) => {
    const stored_sluid = dataset.text("SLUID", stored);
    if (sluid !== null && stored_sluid !== null) return sluid === stored_sluid ? "same" : "other";
    return startsAlike(times, storedTimes(dataset, stored));
  });
}

function storedTimes(dataset: Dataset, row: number): Times {
  return { start_s: dataset.numbers.Start[row], ended: !Number.isNaN(dataset.numbers.End[row]) };
}

function givesWay(dataset: Dataset, stored: number, incoming: Place): boolean {
  return knowsLess(startOf(incoming), storedTimes(dataset, stored));
}

function equal(dataset: Dataset, stored: number, { table, row }: Place): boolean {
  return NUMBER_COLUMNS.every((name) => Object.is(dataset.numbers[name][stored], table.numbers[name][row])) &&
    TEXT_COLUMNS.every((name) => dataset.text(name, stored) === table.text[name][row]);
}
