import type { KeyedBatch } from "../store/merged_meta.ts";
import type { SegmentMeta } from "../store/segment.ts";

/** How many of the newest idempotency keys are remembered. */
const KEPT_KEYS = 10_000;

/** The newest batches that came with an idempotency key. */
export class KnownKeys {
  readonly #batches = new Map<string, KeyedBatch>();

  /** How many there are. */
  get size(): number {
    return this.#batches.size;
  }

  /** The batch of a key, if it is known. */
  get(key: string): KeyedBatch | undefined {
    return this.#batches.get(key);
  }

  /** Remembers a batch as the newest. */
  add(batch: KeyedBatch): void {
    this.#batches.set(batch.key, batch);
    for (const oldest of this.#batches.keys()) {
      if (this.#batches.size <= KEPT_KEYS) break;
      this.#batches.delete(oldest);
    }
  }

  /** Remembers the batch or the batches of a file. */
  addFile({ idempotency, counts, merged }: SegmentMeta): void {
    if (idempotency !== null) this.add({ ...idempotency, counts });
    for (const batch of merged?.keys ?? []) this.add(batch);
  }

  /** All of them, oldest first. */
  list(): readonly KeyedBatch[] {
    return [...this.#batches.values()];
  }
}
