import type { Dictionary } from "./dictionary.ts";
import { ID_KINDS, type IdParts } from "./ids.ts";
import { firstTasks, holdsTask, parseJobId } from "../slurm/job_id.ts";

/** What decides whether two records are versions of one. Times in seconds, 0 where unknown. */
export interface Version {
  readonly sluid: IdParts;
  readonly id: IdParts;
  readonly id_raw: IdParts;
  readonly submit_s: number;
  readonly start_s: number;
  readonly ended: boolean;
}

/** An array's tasks that have not started, which Slurm shows as one record: `123_[5-9]`. */
export interface Block {
  readonly array: number;
  readonly tasks: string;
}

/** Reads blocks; the same id comes again and again. */
export class Blocks {
  readonly #others: Dictionary;
  readonly #read = new Map<number, Block | null>();

  constructor(others: Dictionary) {
    this.#others = others;
  }

  /** The block that an id names, null if it names none. */
  of({ kind, number }: IdParts): Block | null {
    if (kind !== ID_KINDS.other) return null;
    const known = this.#read.get(number);
    if (known !== undefined) return known;
    const block = blockOf(this.#others.text(number) ?? "");
    this.#read.set(number, block);
    return block;
  }

  /** The block that a record of tasks that still wait stands for. */
  waiting({ id, start_s, ended }: Version): Block | null {
    return start_s === 0 && !ended ? this.of(id) : null;
  }

  /** Ids of the first tasks of a block: once one of them is known by itself, the block is out of date. */
  tasks({ array, tasks }: Block): readonly IdParts[] {
    return firstTasks(tasks, 1000).map((part) => ({ kind: ID_KINDS.task, number: array, part }));
  }
}

function blockOf(text: string): Block | null {
  if (!text.includes("_[")) return null;
  try {
    const { base, pending_tasks } = parseJobId(text);
    return pending_tasks === null ? null : { array: base, tasks: pending_tasks };
  } catch {
    return null;
  }
}

/** How two records relate: versions of one, one of them of a job that waited then, or of different jobs. */
export type Likeness = "same" | "pending" | "other";

/**
 * How an incoming record relates to a known one. A job is known by its SLUID, or by id and submission and start; a
 * record of a job that waits stands for whatever becomes of it, and one of tasks that wait for each of them.
 */
export function likeness(a: Version, b: Version, blocks: Blocks): Likeness {
  if (a.submit_s === b.submit_s && (standsFor(a, b, blocks) || standsFor(b, a, blocks))) return "pending";
  if (a.sluid.kind !== ID_KINDS.none && b.sluid.kind !== ID_KINDS.none) {
    return sameParts(a.sluid, b.sluid) ? "same" : "other";
  }
  if (!sameId(a, b) || a.submit_s !== b.submit_s) return "other";
  if (a.start_s === b.start_s) return "same";
  return waits(a) || waits(b) ? "pending" : "other";
}

/** Whether a version knows less than another: it has not ended or not started, or is a block, and the other not. */
export function knowsLess(a: Version, b: Version, blocks: Blocks): boolean {
  if (a.ended !== b.ended) return b.ended;
  if (a.start_s === 0 && b.start_s !== 0 && !a.ended) return true;
  return blocks.waiting(a) !== null && b.id.kind === ID_KINDS.task;
}

function waits({ start_s, ended }: Version): boolean {
  return start_s === 0 && !ended;
}

/** Whether a record is one of waiting tasks that the other record is about. */
function standsFor(block: Version, other: Version, blocks: Blocks): boolean {
  const waiting = blocks.waiting(block);
  if (waiting === null) return false;
  if (other.id.kind === ID_KINDS.task) {
    return other.id.number === waiting.array && holdsTask(waiting.tasks, other.id.part);
  }
  // Slurm shows fewer and fewer of them; tasks apart from each other are records of their own.
  const others = blocks.waiting(other);
  return others?.array === waiting.array && overlap(waiting.tasks, others.tasks);
}

/** Whether two lists of tasks, of which each is without gaps or a part of the other, have tasks in common. */
function overlap(a: string, b: string): boolean {
  return firstTasks(a, 1).some((task) => holdsTask(b, task)) ||
    firstTasks(b, 1).some((task) => holdsTask(a, task));
}

export function sameParts(a: IdParts, b: IdParts): boolean {
  return a.kind === b.kind && a.number === b.number && a.part === b.part;
}

/** Whether two ids are of one job; a sender that knows no JobIDRaw gives JobID for both. */
function sameId(a: Version, b: Version): boolean {
  return sameParts(a.id_raw, b.id_raw) ||
    sameParts(a.id, b.id) && (sameParts(a.id, a.id_raw) || sameParts(b.id, b.id_raw));
}
