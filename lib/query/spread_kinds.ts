import { eachRunning, eachWithMoment, type JobVisitor } from "../engine/each_job.ts";
import { ELAPSED, PLANNED, rateOf, WAIT } from "../engine/row_values.ts";
import type { RowValue } from "../engine/runs.ts";
import type { Scan } from "../engine/scan.ts";
import type { Spread } from "../view/classes.ts";
import type { MeasureName } from "../view/measures.ts";
import type { AnswerBasis, Range } from "./answers.ts";
import type { ClusterData } from "./data.ts";
import { held, memoryOf } from "./values.ts";
import { GIB, HOUR_S } from "../view/units.ts";

/** Unit of the values of a distribution. */
export type SpreadUnit = "s" | "CPUs" | "GPUs" | "nodes" | "GiB";

/** Which jobs a distribution is of, and what of them it looks at. */
export interface SpreadKind {
  readonly unit: SpreadUnit;
  readonly basis: AnswerBasis;
  /** What decides which groups are shown by themselves; every group with a job has something of it. */
  readonly ranked_by: readonly MeasureName[];
  readonly value: (cluster: ClusterData) => RowValue;
  /** Visits the jobs of a scan, each with its CPU-hours. */
  readonly each: (
    scan: Scan,
    within: Range & { readonly cluster: ClusterData },
    visit: (cpu_hours: number, ...part: Parameters<JobVisitor>) => void,
  ) => void;
}

/** Waits are of the jobs that started, run times of those that ended, sizes of those that ran in the range. */
export const SPREAD_KINDS: Readonly<Record<Spread, SpreadKind>> = {
  wait: started(WAIT),
  planned: started(PLANNED),
  elapsed: {
    unit: "s",
    basis: "end",
    ranked_by: ["jobs-ended"],
    value: () => ELAPSED,
    each: eachAt("end"),
  },
  size: running("CPUs", () => countOf("AllocCPUS")),
  // Most jobs have none: those who used most GPUs come first.
  gpus: { ...running("GPUs", () => countOf("AllocGPUS")), ranked_by: ["gpu-hours", "jobs-running"] },
  nodes: running("nodes", () => countOf("AllocNodes")),
  memory: running("GiB", (cluster) => ({
    name: "GiB of jobs with any",
    of: (week) => {
      const bytesAt = memoryOf(cluster)(week);
      return (row) => bytesAt(row) / GIB || NaN;
    },
  })),
};

function started(value: RowValue): SpreadKind {
  return {
    unit: "s",
    basis: "start",
    ranked_by: ["jobs-started"],
    value: () => value,
    each: eachAt("run_start"),
  };
}

function running(unit: SpreadUnit, value: SpreadKind["value"]): SpreadKind {
  return {
    unit,
    basis: "overlap",
    ranked_by: ["jobs-running"],
    value,
    each: (scan, { cluster, start_s, end_s }, visit) => {
      const rateAt = rateOf("cpu")(scan.week);
      eachRunning(
        scan,
        { start_s, end_s, until_s: cluster.fresh_until_s ?? 0 },
        (seconds, row, ...part) => visit(rateAt(row) * seconds / HOUR_S, row, ...part),
      );
    },
  };
}

/** A count that jobs hold; one that holds none has no size. */
function countOf(column: "AllocCPUS" | "AllocGPUS" | "AllocNodes"): RowValue {
  return {
    name: `${column} of jobs with any`,
    of: ({ numbers }) => {
      const counts = numbers[column];
      return (row) => counts.at(row) || NaN;
    },
  };
}

/** Jobs of which a moment lies in the range, with the hours of their whole run. */
function eachAt(moment: "run_start" | "end"): SpreadKind["each"] {
  return (scan, { cluster, start_s, end_s }, visit) => {
    const heldBy = held(cluster, "cpu").of(scan.week);
    eachWithMoment(
      scan,
      { moment, of: "ran", start_s, end_s },
      (row, ...part) => visit(heldBy(row) / HOUR_S, row, ...part),
    );
  };
}
