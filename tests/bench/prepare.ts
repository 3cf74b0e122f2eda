/** Writes a trace as the files of a data folder; beside it a batch of its first jobs as an agent would post it. */
import { recordAt } from "../../lib/job/table.ts";
import { addSegmentFile } from "../../lib/store/folder.ts";
import { EMPTY_REPORT, noteBatch, writeReport } from "../../lib/store/report.ts";
import { encodeSegment } from "../../lib/store/segment.ts";
import { CLUSTER } from "./cases.ts";
import { answer, task } from "./child.ts";
import { NOW_S, trace, type TraceOptions } from "./trace.ts";

/** What is known of a data folder. */
export interface Prepared {
  readonly jobs: number;
  readonly file_bytes: number;
  readonly files: number;
  readonly made_rows_per_s: number;
  readonly encoded_rows_per_s: number;
}

const WEEK_MS = 7 * 86_400_000;
/** Jobs of the batch that the bench posts. */
const BATCH_JOBS = 100_000;

const { root, batch, ...options } = task<TraceOptions & { readonly root: string; readonly batch: string }>();
let jobs = 0;
let file_bytes = 0;
let files = 0;
let made_ms = -performance.now();
let encoded_ms = 0;
const lines: string[] = [];
for (const { monday_s, table } of trace(options)) {
  made_ms += performance.now();
  for (let row = 0; row < table.length && lines.length < BATCH_JOBS; row++) {
    lines.push(JSON.stringify(recordAt(table, row), (_, value) => value ?? undefined));
  }
  if (table.length > 0) {
    encoded_ms -= performance.now();
    const bytes = encodeSegment(table, {
      cluster: CLUSTER,
      received_ms: NOW_S * 1000,
      idempotency: null,
      counts: { accepted: table.length, updated: 0, duplicates: 0 },
      // As compaction leaves them.
      merged: { keys: [], first_event_s: null, last_event_s: null },
    });
    encoded_ms += performance.now();
    await addSegmentFile(root, {
      cluster: CLUSTER,
      bytes,
      now_ms: Math.min(monday_s * 1000 + WEEK_MS, NOW_S * 1000),
      after: null,
    });
    jobs += table.length;
    file_bytes += bytes.length;
    files++;
  }
  made_ms -= performance.now();
}
made_ms += performance.now();
const report = noteBatch(EMPTY_REPORT, {
  at_s: NOW_S,
  agent: null,
  collected_until_s: NOW_S,
  rejected: 0,
  examples: [],
});
await writeReport(root, CLUSTER, { report });
await Deno.writeTextFile(batch, `{"hostname":"${CLUSTER}","jobs":[${lines.join(",\n")}]}`);
const prepared: Prepared = {
  jobs,
  file_bytes,
  files,
  made_rows_per_s: jobs / made_ms * 1000,
  encoded_rows_per_s: jobs / encoded_ms * 1000,
};
answer(prepared);
