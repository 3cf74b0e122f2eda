import type { CodedText } from "../engine/coded_text.ts";
import type { Dictionary } from "../job/dictionary.ts";
import type { ClusterData } from "./data.ts";
import type { JobKeys } from "./job_keys.ts";
import type { MatchingWeek } from "./matching.ts";
import type { KnownBounds } from "./week_facts.ts";

/** A text of a cluster's column, by its code. */
interface Entry {
  readonly text: string;
  readonly ranks: Float64Array;
  readonly code: number;
  readonly jobs: number;
}

/** How many more texts than are needed are gathered before they are sorted. */
const SPARE = 1000;

/** Counts the jobs of each text of a column, to put the texts in order that the first jobs have. */
export class TextOrder implements JobKeys {
  readonly #column: CodedText;
  readonly #counts = new Map<ClusterData, Uint32Array>();
  readonly #ranks = new Map<ClusterData, Float64Array>();

  constructor(column: CodedText) {
    this.#column = column;
  }

  /** Counts the jobs of a week. */
  add({ cluster, week, marks }: MatchingWeek): void {
    const counts = this.#counts.get(cluster) ?? new Uint32Array(this.#dictionary(cluster).size);
    this.#counts.set(cluster, counts);
    const codes = week.codes[this.#column];
    for (let row = 0; row < codes.length; row++) {
      if (marks === null || marks[row] === 1) counts[codes[row]]++;
    }
  }

  /**
   * Ranks the texts, or those that come first until as many jobs as needed have one; texts that are equal, of whatever
   * cluster, have the same rank. All jobs must have been counted.
   */
  prepare(
    needed: number,
    { all, descending }: { readonly all: boolean; readonly descending: boolean },
  ): void {
    const enough = all ? Infinity : needed;
    const sign = descending ? -1 : 1;
    const compare = (a: Entry, b: Entry) => a.text === b.text ? 0 : a.text < b.text ? -sign : sign;
    let first: Entry[] = [];
    let last: string | null = null;
    for (const [cluster, counts] of this.#counts) {
      const dictionary = this.#dictionary(cluster);
      const ranks = new Float64Array(counts.length).fill(NaN);
      this.#ranks.set(cluster, ranks);
      for (let code = 1; code < counts.length; code++) {
        if (counts[code] === 0) continue;
        const text = dictionary.text(code) ?? "";
        if (last !== null && (descending ? text < last : text > last)) continue;
        first.push({ text, ranks, code, jobs: counts[code] });
        if (first.length < 2 * enough + SPARE) continue;
        first = firstOf(first.sort(compare), enough);
        last = first[first.length - 1].text;
      }
    }
    first = firstOf(first.sort(compare), enough);
    let rank = 0;
    for (const [at, { text, ranks, code }] of first.entries()) {
      if (at > 0 && text !== first[at - 1].text) rank++;
      ranks[code] = descending ? -rank : rank;
    }
  }

  /** Nothing is known of the texts of a week. */
  bounds(): KnownBounds {
    return { low: -Infinity, high: Infinity, all: false };
  }

  /** Writes the ranks of a week's jobs, NaN for those without a text or with a later one. */
  write({ cluster, week }: MatchingWeek, keys: Float64Array): void {
    const codes = week.codes[this.#column];
    const ranks = this.#ranks.get(cluster) ?? new Float64Array();
    for (let row = 0; row < codes.length; row++) keys[row] = ranks[codes[row]];
    keys.fill(NaN, codes.length);
  }

  #dictionary({ dataset }: ClusterData): Dictionary {
    return dataset.dictionaries[this.#column];
  }
}

/** The first of sorted texts that as many jobs have, and all that are equal to the last of them. */
function firstOf(sorted: Entry[], enough: number): Entry[] {
  let jobs = 0;
  for (const [at, entry] of sorted.entries()) {
    if (jobs >= enough && entry.text !== sorted[at - 1].text) return sorted.slice(0, at);
    jobs += entry.jobs;
  }
  return sorted;
}
