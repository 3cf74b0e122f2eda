import { ID_KINDS, type IdParts } from "../job/ids.ts";
import { type Block, type Blocks, sameParts, type Version } from "../job/version.ts";
import { ANY_START, IdentityIndex, partsHash } from "./identity.ts";

/** Stand beside the kinds of ids: for the waiting tasks of a whole array, and for its tasks that are known by themselves. */
const [WAITING_OF_ARRAY, TASKS_OF_ARRAY] = [255, 254];

/** So many records are found by their id and submission alone, and so many tasks by their array. */
const MOST_ALIKE = 4;
const MOST_TASKS = 16;

/** What of a version its record is found by. */
export type Found = Pick<Version, "id" | "id_raw" | "submit_s" | "start_s">;

/**
 * Finds records that may be versions of one: by id, submission and start, and a few by id and submission alone,
 * since a record of a job that waits stands for whatever becomes of it. However many runs a job had, few are tried.
 */
export class RecordIndex {
  readonly #index = new IdentityIndex();
  readonly #blocks: Blocks;

  constructor(blocks: Blocks) {
    this.#blocks = blocks;
  }

  /** Makes a record to be found; one that has changed what it is found by is found by both. */
  add({ id, id_raw, submit_s, start_s }: Found, entry: number): void {
    this.#addId(id_raw, { submit_s, start_s, entry });
    if (!sameParts(id, id_raw)) this.#addId(id, { submit_s, start_s, entry });
    if (id.kind === ID_KINDS.task) {
      this.#index.addUpTo(MOST_TASKS, partsHash(arrayId(TASKS_OF_ARRAY, id.number), submit_s, 0), entry);
    }
    const block = id.kind === ID_KINDS.other ? this.#blocks.of(id) : null;
    if (block !== null) {
      this.#index.add(partsHash(arrayId(WAITING_OF_ARRAY, block.array), submit_s, 0), entry);
    }
  }

  /** Whether nothing can be known of a job with this id, nor of the array that it may be a task of. */
  neverHeardOf(id: IdParts, submit_s: number): boolean {
    if (this.#index.has(partsHash(id, submit_s, ANY_START))) return false;
    return id.kind !== ID_KINDS.task ||
      !this.#index.has(partsHash(arrayId(WAITING_OF_ARRAY, id.number), submit_s, 0));
  }

  /** Calls `tries` for records that may be versions of one with this, until it says that it has found one. */
  find(version: Version, tries: (entry: number) => boolean): boolean {
    const { id, id_raw, submit_s, start_s } = version;
    const by = (of: IdParts, start: number) => this.#index.find(partsHash(of, submit_s, start), tries) >= 0;
    const ids = sameParts(id, id_raw) ? [id] : [id_raw, id];
    if (ids.some((of) => by(of, start_s))) return true;
    // One that has started may have waited when it was reported before, and the other way round.
    if (ids.some((of) => by(of, start_s === 0 ? ANY_START : 0))) return true;
    if (id.kind === ID_KINDS.task) return by(arrayId(WAITING_OF_ARRAY, id.number), 0);
    const block = this.#blocks.waiting(version);
    return block !== null && this.#findAround(block, { by, submit_s, tries });
  }

  /** Other records of the tasks of an array that wait, or of some of its tasks. */
  #findAround(
    block: Block,
    { by, submit_s, tries }: {
      readonly by: (of: IdParts, start: number) => boolean;
      readonly submit_s: number;
      readonly tries: (entry: number) => boolean;
    },
  ): boolean {
    if (by(arrayId(WAITING_OF_ARRAY, block.array), 0)) return true;
    const tasks = partsHash(arrayId(TASKS_OF_ARRAY, block.array), submit_s, 0);
    if (!this.#index.has(tasks)) return false;
    if (this.#index.find(tasks, tries) >= 0) return true;
    return this.#blocks.tasks(block).some((task) => by(task, ANY_START));
  }

  #addId(
    id: IdParts,
    { submit_s, start_s, entry }: {
      readonly submit_s: number;
      readonly start_s: number;
      readonly entry: number;
    },
  ): void {
    this.#index.add(partsHash(id, submit_s, start_s), entry);
    this.#index.addUpTo(MOST_ALIKE, partsHash(id, submit_s, ANY_START), entry);
  }
}

function arrayId(kind: number, number: number): IdParts {
  return { kind, number, part: 0 };
}
