/** An answer that says what was wrong with a request, in words (RFC 9457). */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: ProblemStatus;
  /** More about it, beside the standard members. */
  readonly details: Readonly<Record<string, unknown>>;
  /** After how many seconds it is worth trying again; null where that would not help. */
  readonly retry_after_s: number | null;

  constructor(
    status: ProblemStatus,
    message: string,
    { retry_after_s = null, ...details }: Readonly<Record<string, unknown>> & {
      readonly retry_after_s?: number | null;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.details = details;
    this.retry_after_s = retry_after_s;
  }
}

const TITLES = {
  400: "Bad request",
  401: "No valid key",
  403: "Not allowed",
  404: "Not found",
  405: "Method not allowed",
  413: "Too large",
  415: "Wrong type of content",
  422: "Cannot be used",
  429: "Too many requests",
  500: "Internal error",
  503: "Not available now",
  507: "No space left",
} as const;

export type ProblemStatus = keyof typeof TITLES;

/** The response of a problem, `application/problem+json`. */
export function problemResponse(problem: Problem, request_id: string): Response {
  const body = {
    type: "about:blank",
    title: TITLES[problem.status],
    status: problem.status,
    detail: problem.message,
    request_id,
    ...problem.details,
  };
  const headers = new Headers({ "content-type": "application/problem+json", "cache-control": "no-store" });
  if (problem.retry_after_s !== null) headers.set("retry-after", String(problem.retry_after_s));
  return new Response(JSON.stringify(body), { status: problem.status, headers });
}

/** The nearest status of a problem for an HTTP status of another origin. */
export function problemStatus(status: number): ProblemStatus {
  if (status in TITLES) return status as ProblemStatus;
  return status >= 500 ? 500 : 400;
}
