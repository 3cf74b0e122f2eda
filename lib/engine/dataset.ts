import { byName } from "../job/by_name.ts";
import type { JobRecord } from "../job/columns.ts";
import { Dictionary } from "../job/dictionary.ts";
import { ID_KINDS, type IdParts } from "../job/ids.ts";
import {
  ID_COLUMNS,
  type IdColumn,
  type JobTable,
  NUMBER_COLUMNS,
  TEXT_COLUMNS,
  type TextColumn,
} from "../job/table.ts";
import { CODED_TEXT, type CodedText } from "./coded_text.ts";
import { RecordIndex } from "./record_index.ts";
import { pieces, placements, removals } from "./placements.ts";
import { SluidIndex } from "./sluid_index.ts";
import { type Place, type Plan, planAll, planUpsert } from "./upsert.ts";
import { Blocks, type Version } from "../job/version.ts";
import { Week, weekOfSubmission } from "./week.ts";
import { weekWrites } from "./week_writes.ts";
import { atOnce, type Work } from "./work.ts";

/** How many weeks' indexes are kept: batches are about the last weeks. */
const KEPT_INDEXES = 6;

/** Weeks by their number; none of them ever changes. */
export type Weeks = ReadonlyMap<number, Week>;

/**
 * All jobs of one cluster in memory, each job once, in weeks of their submission. A batch makes new versions of the
 * weeks it touches; whoever holds a {@link snapshot} reads on undisturbed.
 */
export class Dataset {
  /** How many jobs there are. */
  length = 0;
  /** Rises with every change; part of cache keys. */
  generation = 0;
  /** Earliest submission, start or end, and the latest one not later than its report; NaN without jobs. */
  first_event_s = NaN;
  last_event_s = NaN;
  readonly dictionaries: Readonly<Record<CodedText, Dictionary>>;
  /** Ids that are written in no usual way. */
  readonly others: Dictionary;
  readonly blocks: Blocks;
  #weeks: ReadonlyMap<number, Week> = new Map();
  readonly #indexes: Map<number, RecordIndex>;
  readonly #sluids: SluidIndex;

  constructor(shared?: Dataset) {
    this.dictionaries = shared?.dictionaries ?? byName(CODED_TEXT, () => new Dictionary());
    this.others = shared?.others ?? new Dictionary();
    this.blocks = shared?.blocks ?? new Blocks(this.others);
    this.#indexes = new Map();
    this.#sluids = shared === undefined ? new SluidIndex() : shared.#sluids;
  }

  /** The weeks in the order of time. */
  get weeks(): Weeks {
    return this.#weeks;
  }

  /** What is there now; what comes later does not change it. It is only for reading. */
  snapshot(): Dataset {
    const copy = new Dataset(this);
    copy.length = this.length;
    copy.generation = this.generation;
    copy.first_event_s = this.first_event_s;
    copy.last_event_s = this.last_event_s;
    copy.#weeks = this.#weeks;
    return copy;
  }

  /** What applying these jobs would do; changes nothing that can be seen. */
  plan(table: JobTable): Plan {
    return atOnce(this.planning(table));
  }

  /** The same in pieces. */
  planning(table: JobTable): Work<Plan> {
    return planUpsert(this, table);
  }

  /** The same for the jobs of a merged file, which are all different: of weeks that are not there yet all are new. */
  planningMerged(table: JobTable): Work<Plan> {
    const { Submit } = table.numbers;
    const known = (row: number) => this.#weeks.has(weekOfSubmission(Submit[row]));
    const named = table.ids.SLUID.kinds.some((kind) => kind !== ID_KINDS.none);
    for (let row = 0; row < table.length; row++) if (named || known(row)) return this.planning(table);
    return planAll(this, table);
  }

  /**
   * Takes up jobs as planned; nothing may have been applied in between.
   *
   * @param received_s when the jobs were reported: later times in them do not count as reported
   */
  apply(table: JobTable, applied: { readonly plan: Plan; readonly received_s: number }): void {
    atOnce(this.applying(table, applied));
  }

  /** The same in pieces; nothing is to be seen of it before the last is done. */
  *applying(
    table: JobTable,
    { plan, received_s }: { readonly plan: Plan; readonly received_s: number },
  ): Work<void> {
    this.#forgetIndexes();
    if (plan.from.length === 0) return;
    const weeks = new Map(this.#weeks);
    const moved = removals(table, plan);
    for (const [number, gone] of moved) this.#remove(weeks, { number, gone });
    for (const [number, placement] of placements(table, plan, { weeks, moved })) {
      for (const { from, rows, length } of pieces({ ...placement, before: weeks.get(number)?.length ?? 0 })) {
        yield;
        const writes = weekWrites(table, { from, rows, length, codes: plan.codes });
        weeks.set(number, (weeks.get(number) ?? Week.EMPTY).written(writes));
        this.#found(weeks, { number, rows });
      }
    }
    this.#weeks = new Map([...weeks].sort(([a], [b]) => a - b));
    this.length += plan.accepted;
    this.#noteEvents(table, { plan, received_s });
    this.generation++;
  }

  /** The week of this number, empty if there is none. */
  week(number: number): Week {
    return this.#weeks.get(number) ?? Week.EMPTY;
  }

  /** The rows of a week by the hash of each id they have and their submission; null if there is no such week. */
  index(number: number): RecordIndex | null {
    const week = this.#weeks.get(number);
    if (week === undefined) return null;
    let index = this.#indexes.get(number);
    if (index === undefined) {
      index = new RecordIndex(this.blocks);
      for (let row = 0; row < week.length; row++) this.#indexRow(index, week, row);
    }
    this.#indexes.delete(number);
    this.#indexes.set(number, index);
    return index;
  }

  /** Lets go of all but the latest: a plan may need those of many weeks, but the next is of the same few. */
  #forgetIndexes(): void {
    for (const oldest of this.#indexes.keys()) {
      if (this.#indexes.size <= KEPT_INDEXES) break;
      this.#indexes.delete(oldest);
    }
  }

  /** Where the job of this SLUID is, null if there is none. */
  bySluid(sluid: IdParts): Place | null {
    return this.#sluids.find(sluid, this.#weeks);
  }

  /** What decides whether the job at a place is another version of some record. */
  version({ week: number, row }: Place): Version {
    const week = this.week(number);
    return {
      sluid: week.id("SLUID", row),
      id: week.id("JobID", row),
      id_raw: week.id("JobIDRaw", row),
      submit_s: week.times.Submit[row],
      start_s: week.times.Start[row],
      ended: week.times.End[row] > 0,
    };
  }

  /** Text of a column in a row of a week, null where unknown. */
  text(week: Week, column: TextColumn, row: number): string | null {
    if (isId(column)) return week.idText(column, row, this.others);
    return this.dictionaries[column].text(week.code(column, row));
  }

  /** The record in a row of a week. */
  record(week: Week, row: number): JobRecord {
    const record: Record<string, string | number | null> = {};
    for (const name of TEXT_COLUMNS) record[name] = this.text(week, name, row);
    for (const name of NUMBER_COLUMNS) {
      const value = week.number(name, row);
      record[name] = Number.isNaN(value) ? null : value;
    }
    return record as unknown as JobRecord;
  }

  /** All records, week after week. */
  *records(): Generator<JobRecord> {
    for (const week of this.#weeks.values()) {
      for (let row = 0; row < week.length; row++) yield this.record(week, row);
    }
  }

  /** Bytes of the columns of all weeks. */
  get bytes(): number {
    let bytes = 0;
    for (const week of this.#weeks.values()) bytes += week.bytes;
    return bytes;
  }

  /** Takes rows out of a week: their jobs were submitted in another one after all. */
  #remove(
    weeks: Map<number, Week>,
    { number, gone }: { readonly number: number; readonly gone: ReadonlySet<number> },
  ): void {
    const week = weeks.get(number) ?? Week.EMPTY;
    const kept = new Uint32Array(week.length - gone.size);
    for (let row = 0, place = 0; row < week.length; row++) if (!gone.has(row)) kept[place++] = row;
    weeks.set(number, week.picked(kept));
    this.#indexes.delete(number);
    this.#found(weeks, { number, rows: kept.map((_, place) => place) });
  }

  /** Makes rows of a week, new or changed, to be found by their ids. */
  #found(
    weeks: ReadonlyMap<number, Week>,
    { number, rows }: { readonly number: number; readonly rows: Uint32Array },
  ): void {
    const week = weeks.get(number) ?? Week.EMPTY;
    const index = this.#indexes.get(number);
    // A row may have changed what it is found by: then it is found under both.
    if (index !== undefined) { for (const row of rows) this.#indexRow(index, week, row); }
    if (week.ids.SLUID.kinds.length > 0) {
      for (const row of rows) this.#sluids.add(week.id("SLUID", row), { week: number, row });
    }
  }

  #indexRow(index: RecordIndex, week: Week, row: number): void {
    index.add({
      id: week.id("JobID", row),
      id_raw: week.id("JobIDRaw", row),
      submit_s: week.times.Submit[row],
      start_s: week.times.Start[row],
    }, row);
  }

  #noteEvents(
    { numbers: { Submit, Start, End } }: JobTable,
    { plan, received_s }: { readonly plan: Plan; readonly received_s: number },
  ): void {
    for (const times of [Submit, Start, End]) {
      for (let i = 0; i < plan.from.length; i++) {
        const time_s = times[plan.from[i]];
        if (Number.isNaN(time_s)) continue;
        if (!(this.first_event_s <= time_s)) this.first_event_s = time_s;
        const reported_s = Math.min(time_s, received_s);
        if (!(this.last_event_s >= reported_s)) this.last_event_s = reported_s;
      }
    }
  }
}

function isId(column: TextColumn): column is IdColumn {
  return ID_COLUMNS.some((name) => name === column);
}
