import type { JobRecord } from "../job/columns.ts";
import type { Basis, Step } from "../view/filters.ts";
import type { Dimension, MainDimension, MeasureName } from "../view/measures.ts";
import type { HardwareTotals } from "./inventory.ts";

/** What decided the bucket of each contribution: a booking chosen by `basis`, or running at any time in it. */
export type AnswerBasis = Basis | "overlap";

/** Answer of the series query; the body of `GET /api/dashboard/series`. */
export interface SeriesAnswer {
  readonly measure: MeasureName;
  readonly unit: string;
  readonly basis: AnswerBasis;
  readonly tz: string;
  readonly step: Exclude<Step, "auto">;
  /** ISO start of each bucket, with the zone's offset. */
  readonly buckets: readonly string[];
  /** Start of the first bucket for which reports are still missing; null when all are complete. */
  readonly incomplete_from: string | null;
  /** Largest total first; the folded rest, if any, last. */
  readonly series: readonly SeriesRow[];
  /** The measure over the whole range and all series; null when there is nothing to measure. */
  readonly total: number | null;
}

/** One series; `key` is "" where jobs have no such value. */
export interface SeriesRow {
  readonly key: string;
  readonly values: readonly (number | null)[];
  readonly total: number | null;
  /** Present on the rest only: how many keys were folded into it. */
  readonly others?: number;
}

/** Values of several measures, null where there is nothing to measure. */
export type MeasureValues = Readonly<Partial<Record<MeasureName, number | null>>>;

/** Several measures by the values of one grouping, largest of the first measure first. */
export interface RankingAnswer {
  readonly rows: readonly { readonly key: string; readonly values: MeasureValues }[];
  readonly totals: MeasureValues;
}

/** A job with the name of its cluster. */
export type JobRow = JobRecord & { readonly Cluster: string };

/** One page of jobs. */
export interface JobsAnswer {
  readonly total: number;
  /** Distinct users of all those jobs. */
  readonly users: number;
  readonly rows: readonly JobRow[];
}

/**
 * The values one can choose of a dimension, most jobs first, each with its jobs in the range: of the main dimensions
 * and of those that something is chosen of.
 */
export type Facets =
  & Readonly<Record<MainDimension, readonly Facet[]>>
  & Readonly<Partial<Record<Dimension, readonly Facet[]>>>;
export interface Facet {
  readonly value: string;
  readonly jobs: number;
  readonly selected: boolean;
}

/** The days and the zone a view speaks of. */
export interface Range {
  readonly tz: string;
  /** First and last day, inclusive, `2026-01-31`. */
  readonly from: string;
  readonly to: string;
  /** The same as epoch seconds: from included, to excluded. */
  readonly start_s: number;
  readonly end_s: number;
  /** The day on which it is asked, after which nothing is known; left out of ranges to compare with. */
  readonly today?: string;
}

/** What is known of a cluster and its reports; times in epoch seconds. */
export interface ClusterAnswer {
  readonly name: string;
  readonly tz: string;
  readonly jobs: number;
  /** Earliest submission and latest event among its jobs; null without jobs. */
  readonly first_s: number | null;
  readonly last_s: number | null;
  /** Up to when its reports reach. */
  readonly fresh_until_s: number | null;
  readonly last_batch_s: number | null;
  readonly agent: string | null;
  /** Batches and rejected rows since the cluster was first seen. */
  readonly batches: number;
  readonly rejected: number;
  /** The newest rejected rows, newest first. */
  readonly recent_rejected: readonly {
    readonly at_s: number;
    readonly job_id: string | null;
    readonly reason: string;
  }[];
  readonly files: number;
  readonly file_bytes: number;
  /** Files that could not be read and were set aside, with the reason. */
  readonly set_aside: readonly { readonly file: string; readonly reason: string }[];
  /** Null if its nodes are not known. */
  readonly hardware: HardwareTotals | null;
  /** When an inventory was taken last; null if never. */
  readonly inventory_s: number | null;
}
