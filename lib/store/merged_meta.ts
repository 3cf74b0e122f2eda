/** A batch that came with a key, so that the same batch gets the same answer again. */
export interface KeyedBatch {
  readonly key: string;
  /** Digest of the body. */
  readonly digest: string;
  /** The counts answered. */
  readonly counts: { readonly accepted: number; readonly updated: number; readonly duplicates: number };
}

/** What a merged file keeps of its batches beside their jobs. */
export interface MergedMeta {
  /** The batches that came with a key, oldest first. */
  readonly keys: readonly KeyedBatch[];
  /** Earliest time of all versions of its jobs, and the latest that was not later than its report; epoch seconds. */
  readonly first_event_s: number | null;
  readonly last_event_s: number | null;
}
