import assert from "node:assert/strict";
import { batchOfKey, isOld, type Row, rowsOf } from "./crash_batches.ts";
import type { CountedFile, FolderAtRest } from "./crash_folder.ts";

/** Counts of an answer. */
export interface Counts {
  readonly accepted: number;
  readonly updated: number;
  readonly duplicates: number;
}

/** What must be in a data folder: all that was acknowledged, but for what lay in files that were damaged. */
export class Model {
  /** Version that each job must be there with, shown or archived. */
  readonly latest = new Map<number, number>();
  /** Answers to the batches. */
  readonly acknowledged = new Map<number, Counts>();
  /** Batches that were sent and not acknowledged: there wholly or not at all. */
  readonly open = new Set<number>();
  /** Records that may be there twice until the next retention: of a file whose move a power cut left half done. */
  #twice: ReadonlySet<string> = new Set();
  /** The number of the next batch. */
  next = 0;

  /** Notes that a batch is on its way. */
  send(batch: number): void {
    if (!this.acknowledged.has(batch)) this.open.add(batch);
    this.next = Math.max(this.next, batch + 1);
  }

  /** Notes the answer to a batch, which for one sent again must be that of the first time. */
  acknowledge(batch: number, { accepted, updated, duplicates }: Counts): void {
    const counts = { accepted, updated, duplicates };
    const before = this.acknowledged.get(batch);
    if (before !== undefined) return assert.deepEqual(counts, before, `batch ${batch} sent again`);
    assert.equal(accepted + updated + duplicates, rowsOf(batch).length, `the counts of batch ${batch}`);
    this.acknowledged.set(batch, counts);
    this.#stored(batch);
  }

  #stored(batch: number): void {
    this.open.delete(batch);
    for (const { id, version } of rowsOf(batch)) this.latest.set(id, version);
  }

  /**
   * Compares a folder after a kill with what must be there, and finds out what has become of open batches.
   *
   * @param may_double whether a file may have been left in both places of its move
   */
  compare({ files }: FolderAtRest, may_double: boolean): void {
    const rows = files.flatMap((file) => file.rows);
    const there = new Set<string>();
    const twice = new Set<string>();
    for (const name of rows.map(nameOf)) (there.has(name) ? twice : there).add(name);
    for (const batch of this.open) {
      const parts = rowsOf(batch).filter((row) => there.has(nameOf(row)));
      if (parts.length === 0) continue;
      assert.equal(parts.length, rowsOf(batch).length, `batch ${batch}, not acknowledged, is there in part`);
      this.#stored(batch);
    }
    const found = latestOf(files);
    const wrong = [...new Set([...found.keys(), ...this.latest.keys()])]
      .filter((id) => found.get(id) !== this.latest.get(id))
      .map((id) => `job ${id}: v${found.get(id)} is there, v${this.latest.get(id)} must be`);
    assert.deepEqual(
      wrong,
      [],
      "every acknowledged record is there with its latest version, and nothing else",
    );
    const shown = latestOf(files.filter(({ archived }) => !archived));
    for (const { id, version } of files.filter(({ archived }) => archived).flatMap((file) => file.rows)) {
      if (shown.has(id)) twice.add(nameOf({ id, version }));
    }
    if (!may_double) assert.deepEqual([...twice].filter((name) => !this.#twice.has(name)), [], "twice");
    this.#twice = twice;
  }

  /** Fails unless each record is there once. */
  assertOnce(): void {
    assert.deepEqual([...this.#twice], [], "nothing is there twice");
  }

  /** Forgets what only a file holds that was damaged. */
  lose(file: CountedFile, { files }: FolderAtRest): void {
    const rest = latestOf(files.filter((other) => other !== file));
    for (const { id } of file.rows) {
      const version = rest.get(id);
      if (version === undefined) this.latest.delete(id);
      else this.latest.set(id, version);
    }
  }

  /** Batches to send again that must change nothing: all of them shown, with keys that are known. */
  repeatable({ files }: FolderAtRest): readonly number[] {
    const shown = files.filter(({ archived }) => !archived);
    const jobs = latestOf(shown);
    return [...new Set(shown.flatMap(({ keys }) => keys))].map(batchOfKey).filter((batch) =>
      this.acknowledged.has(batch) && rowsOf(batch).every(({ id }) => jobs.has(id) && !isOld(id))
    );
  }
}

/** The jobs that files hold, each with its latest version. */
export function latestOf(files: readonly CountedFile[]): Map<number, number> {
  const latest = new Map<number, number>();
  for (const { id, version } of files.flatMap(({ rows }) => rows)) {
    latest.set(id, Math.max(version, latest.get(id) ?? -1));
  }
  return latest;
}

function nameOf({ id, version }: Row): string {
  return `job ${id} v${version}`;
}
