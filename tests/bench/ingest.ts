/** A batch of 100,000 jobs is posted to an empty server: how long until the answer, and how much memory at most. */
import { Warehouse } from "../../lib/engine/warehouse.ts";
import { answer, memory, noFindings, peak_bytes, task } from "./child.ts";
import { postBatch } from "./post.ts";
import { NOW_S } from "./trace.ts";

const { root, batch } = task<{ readonly root: string; readonly batch: string }>();
const { facts, ...rest } = noFindings();
const now_ms = () => NOW_S * 1000;
const warehouse = await Warehouse.open({ root, zone: () => "UTC", now_ms, notice: console.error });
facts.ingest_rss_before_bytes = memory().rss_bytes;
facts.ingest_body_bytes = (await Deno.stat(batch)).size;
const file = await Deno.open(batch);
const begin_ms = performance.now();
const { accepted } = await postBatch(warehouse, file.readable, now_ms());
facts.ingest_s = (performance.now() - begin_ms) / 1000;
facts.ingest_jobs = accepted;
facts.ingest_peak_bytes = peak_bytes();
warehouse.close();
answer({ facts, ...rest });
