/** The page of one cluster lies under its name. */
export const CLUSTERS = "/clusters/";

/** What a page's address chooses, its path included: the page of a cluster has that cluster chosen. */
export function paramsOf(url: Pick<URL, "pathname" | "searchParams">): URLSearchParams {
  const params = new URLSearchParams(url.searchParams);
  if (url.pathname.startsWith(CLUSTERS)) {
    params.set("cluster", decoded(url.pathname.slice(CLUSTERS.length)));
  }
  return params;
}

/** The name that a path has below another. */
export function nameAt(pathname: string, below: string): string {
  return decoded(pathname.slice(below.length));
}

/** A part of a path as text; as it stands where it is no encoding of any. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The page of one job lies under its cluster and its id. */
export const JOBS = "/jobs/";

/** Address of a job's page; with its submission, epoch seconds, of that very record. */
export function jobHref(cluster: string, id: string, submit_s: number | null = null): string {
  const path = `${JOBS}${encodeURIComponent(cluster)}/${encodeURIComponent(id)}`;
  return submit_s === null ? path : `${path}?submit=${submit_s}`;
}

/** The cluster and the id that a path names; null where it is of no job. */
export function jobAt(pathname: string): { readonly cluster: string; readonly id: string } | null {
  const [, cluster, id] = /^\/jobs\/([^/]+)\/([^/]+)$/.exec(pathname) ?? [];
  return cluster === undefined ? null : { cluster: decoded(cluster), id: decoded(id) };
}

/** What a user's page is called: it leads to the usage of that user. */
export const USERS = "/users/";

/** Address of usage by the user that a path under {@link USERS} names, with what else a query chooses. */
export function userAddress(pathname: string, params: URLSearchParams): string {
  const query = new URLSearchParams(params);
  query.set("user", decoded(pathname.slice(USERS.length)));
  return `/usage?${query}`;
}
