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
}

/** Types of handlers, pages and layouts. */
export const define = createDefine<State>();
