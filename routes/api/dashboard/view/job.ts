import { jsonAnswer } from "../../../../lib/server/answer.ts";
import { answerTo } from "../../../../lib/server/answers.ts";
import { jobAddress, jobQuestion } from "../../../../lib/server/job_view.ts";
import { define } from "../../../../state.ts";

/** The plain data of a job's page: `cluster`, `job`, and of several records `submit` or `start`. */
export const handler = define.handlers({
  async GET(ctx) {
    const params = ctx.url.searchParams;
    const place = { cluster: params.get("cluster") ?? "", id: params.get("job") ?? "" };
    const question = jobQuestion(jobAddress(place, params));
    return jsonAnswer(ctx.req, await answerTo(ctx, { ...question, of: "all clusters" }));
  },
});
