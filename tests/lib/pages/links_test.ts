import { notStrictEqual, ok, strictEqual } from "node:assert/strict";
import { documentTitle, navigation, PRODUCT } from "../../../lib/pages/frame.ts";
import { crossHref, helpHref, isView, pageAt, pageHref, PAGES, userHref } from "../../../lib/pages/links.ts";
import { userAddress } from "../../../lib/pages/paths.ts";
import { canonicalRedirect } from "../../../lib/pages/page_model.ts";
import { choose, DEFAULT_FILTERS, parseFilters } from "../../../lib/view/filters.ts";

Deno.test("pageHref() leaves out what the page does not show and what it has by default", () => {
  const filters = {
    ...choose(DEFAULT_FILTERS, "user", ["alice"]),
    by: "account" as const,
    measure: "gpu-hours" as const,
    q: "train",
    sort: "-submit",
    page: 3,
  };
  strictEqual(pageHref("overview", filters), "/?user=alice&measure=gpu-hours");
  strictEqual(pageHref("usage", filters), "/usage?user=alice&by=account&measure=gpu-hours&sort=-submit");
  strictEqual(pageHref("jobs", filters), "/jobs?user=alice&q=train&page=3");
});

Deno.test("pageHref() leads to pages without jobs with the filters that lead back from there", () => {
  const filters = parseFilters(new URLSearchParams("user=alice&by=user&q=train&sort=name&page=3")).filters;
  strictEqual(pageHref("status", filters), "/status?user=alice&by=user&q=train");
  strictEqual(helpHref("users", filters), "/help?user=alice&by=user&q=train#users");
  const [, usage] = navigation("status", filters);
  strictEqual(usage.href, "/usage?user=alice&by=user");
  strictEqual(documentTitle("status", filters), `Status – ${PRODUCT}`);
});

Deno.test("crossHref() takes no order, page, columns or search of one table to another", () => {
  const asked = "node=n1&unused=hide&column=user&q=a&sort=-utilisation&page=2";
  const { filters } = parseFilters(new URLSearchParams(asked));
  strictEqual(crossHref("jobs", filters), "/jobs?node=n1");
  strictEqual(crossHref("nodes", filters), "/nodes?node=n1");
});

Deno.test("userHref() leads to the page of one user, userAddress() from the short address to it", () => {
  const { filters } = parseFilters(new URLSearchParams("cluster=a&user=x&by=qos&measure=users&sort=name"));
  strictEqual(userHref("bob", filters), "/usage?cluster=a&user=bob");
  strictEqual(
    userAddress("/users/o%27brien%20x", new URLSearchParams("period=7d")),
    "/usage?period=7d&user=o%27brien+x",
  );
});

Deno.test("pageAt() knows every page by its path and nothing else", () => {
  for (const { name, path } of PAGES) strictEqual(pageAt(path), name);
  strictEqual(pageAt("/nope"), null);
  ok(!isView("status"));
});

Deno.test("canonicalRedirect() leads the long form of a form to the short one, which stays", () => {
  const long = new URL("http://host/usage?user=&account=phys&by=account&period=30d&from=&to=&account=chem");
  const short = canonicalRedirect("usage", long);
  strictEqual(short, "/usage?account=chem&account=phys");
  strictEqual(canonicalRedirect("usage", new URL(short ?? "", long)), null);
  strictEqual(canonicalRedirect("overview", new URL("http://host/?period=30d")), "/");
});

Deno.test("canonicalRedirect() trims what is searched for", () => {
  strictEqual(canonicalRedirect("jobs", new URL("http://host/jobs?q=%20train%20x%20")), "/jobs?q=train+x");
  strictEqual(canonicalRedirect("jobs", new URL("http://host/jobs?q=%20%20")), "/jobs");
});

Deno.test("canonicalRedirect() never leads in a circle, however values are written", () => {
  for (const value of ["a b", "a+b", "a%20b", "~*'()!", "%00", "é", "%C3%A9", "a%2Cb", "%zz"]) {
    const first = new URL(`http://host/jobs?q=${value}&account=${value}`);
    const next = canonicalRedirect("jobs", first);
    if (next === null) continue;
    notStrictEqual(next, first.pathname + first.search);
    strictEqual(canonicalRedirect("jobs", new URL(next, first)), null, value);
  }
});

Deno.test("canonicalRedirect() leaves an address with a value that cannot be used, so that a notice can tell", () => {
  const url = new URL("http://host/usage?period=forever&page=1");
  strictEqual(canonicalRedirect("usage", url), null);
  strictEqual(parseFilters(url.searchParams).problems.length, 1);
});

Deno.test("canonicalRedirect() drops keys of others, and leaves one that looks like a filter for a notice", () => {
  const at = (query: string) => canonicalRedirect("usage", new URL(`http://host/usage?${query}`));
  strictEqual(at("utm_source=mail&user=bob"), "/usage?user=bob");
  strictEqual(at("usr=bob"), null);
});

Deno.test("pageHref() leads to the nodes without the moment at which hours are booked, which they do not have", () => {
  const filters = { ...DEFAULT_FILTERS, basis: "end" } as const;
  strictEqual(pageHref("nodes", filters), "/nodes");
  strictEqual(pageHref("usage", filters), "/usage?basis=end");
});
