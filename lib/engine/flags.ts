/** What is known of a job beside its columns: as bits of one number. */
export const FLAGS = {
  /** It ran: it has a Start, and nodes. */
  ran: 1,
  /** Its End is unknown: it waits or runs. */
  open: 2,
  /** A resized job's later record: its run begins with its Submit. */
  resized: 4,
  /** It ended before its run began: the run has no length. */
  inverted: 8,
  /** Its run time or its hours do not follow from its times and counts: they are derived row by row. */
  odd: 16,
  /** Its Submit is unknown. */
  unsubmitted: 32,
  /** Eligible is Submit. */
  eligible_at_once: 64,
  /** ElapsedRaw is End − Start. */
  never_suspended: 128,
  /** CPUHours, GPUHours follow from the count and the times. */
  cpu_hours_follow: 256,
  gpu_hours_follow: 512,
} as const;

/** The bits in which all jobs of a run agree. */
export const RUN_FLAGS = FLAGS.ran | FLAGS.open | FLAGS.resized | FLAGS.inverted | FLAGS.odd |
  FLAGS.unsubmitted;
