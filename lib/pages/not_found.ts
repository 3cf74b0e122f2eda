import { CLUSTERS, jobAt, nameAt } from "./paths.ts";

/** What a page says that is not there. */
export interface NotFoundModel {
  readonly title: string;
  readonly words: string;
  /** Clusters that there are, where a cluster is what was looked for. */
  readonly clusters: readonly string[];
  /** Whether the jobs of a cluster are what was looked for: then the status says how far its reports reach. */
  readonly about_jobs: boolean;
}

/** What is not there at an address; `said` is what the server has to say of it, empty for nothing. */
export function notFoundPage(
  pathname: string,
  { said, clusters, retention_months }: {
    readonly said: string;
    readonly clusters: readonly string[];
    /** Months after which jobs are no longer shown; null for never. */
    readonly retention_months: number | null;
  },
): NotFoundModel {
  const job = jobAt(pathname);
  const cluster = job?.cluster ?? (pathname.startsWith(CLUSTERS) ? nameAt(pathname, CLUSTERS) : null);
  if (cluster !== null && !clusters.includes(cluster)) {
    return { title: `There is no cluster ${cluster}`, words: said, clusters, about_jobs: false };
  }
  if (job !== null) {
    const kept = retention_months === null
      ? ""
      : ` Jobs are shown for ${retention_months} ${
        retention_months === 1 ? "month" : "months"
      } after they end.`;
    return {
      title: `Job ${job.id} of ${job.cluster} is not known`,
      words: `${said}${kept}`,
      clusters: [],
      about_jobs: true,
    };
  }
  return {
    title: "There is no such page",
    words: said === "" ? `There is nothing at ${pathname}` : said,
    clusters: [],
    about_jobs: false,
  };
}
