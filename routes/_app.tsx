import "../components/stills.tsx";
import { HttpError } from "fresh";
import { asset } from "fresh/runtime";
import { documentTitle, PRODUCT } from "../lib/pages/frame.ts";
import { pageAt } from "../lib/pages/links.ts";
import { notFoundPage } from "../lib/pages/not_found.ts";
import { paramsOf } from "../lib/pages/paths.ts";
import { parseFilters } from "../lib/view/filters.ts";
import { define, type Head, type State } from "../state.ts";

const DESCRIPTION =
  "Who used which clusters how much, how long jobs waited and how well they used what they had.";

/** Of the pages that have no filters. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  status: "Which clusters report, until when the numbers are complete, and what was rejected.",
  help: "What each number of these pages means, how it is computed, and which keys there are.",
};

/** What the document of a page says whose handler did not say it. */
function headOf(url: URL): Head {
  const page = pageAt(url.pathname);
  const [, cluster, job] = /^\/jobs\/([^/]+)\/([^/]+)$/.exec(url.pathname) ?? [];
  const title = job === undefined
    ? documentTitle(page, parseFilters(paramsOf(url)).filters)
    : `Job ${decoded(job)} on ${decoded(cluster)} – ${PRODUCT}`;
  return {
    title,
    description: job === undefined
      ? DESCRIPTIONS[page ?? ""] ?? DESCRIPTION
      : `Job ${decoded(job)} on ${
        decoded(cluster)
      }: when it waited and ran, what it asked for and what it used.`,
    href: url.pathname,
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Title of the document of a page that could not be made. */
function failedTitle(url: URL, error: unknown, { data }: Partial<State>): string {
  if (!(error instanceof HttpError) || error.status !== 404) return PRODUCT;
  const { title } = notFoundPage(url.pathname, {
    said: "",
    clusters: [...data?.keys() ?? []],
    retention_months: null,
  });
  return `${title} – ${PRODUCT}`;
}

/** The document around every page. */
export default define.page(function App({ Component, url, error, state }) {
  const failed = error !== null && error !== undefined;
  const head = failed
    ? { title: failedTitle(url, error, state), description: DESCRIPTION, href: null }
    : state.head ?? headOf(url);
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>{head.title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" media="(prefers-color-scheme: light)" content="#ffffff" />
        <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#0f141a" />
        <meta name="referrer" content="same-origin" />
        <meta name="description" content={head.description} />
        <meta property="og:type" content="website" />
        <meta property="og:site_name" content={PRODUCT} />
        <meta property="og:title" content={head.title} />
        <meta property="og:description" content={head.description} />
        {head.href !== null && <link rel="canonical" href={head.href} />}
        <script src={asset("/theme.js")} />
        <link rel="stylesheet" href={asset("/styles.css")} />
        <link rel="icon" type="image/svg+xml" href={asset("/icon.svg")} />
        <link rel="apple-touch-icon" href={asset("/apple-touch-icon.png")} />
      </head>
      <body data-refresh={state.services?.config.refresh_s}>
        <Component />
      </body>
    </html>
  );
});
