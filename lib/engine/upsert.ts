import { ID_KINDS } from "../job/ids.ts";
import { CODED_COLUMNS, ID_COLUMNS, type JobTable, NUMBER_COLUMNS } from "../job/table.ts";
import { BatchCodes } from "./batch_codes.ts";
import type { Dataset } from "./dataset.ts";
import { IdentityIndex, partsHash } from "./identity.ts";
import { upTo } from "./packed.ts";
import { RecordIndex } from "./record_index.ts";
import { knowsLess, likeness, sameParts, type Version } from "../job/version.ts";
import { type Week, weekOfSubmission } from "./week.ts";
import type { Work } from "./work.ts";

/** Rows of a piece of work: a few milliseconds. */
const PIECE = 5000;

/** What a batch does to a dataset. */
export interface Plan {
  /** Rows of the batch to write. */
  readonly from: Uint32Array;
  /**
   * Rows of the batch that must be taken up one after the other to come to the same: those to write, and earlier
   * versions of them in the batch, by which one may have been known for the other.
   */
  readonly trail: Uint32Array;
  /** The row of the dataset that each is written over, as its week and its place there, or null for a new one. */
  readonly to: readonly (Place | null)[];
  readonly codes: BatchCodes;
  readonly accepted: number;
  readonly updated: number;
  /** Rows that change nothing: already stored, older than what is stored, or repeated later in the batch. */
  readonly duplicates: number;
}

/** Where a job is in a dataset. */
export interface Place {
  readonly week: number;
  readonly row: number;
}

/**
 * A record that the batch touches: where it is stored, if it is, the row of the batch it has become, and its number
 * among those touched; -1 as long as it has none.
 */
interface Target {
  readonly to: Place | null;
  from: number;
  number: number;
  /** How many rows of the batch it has been. */
  times: number;
}

/**
 * Decides for each job of a batch whether it is new, a newer version of a stored one, or nothing new; the outcome
 * is that of taking up its rows one after the other. The latest record wins, but a record never gives way to one
 * that knows less. What makes records versions of one: see {@link likeness}.
 */
export function* planUpsert(dataset: Dataset, table: JobTable): Work<Plan> {
  const codes = new BatchCodes(table, dataset);
  const touched = new Touched(dataset, table, codes);
  for (let row = 0; row < table.length; row++) {
    if (row % PIECE === PIECE - 1) yield;
    if (touched.addIfUnheardOf(row)) continue;
    const incoming = touched.incoming(row);
    const target = touched.bestMatch(incoming);
    if (target === null) {
      touched.set({ to: null, from: -1, number: -1, times: 0 }, { row, version: incoming });
    } else if (!knowsLess(incoming, touched.version(target), dataset.blocks)) {
      touched.set(target, { row, version: incoming });
    }
  }
  const writes = yield* touched.writes();
  return planned(writes, { codes, length: table.length, trail: touched.trail(writes) });
}

/** A plan that takes up every row as a new job: of a file whose jobs are known to be different, for an empty week. */
export function* planAll(dataset: Dataset, table: JobTable): Work<Plan> {
  yield;
  const { length } = table;
  const writes = Array.from({ length }, (_, from) => ({ to: null, from, number: from, times: 1 }));
  return planned(writes, { codes: new BatchCodes(table, dataset), length, trail: upTo(length) });
}

function planned(
  writes: readonly Target[],
  { codes, length, trail }: {
    readonly codes: BatchCodes;
    readonly length: number;
    readonly trail: Uint32Array;
  },
): Plan {
  const accepted = writes.reduce((count, { to }) => to === null ? count + 1 : count, 0);
  return {
    from: placesIn(writes),
    trail,
    to: writes.map(({ to }) => to),
    codes,
    accepted,
    updated: writes.length - accepted,
    duplicates: length - writes.length,
  };
}

function placesIn(writes: readonly Target[]): Uint32Array {
  const from = new Uint32Array(writes.length);
  for (let i = 0; i < from.length; i++) from[i] = writes[i].from;
  return from;
}

/** What is left of a plan for a batch that came before: jobs that were lost since; newer versions stay as they are. */
export function lostOnly(plan: Plan): Plan {
  const from = plan.from.filter((_, at) => plan.to[at] === null);
  return { ...plan, from, trail: from, to: plan.to.filter((place) => place === null) };
}

/** The records that the batch has touched so far, and how to find them. */
class Touched {
  readonly #dataset: Dataset;
  readonly #table: JobTable;
  readonly #codes: BatchCodes;
  readonly #targets: Target[] = [];
  readonly #stored = new Map<string, Target>();
  readonly #index: RecordIndex;
  readonly #sluids = new IdentityIndex();
  /** Number of the target that each row has become for a time, or -1. */
  readonly #target_of: Int32Array;
  /** The week asked for last, and its index. */
  #index_of = NaN;
  #week_index: RecordIndex | null = null;

  constructor(dataset: Dataset, table: JobTable, codes: BatchCodes) {
    this.#dataset = dataset;
    this.#table = table;
    this.#codes = codes;
    this.#index = new RecordIndex(dataset.blocks);
    this.#target_of = new Int32Array(table.length).fill(-1);
  }

  incoming(row: number): Version {
    const { Submit, Start, End } = this.#table.numbers;
    return {
      sluid: this.#codes.id("SLUID", row),
      id: this.#codes.id("JobID", row),
      id_raw: this.#codes.id("JobIDRaw", row),
      submit_s: Submit[row] || 0,
      start_s: Start[row] || 0,
      ended: End[row] > 0,
    };
  }

  /** The record that an incoming one is the same as, else one of a job that had not started yet, else null. */
  bestMatch(incoming: Version): Target | null {
    let same: Target | null = null;
    let pending: Target | null = null;
    let pending_knows_more = false;
    const { blocks } = this.#dataset;
    const tries = (target: Target): boolean => {
      const version = this.version(target);
      const found = likeness(incoming, version, blocks);
      if (found === "same") same = target;
      else if (found === "pending" && (pending === null || !pending_knows_more)) {
        // That a task of waiting ones has started counts more than an older record of those that wait.
        const knows_more = knowsLess(incoming, version, blocks);
        if (pending === null || knows_more) pending = target;
        pending_knows_more = knows_more;
      }
      return same !== null;
    };
    const { sluid, submit_s } = incoming;
    if (sluid.kind !== ID_KINDS.none) {
      this.#sluids.find(partsHash(sluid, 0, 0), (entry) => tries(this.#targets[entry]));
      const place = same === null ? this.#dataset.bySluid(sluid) : null;
      if (place !== null) tries(this.#storedAt(place));
    }
    const week = weekOfSubmission(submit_s);
    if (same === null) this.#indexOf(week)?.find(incoming, (row) => tries(this.#storedAt({ week, row })));
    if (same === null) this.#index.find(incoming, (entry) => tries(this.#targets[entry]));
    return same ?? pending;
  }

  #storedAt(place: Place): Target {
    return this.#stored.get(`${place.week} ${place.row}`) ?? { to: place, from: -1, number: -1, times: 0 };
  }

  /** A record as the batch has left it so far. */
  version({ to, from }: Target): Version {
    if (from >= 0 || to === null) return this.incoming(from);
    return this.#dataset.version(to);
  }

  set(target: Target, { row, version }: { readonly row: number; readonly version: Version }): void {
    target.from = row;
    target.times++;
    if (target.number < 0) {
      target.number = this.#targets.push(target) - 1;
      if (target.to !== null) this.#stored.set(`${target.to.week} ${target.to.row}`, target);
    }
    this.#target_of[row] = target.number;
    this.#index.add(version, target.number);
    if (version.sluid.kind !== ID_KINDS.none) this.#sluids.add(partsHash(version.sluid, 0, 0), target.number);
  }

  /** Takes up a row as a new record if nothing can be known of its job, which holds for nearly all. */
  addIfUnheardOf(row: number): boolean {
    const id = this.#codes.id("JobID", row);
    if (this.#codes.ids("SLUID").kinds[row] !== ID_KINDS.none || id.kind === ID_KINDS.other) return false;
    const id_raw = this.#codes.id("JobIDRaw", row);
    const submit_s = this.#table.numbers.Submit[row] || 0;
    const index = this.#indexOf(weekOfSubmission(submit_s));
    for (const of of sameParts(id, id_raw) ? [id] : [id, id_raw]) {
      if (index?.neverHeardOf(of, submit_s) === false || !this.#index.neverHeardOf(of, submit_s)) {
        return false;
      }
    }
    const number = this.#targets.push({ to: null, from: row, number: this.#targets.length, times: 1 }) - 1;
    this.#target_of[row] = number;
    this.#index.add({ id, id_raw, submit_s, start_s: this.#table.numbers.Start[row] || 0 }, number);
    return true;
  }

  /** See {@link Plan.trail}. */
  trail(writes: readonly Target[]): Uint32Array {
    const kept = new Uint8Array(this.#targets.length);
    for (const { number } of writes) kept[number] = 1;
    return upTo(this.#table.length).filter((row) => {
      const target = this.#target_of[row];
      // What comes and goes within a batch may have made others known.
      return target >= 0 && (kept[target] === 1 || this.#targets[target].times > 1);
    });
  }

  #indexOf(week: number): RecordIndex | null {
    if (week !== this.#index_of) {
      this.#index_of = week;
      this.#week_index = this.#dataset.index(week);
    }
    return this.#week_index;
  }

  /** The records that are new, or not as they are stored. */
  *writes(): Work<readonly Target[]> {
    const stored = new Map<number, Stored[]>();
    for (const { to, from, number } of this.#targets) {
      if (to === null) continue;
      const of_week = stored.get(to.week);
      if (of_week === undefined) stored.set(to.week, [{ row: to.row, from, number }]);
      else of_week.push({ row: to.row, from, number });
    }
    const differs = new Uint8Array(this.#targets.length);
    for (const [week, rows] of stored) yield* this.#compare(this.#dataset.week(week), rows, differs);
    return this.#targets.filter(({ to, number }) => to === null || differs[number] === 1);
  }

  /** Marks the records that are not as they are stored, column by column. */
  *#compare(week: Week, rows: readonly Stored[], differs: Uint8Array): Work<void> {
    for (const name of NUMBER_COLUMNS) {
      yield;
      const [numberAt, numbers] = [week.reader(name), this.#table.numbers[name]];
      for (const { row, from, number } of rows) {
        if (!Object.is(numberAt(row), numbers[from])) differs[number] = 1;
      }
    }
    for (const name of ID_COLUMNS) {
      yield;
      const [old, ids] = [week.ids[name], this.#codes.ids(name)];
      for (const { row, from, number } of rows) {
        const same = (old.kinds[row] ?? 0) === ids.kinds[from] &&
          (old.numbers[row] ?? 0) === ids.numbers[from] &&
          (old.parts[row] ?? 0) === ids.parts[from];
        if (!same) differs[number] = 1;
      }
    }
    for (const name of CODED_COLUMNS) {
      yield;
      const [old, codes] = [week.codes[name], this.#codes.codes(name)];
      for (const { row, from, number } of rows) if ((old[row] ?? 0) !== codes[from]) differs[number] = 1;
    }
  }
}

/** A record that is stored: its row, the row of the batch it has become, and its number among those touched. */
interface Stored {
  readonly row: number;
  readonly from: number;
  readonly number: number;
}
