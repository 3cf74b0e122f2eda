/** Posts a batch to the server's own function, as the route does. */
import type { Warehouse } from "../../lib/engine/warehouse.ts";
import { INGEST_PATH } from "../../lib/job/batch.ts";
import { readConfig } from "../../lib/server/config.ts";
import { Answers } from "../../lib/server/answers.ts";
import { ingest } from "../../lib/server/ingest.ts";
import { Intake } from "../../lib/server/intake.ts";
import { Turnstile } from "../../lib/server/turnstile.ts";

const KEY = "bench-key-0123456789";

/** Posts a body of JSON; on return its jobs are on the disk. */
export async function postBatch(
  warehouse: Warehouse,
  body: string | ReadableStream<Uint8Array>,
  now_ms: number,
) {
  const request = new Request(`http://localhost${INGEST_PATH}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": KEY },
    body,
  });
  const config = readConfig({ API_KEYS: KEY, MAX_BODY_MB: "1000" });
  const log = () => {};
  const intake = new Intake({ max_bytes: config.max_body_bytes, log });
  const answers = new Answers(new Turnstile());
  try {
    return await ingest(request, { config, warehouse, intake, answers, log, now_ms: () => now_ms });
  } finally {
    intake.close();
  }
}
