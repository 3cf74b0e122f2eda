import { HttpError } from "fresh";
import type { JobAsked } from "../pages/job.ts";
import { type JobModel, jobPage, NoJobError } from "../pages/job.ts";
import type { Question } from "./answers.ts";

/** Which job is asked for, and which of its records. */
export type JobAddress = Pick<JobAsked, "cluster" | "id" | "submit_s" | "start_s">;

/** The job that a page's path and query name. */
export function jobAddress(
  { cluster, id }: { readonly cluster: string; readonly id: string },
  params: URLSearchParams,
): JobAddress {
  return { cluster, id, submit_s: secondsIn(params, "submit"), start_s: secondsIn(params, "start") };
}

/** A question for a job by the name under which its answer is kept. */
export function jobQuestion(address: JobAddress): {
  readonly name: string;
  readonly make: (question: Question) => Promise<JobModel>;
} {
  return {
    name: `view/job ${JSON.stringify(address)}`,
    make: async ({ data, now_s, breathe }) => {
      try {
        return await jobPage(data, { ...address, now_s, breathe });
      } catch (error) {
        throw error instanceof NoJobError ? new HttpError(404, error.message) : error;
      }
    },
  };
}

/** Epoch seconds in a query; null where there are none. */
function secondsIn(params: URLSearchParams, name: string): number | null {
  const text = params.get(name) ?? "";
  return /^\d{1,10}$/.test(text) ? Number(text) : null;
}
