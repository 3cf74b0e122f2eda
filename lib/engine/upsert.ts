import { type JobTable, NUMBER_COLUMNS, TEXT_COLUMNS, textAt } from "../job/table.ts";
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

/** A record that the batch touches: where it is stored, if it is, and the row of the batch it has become. */
interface Target {
  readonly to: number | null;
  from: number | null;
}

/** What decides whether two records are versions of one. */
interface Version {
  readonly sluid: string | null;
  readonly id: string | null;
  readonly id_raw: string | null;
  readonly submit_s: number;
  readonly start_s: number;
  readonly ended: boolean;
}

/**
 * Decides for each job of a batch whether it is new, a newer version of a stored one, or nothing new; the outcome
 * is that of taking up its rows one after the other. A record is identified by (JobIDRaw, Submit, Start), by SLUID
 * where there is one, by JobID where one of the two senders knew no JobIDRaw; a record of a job that has not started stands for whatever becomes of the job. The latest
 * wins, but a record never gives way to one that knows less: without End, or without Start.
 */
export function planUpsert(dataset: Dataset, table: JobTable): Plan {
  const touched = new Touched(dataset, table);
  for (let row = 0; row < table.length; row++) {
    const incoming = versionIn(table, row);
    const target = bestMatch(
      touched.candidates(incoming),
      (candidate) => likeness(incoming, touched.version(candidate)),
    );
    if (target === null) touched.set({ to: null, from: null }, row);
    else if (!knowsLess(incoming, touched.version(target))) touched.set(target, row);
  }
  const writes = touched.writes();
  const accepted = writes.filter(({ to }) => to === null).length;
  return {
    writes,
    accepted,
    updated: writes.length - accepted,
    duplicates: table.length - writes.length,
  };
}

/** The records that the batch has touched so far, and how to find them. */
class Touched {
  readonly #dataset: Dataset;
  readonly #table: JobTable;
  readonly #targets = new Set<Target>();
  readonly #stored = new Map<number, Target>();
  readonly #by_key = new Map<string, Target[]>();

  constructor(dataset: Dataset, table: JobTable) {
    this.#dataset = dataset;
    this.#table = table;
  }

  /** Records that may be an earlier version of the incoming one, those of the same SLUID first. */
  *candidates(incoming: Version): Generator<Target> {
    const { sluid, submit_s } = incoming;
    if (sluid !== null) yield* this.#by_key.get(sluidKey(sluid)) ?? [];
    for (const row of this.#dataset.candidates(idsOf(incoming), { submit_s, sluid })) {
      yield this.#stored.get(row) ?? { to: row, from: null };
    }
    for (const id of idsOf(incoming)) yield* this.#by_key.get(idKey(id, submit_s)) ?? [];
  }

  /** A record as the batch has left it so far. */
  version({ to, from }: Target): Version {
    return from !== null ? versionIn(this.#table, from) : versionOf(this.#dataset, to ?? 0);
  }

  set(target: Target, row: number): void {
    target.from = row;
    this.#targets.add(target);
    if (target.to !== null) this.#stored.set(target.to, target);
    const version = versionIn(this.#table, row);
    for (const id of idsOf(version)) this.#index(idKey(id, version.submit_s), target);
    if (version.sluid !== null) this.#index(sluidKey(version.sluid), target);
  }

  #index(key: string, target: Target): void {
    const known = this.#by_key.get(key);
    if (known === undefined) this.#by_key.set(key, [target]);
    else if (!known.includes(target)) known.push(target);
  }

  writes(): { from: number; to: number | null }[] {
    const writes: { from: number; to: number | null }[] = [];
    for (const { to, from } of this.#targets) {
      if (from !== null && (to === null || !this.#equal(to, from))) writes.push({ from, to });
    }
    return writes;
  }

  #equal(stored: number, row: number): boolean {
    const { numbers } = this.#dataset;
    return NUMBER_COLUMNS.every((name) => Object.is(numbers[name][stored], this.#table.numbers[name][row])) &&
      TEXT_COLUMNS.every((name) => this.#dataset.text(name, stored) === textAt(this.#table, name, row));
  }
}

function idsOf({ id, id_raw }: Version): readonly string[] {
  return [...new Set([id_raw ?? "", id ?? ""])];
}

function idKey(id: string, submit_s: number): string {
  return `${submit_s} ${id}`;
}

function sluidKey(sluid: string): string {
  return `sluid ${sluid}`;
}

function versionIn(table: JobTable, row: number): Version {
  const { ids, numbers } = table;
  return {
    sluid: ids.SLUID.text(row),
    id: ids.JobID.text(row),
    id_raw: ids.JobIDRaw.text(row),
    submit_s: numbers.Submit[row],
    start_s: numbers.Start[row],
    ended: !Number.isNaN(numbers.End[row]),
  };
}

function versionOf(dataset: Dataset, row: number): Version {
  const { Submit, Start, End } = dataset.numbers;
  return {
    sluid: dataset.text("SLUID", row),
    id: dataset.text("JobID", row),
    id_raw: dataset.text("JobIDRaw", row),
    submit_s: Submit[row],
    start_s: Start[row],
    ended: !Number.isNaN(End[row]),
  };
}

type Likeness = "same" | "pending" | "other";

function likeness(a: Version, b: Version): Likeness {
  if (a.sluid !== null && b.sluid !== null) return a.sluid === b.sluid ? "same" : "other";
  // Unlike `===`, unknown times are alike.
  if (!sameId(a, b) || !Object.is(a.submit_s, b.submit_s)) return "other";
  if (Object.is(a.start_s, b.start_s)) return "same";
  const pending = ({ start_s, ended }: Version) => Number.isNaN(start_s) && !ended;
  return pending(a) || pending(b) ? "pending" : "other";
}

/** Whether two ids are of one job; a sender that knows no JobIDRaw gives JobID for both. */
function sameId(a: Version, b: Version): boolean {
  return a.id_raw === b.id_raw || a.id === b.id && (a.id === a.id_raw || b.id === b.id_raw);
}

/** The first candidate that is the same, else one that had not started yet. */
function bestMatch(candidates: Iterable<Target>, likenessOf: (candidate: Target) => Likeness): Target | null {
  let pending: Target | null = null;
  for (const candidate of candidates) {
    const found = likenessOf(candidate);
    if (found === "same") return candidate;
    if (found === "pending") pending ??= candidate;
  }
  return pending;
}

/** Whether the one version knows less than the other: it has not ended or not started, and the other has. */
function knowsLess(a: Version, b: Version): boolean {
  if (a.ended !== b.ended) return b.ended;
  return Number.isNaN(a.start_s) && !Number.isNaN(b.start_s) && !a.ended;
}
