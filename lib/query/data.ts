import type { Dataset } from "../engine/dataset.ts";
import type { Inventory } from "../store/inventory.ts";
import type { ClusterReport } from "../store/report.ts";

/** One cluster as queries see it. */
export interface ClusterData {
  readonly name: string;
  /** IANA zone of the cluster. */
  readonly tz: string;
  readonly dataset: Dataset;
  readonly report: ClusterReport;
  /** Up to when its reports reach, epoch seconds; null before the first. */
  readonly fresh_until_s: number | null;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly set_aside: ReadonlyMap<string, string>;
  /** What is known of its hardware and accounts; null if nothing is. */
  readonly inventory: Inventory | null;
}

/** All clusters by name, in alphabetical order. */
export type Data = ReadonlyMap<string, ClusterData>;

/** Moment and other circumstances of a question. */
export interface Asked {
  readonly now_s: number;
  /** Called between two weeks of a scan: gives the event loop a turn if the scan has taken long. */
  readonly breathe?: () => Promise<void> | undefined;
  /** Notes what went wrong with one part of an answer, and under which name the log has it. */
  readonly failed?: (error: unknown) => string;
}
