import type { Answer } from "./answers.ts";

/** A JSON answer that a client need not fetch again while it is the same: 304 if it has this very one. */
export function jsonAnswer(request: Request, { body, etag }: Pick<Answer, "body" | "etag">): Response {
  const headers = { "content-type": "application/json", "cache-control": "private, max-age=0", etag };
  const known = (request.headers.get("if-none-match") ?? "").split(",").map((tag) =>
    tag.trim().replace(/^W\//, "")
  );
  if (known.includes(etag)) return new Response(null, { status: 304, headers });
  return new Response(body, { headers });
}
