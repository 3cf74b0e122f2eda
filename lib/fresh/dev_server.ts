import type { Handler } from "./app.ts";

const RETRY_MS = 200;

/** Answers the pages' question which process this is, and leaves the rest to `handler`. */
export function devHandler(handler: Handler): Handler {
  const process = crypto.randomUUID();
  return (req, info) => {
    const { pathname } = new URL(req.url);
    return pathname === "/_fresh/dev/events" ? Promise.resolve(events(process)) : handler(req, info);
  };
}

/** An event stream that stays open until the process ends: its loss is what tells a page of a restart. */
function events(process: string): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(`retry: ${RETRY_MS}\ndata: ${process}\n\n`));
    },
  });
  return new Response(body, {
    headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
  });
}
