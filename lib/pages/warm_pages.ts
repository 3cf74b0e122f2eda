import { warm } from "../query/warm.ts";
import type { Asked, Data } from "../query/data.ts";
import { VIEWS } from "./links.ts";
import { pageModel } from "./page_model.ts";

/** With fewer jobs than this the first who asks for a page waits for none of it. */
const WORTH_JOBS = 50_000;
/** With more than this only a quarter is made ready: what a year needs would take memory that nobody may ask for. */
const YEAR_JOBS = 2_000_000;

/**
 * Makes what the pages need of the weeks that are looked at most, and asks for each page once, so that the first who
 * looks does not wait for what is made once.
 *
 * @param options.worth_jobs with fewer jobs than this no page is asked for
 */
export async function warmPages(
  data: Data,
  { worth_jobs = WORTH_JOBS, ...asked }: Asked & { readonly worth_jobs?: number },
): Promise<void> {
  await warm(data, asked);
  let jobs = 0;
  for (const { dataset } of data.values()) jobs += dataset.length;
  if (jobs < worth_jobs) return;
  const [cluster] = data.keys();
  for (const period of jobs > YEAR_JOBS ? ["90d"] : ["90d", "12mo"]) {
    for (const page of VIEWS) {
      const params = new URLSearchParams({ period });
      if (page === "cluster") params.set("cluster", cluster);
      await pageModel(data, page, { ...asked, params });
    }
  }
}
