const STATUS_TEXT = {
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  407: "Proxy Authentication Required",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  411: "Length Required",
  412: "Precondition Failed",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  417: "Expectation Failed",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  423: "Locked",
  424: "Failed Dependency",
  425: "Too Early",
  426: "Upgrade Required",
  428: "Precondition Required",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  451: "Unavailable For Legal Reasons",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
  507: "Insufficient Storage",
  508: "Loop Detected",
  511: "Network Authentication Required",
} as const;

/** An HTTP status of the 4xx or 5xx kind. */
export type ErrorStatus = keyof typeof STATUS_TEXT;

/** Thrown anywhere below a handler, it ends the request with its status; the message may be shown to people. */
export class HttpError extends Error {
  /** The status of the answer. */
  status: ErrorStatus;

  /** Takes the status, a message (the status's own text unless given) and the usual `cause`. */
  constructor(status: ErrorStatus, message?: string, options?: ErrorOptions) {
    super(message ?? STATUS_TEXT[status], options);
    this.name = "HttpError";
    this.status = status;
  }
}

/** The status an error answers with: its own for an `HttpError`, 500 for anything else. */
export function statusOf(error: unknown): ErrorStatus {
  return error instanceof HttpError ? error.status : 500;
}
