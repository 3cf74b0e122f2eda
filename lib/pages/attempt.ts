import type { Asked } from "../query/data.ts";
import type { FailedSpec } from "../view/chart_spec.ts";

/** Names a figure and the page that has it. */
export interface Attempted extends Pick<Asked, "failed"> {
  readonly id: string;
  readonly title: string;
  /** The page once more. */
  readonly retry_href: string;
}

/** Makes one figure of a page; if that fails, the page has the others and says so in its place. */
export async function attempt<T>(
  make: () => T | Promise<T>,
  { id, title, retry_href, failed }: Attempted,
): Promise<T | FailedSpec> {
  try {
    return await make();
  } catch (error) {
    // Where nobody would note it, it is not to be lost.
    if (failed === undefined) throw error;
    return { kind: "failed", id, title, retry_href, request_id: failed(error) };
  }
}
