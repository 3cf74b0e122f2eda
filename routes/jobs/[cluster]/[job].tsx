import { page } from "fresh";
import { JobView } from "../../../components/JobView.tsx";
import { jobAt } from "../../../lib/pages/paths.ts";
import { pageData } from "../../../lib/server/answers.ts";
import { jobAddress, jobQuestion } from "../../../lib/server/job_view.ts";
import { define } from "../../../state.ts";

/** Answers with the page of a job, or 404 in words. */
export const handler = define.handlers({
  async GET(ctx) {
    const place = jobAt(ctx.url.pathname) ?? { cluster: "", id: "" };
    const { name, make } = jobQuestion(jobAddress(place, ctx.url.searchParams));
    return page(await pageData(ctx, name, make));
  },
});

/** What happened to the job. */
export default define.page<typeof handler>(({ data }) => <JobView model={data} />);
