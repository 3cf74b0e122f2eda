import { asset } from "fresh/runtime";
import { documentTitle, PRODUCT } from "../lib/pages/frame.ts";
import { pageAt } from "../lib/pages/links.ts";
import { parseFilters } from "../lib/view/filters.ts";
import { define } from "../state.ts";

/** The document around every page. */
export default define.page(function App({ Component, url, error }) {
  const title = error === null || error === undefined
    ? documentTitle(pageAt(url.pathname), parseFilters(url.searchParams).filters)
    : PRODUCT;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>{title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="same-origin" />
        <script src={asset("/theme.js")} />
        <link rel="stylesheet" href={asset("/styles.css")} />
        <link rel="icon" type="image/svg+xml" href={asset("/icon.svg")} />
      </head>
      <body>
        <Component />
      </body>
    </html>
  );
});
