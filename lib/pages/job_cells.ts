import type { StateFamily } from "../slurm/state.ts";

/** A cell of a table of jobs; with a link where there is more of its value. */
export interface JobCell {
  readonly text: string;
  readonly href?: string;
  /** Longer text on hover. */
  readonly title?: string;
  /** Family of a state, for its mark. */
  readonly mark?: StateFamily;
}
