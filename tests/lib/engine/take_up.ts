import type { Dataset } from "../../../lib/engine/dataset.ts";
import type { JobRecord } from "../../../lib/job/columns.ts";
import { tableOf } from "../../helpers.ts";

/** What a dataset answers to a batch. */
export type Counts = readonly [accepted: number, updated: number, duplicates: number];

/** Lets a dataset take up records as one batch. */
export function ingest(dataset: Dataset, records: readonly JobRecord[]): Counts {
  const table = tableOf(records);
  const plan = dataset.plan(table);
  dataset.apply(table, { plan, received_s: 2 ** 32 });
  return [plan.accepted, plan.updated, plan.duplicates];
}
