import { createDefine } from "fresh";
import type { Services } from "./lib/server/services.ts";
import type { Data } from "./lib/query/data.ts";

/** What every route of a request sees. */
export interface State {
  readonly services: Services;
  /** All clusters, as they are at this request. */
  readonly data: Data;
  /** When the request came, epoch seconds. */
  readonly now_s: number;
  /** Names the request in the log and in answers that report an error. */
  readonly request_id: string;
  /** What the document says of its page, set by the page's handler. */
  head?: Head;
}

/** What a document says of its page to browsers, previews of links and search. */
export interface Head {
  readonly title: string;
  readonly description: string;
  /** Canonical address. */
  readonly href: string;
}

/** Types of handlers, pages and layouts. */
export const define = createDefine<State>();
