import type { JobRow } from "../../../lib/query/answers.ts";
import type { Asked, Data } from "../../../lib/query/data.ts";
import { eachWeek } from "../../../lib/query/matching.ts";
import type { Filters } from "../../../lib/view/filters.ts";

/** All jobs of the filters one by one, by cluster and in the order of the weeks they were submitted in. */
export async function* eachJob(data: Data, filters: Filters, asked: Asked): AsyncGenerator<JobRow> {
  for await (const { cluster, week, marks } of eachWeek(data, filters, asked)) {
    for (let row = 0; row < (marks ?? week).length; row++) {
      if (marks === null || marks[row] === 1) {
        yield { Cluster: cluster.name, ...cluster.dataset.record(week, row) };
      }
    }
  }
}
