import assert from "node:assert/strict";
import { notFoundPage } from "../../../lib/pages/not_found.ts";

const HERE = { said: "", clusters: ["alpha"], retention_months: 12 };

Deno.test("notFoundPage() names the cluster, the job or the page that is not there", () => {
  const { title, clusters } = notFoundPage("/clusters/no%20pe", HERE);
  assert.deepEqual([title, clusters], ["There is no cluster no pe", ["alpha"]]);
  const job = notFoundPage("/jobs/alpha/1", { ...HERE, said: "It is not stored." });
  assert.deepEqual([job.title, job.about_jobs], ["Job 1 of alpha is not known", true]);
  assert.equal(job.words, "It is not stored. Jobs are shown for 12 months after they end.");
  assert.equal(notFoundPage("/jobs/beta/1", HERE).title, "There is no cluster beta");
  assert.equal(notFoundPage("/nope", HERE).words, "There is nothing at /nope");
});
