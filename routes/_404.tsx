import { PageHead } from "../components/PageHead.tsx";
import { notFoundPage } from "../lib/pages/not_found.ts";
import { CLUSTERS } from "../lib/pages/paths.ts";
import { define } from "../state.ts";

/** An address that leads nowhere; of a cluster or a job that there is not, with the way to what there is. */
export default define.page(function NotFound({ url, error, state }) {
  const { title, words, clusters, about_jobs } = notFoundPage(url.pathname, {
    said: error instanceof Error && error.message !== "Not Found" ? error.message : "",
    clusters: [...state.data?.keys() ?? []],
    retention_months: state.services?.config.retention_months ?? null,
  });
  return (
    <>
      <PageHead title={title} question={words} />
      {clusters.length > 0 && (
        <ul class="prose">
          {clusters.map((name) => (
            <li key={name}>
              <a href={CLUSTERS + encodeURIComponent(name)}>{name}</a>
            </li>
          ))}
        </ul>
      )}
      {about_jobs
        ? (
          <p class="prose">
            How far the reports reach says <a href="/status">Status</a>; the jobs that are known are under
            {" "}
            <a href="/jobs">Jobs</a>.
          </p>
        )
        : (
          <p class="prose">
            The address may be mistyped, or the page has moved. Start again from the{" "}
            <a href="/">overview</a>, or see on <a href="/status">Status</a> what has been reported.
          </p>
        )}
    </>
  );
});
