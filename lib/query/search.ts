import type { Dataset } from "../engine/dataset.ts";
import type { Packed } from "../engine/packed.ts";
import type { Week } from "../engine/week.ts";
import type { Dictionary } from "../job/dictionary.ts";
import { ID_KINDS } from "../job/ids.ts";
import type { IdColumn } from "../job/table.ts";
import type { Bounds } from "./week_facts.ts";

/** Whether a row of a week is found. */
export type Finder = (week: Week) => (row: number) => boolean;

/** 1 by row of a week for those found, 0 for the others; null if none is. */
export type Marker = (week: Week) => Uint8Array | null;

/**
 * Finds the jobs whose id begins with a text, or that have it, in letters large or small, in their name or their
 * user's. Ids are looked at as numbers and each name once: that takes a moment for ten million jobs.
 */
export function searchOf(dataset: Dataset, q: string): Finder {
  const markerOfWeek = markerOf(dataset, q);
  return (week) => {
    const marks = markerOfWeek(week);
    return (row) => marks !== null && marks[row] === 1;
  };
}

/** The same, of whole weeks. */
export function markerOf(dataset: Dataset, q: string): Marker {
  const names = codesWith(dataset.dictionaries.JobName, q);
  const users = codesWith(dataset.dictionaries.User, q);
  const ids = idsBeginningWith(dataset, q);
  return (week) => {
    let marks = ids(week);
    for (const [column, found] of [["JobName", names], ["User", users]] as const) {
      if (!found.any) continue;
      marks ??= new Uint8Array(week.length);
      const codes = week.codes[column];
      for (let row = 0; row < codes.length; row++) marks[row] |= found.codes[codes[row]];
    }
    return marks;
  };
}

interface FoundCodes {
  readonly q: string;
  /** 1 by code where the text is found. */
  readonly codes: Uint8Array;
  readonly any: boolean;
}

/** What was looked for last: pages, and the parts of one page, ask the same again. */
const last_found = new WeakMap<Dictionary, FoundCodes>();

function codesWith(dictionary: Dictionary, q: string): FoundCodes {
  const before = last_found.get(dictionary);
  const known = before?.q === q ? before : null;
  if (known !== null && known.codes.length === dictionary.size) return known;
  const wanted = q.toLowerCase();
  const codes = new Uint8Array(dictionary.size);
  if (known !== null) codes.set(known.codes);
  for (let code = known?.codes.length ?? 1; code < codes.length; code++) {
    if (dictionary.text(code)?.toLowerCase().includes(wanted)) codes[code] = 1;
  }
  const found = { q, codes, any: codes.includes(1) };
  last_found.set(dictionary, found);
  return found;
}

function idsBeginningWith(dataset: Dataset, q: string): Marker {
  const match = /^(0|[1-9]\d{0,9})(?:([_+])(\d{0,10}))?$/.exec(q);
  const [, digits, mark, part = ""] = match ?? [];
  const spans = digits === undefined
    ? []
    : mark === undefined
    ? numbersBeginningWith(digits)
    : [{ low: Number(digits), high: Number(digits) }];
  const kind = mark === undefined ? null : mark === "_" ? ID_KINDS.task : ID_KINDS.component;
  return (week) => {
    const { kinds, numbers, parts } = week.ids.JobID;
    const { low, high, numbered, unusual } = idsIn(week, "JobID");
    if (!unusual && !spans.some((span) => numbered && span.low <= high && span.high >= low)) return null;
    const marks = new Uint8Array(week.length);
    for (const span of spans) markSpan(marks, numbers, span);
    for (let row = 0; row < kinds.length; row++) {
      if (kinds[row] >= ID_KINDS.sluid) {
        marks[row] = week.idText("JobID", row, dataset.others)?.startsWith(q) ? 1 : 0;
      } else if (marks[row] === 1) {
        const right = kinds[row] !== ID_KINDS.none &&
          (kind === null || (kinds[row] === kind && String(parts[row] ?? 0).startsWith(part)));
        if (!right) marks[row] = 0;
      }
    }
    return marks;
  };
}

function markSpan(marks: Uint8Array, numbers: Packed, { low, high }: Bounds): void {
  for (let row = 0; row < numbers.length; row++) {
    const number = numbers[row];
    if (number >= low && number <= high) marks[row] = 1;
  }
  if (low === 0) marks.fill(1, numbers.length);
}

type PackedIds = Week["ids"][IdColumn];

/** The numbers of a week's ids. */
interface IdFacts extends Bounds {
  /** Whether any id is a number. */
  readonly numbered: boolean;
  /** Whether any is written in another way. */
  readonly unusual: boolean;
}

const id_facts = new WeakMap<PackedIds, IdFacts>();

/** What a look at each id of a week finds out; done once, as weeks never change. */
export function idsIn(week: Week, column: IdColumn): IdFacts {
  const ids = week.ids[column];
  const known = id_facts.get(ids) ?? lookedAt(ids);
  id_facts.set(ids, known);
  return known;
}

function lookedAt({ kinds, numbers }: PackedIds): IdFacts {
  let [low, high, unusual] = [Infinity, -Infinity, false];
  for (let row = 0; row < kinds.length; row++) {
    if (kinds[row] >= ID_KINDS.sluid) unusual = true;
    else if (kinds[row] !== ID_KINDS.none) {
      const number = numbers[row] ?? 0;
      if (number < low) low = number;
      if (number > high) high = number;
    }
  }
  return { low, high, numbered: low <= high, unusual };
}

/** Spans, both ends included, of the whole numbers of at most ten digits that begin with these. */
function numbersBeginningWith(digits: string): readonly Bounds[] {
  const spans: Bounds[] = [];
  for (let more = 0; digits.length + more <= 10; more++) {
    spans.push({ low: Number(digits) * 10 ** more, high: (Number(digits) + 1) * 10 ** more - 1 });
    // No number goes on after a first 0.
    if (digits === "0") break;
  }
  return spans;
}
