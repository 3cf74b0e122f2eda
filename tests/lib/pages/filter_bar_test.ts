import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { pageModel } from "../../../lib/pages/page_model.ts";
import type { FilterBarModel } from "../../../lib/pages/filter_bar.ts";
import { DIMENSIONS } from "../../../lib/view/measures.ts";
import { clusterOf, dataOf, NOW_S, twoClusters } from "./small_data.ts";

async function bar(
  query: string,
  page: "overview" | "usage" | "jobs" | "cluster" = "usage",
): Promise<FilterBarModel> {
  const model = await pageModel(twoClusters(), page, { params: new URLSearchParams(query), now_s: NOW_S });
  return model.filter_bar;
}

function facetOf({ facets, more_facets }: FilterBarModel, name: string) {
  const found = [...facets, ...more_facets].find((facet) => facet.name === name);
  ok(found !== undefined, name);
  return found;
}

Deno.test("filterBar() has a list for every dimension, the six main ones in front", async () => {
  const { facets, more_facets } = await bar("");
  deepStrictEqual(facets.map(({ name }) => name), [
    "cluster",
    "account",
    "user",
    "partition",
    "qos",
    "state",
  ]);
  deepStrictEqual([...facets, ...more_facets].map(({ name }) => name).sort(), [...DIMENSIONS].sort());
});

Deno.test("filterBar() marks what is chosen and what is left out, listed or not", async () => {
  const model = await bar("account=phys&not.account=gone&node=n1&not.user=user1");
  const account = facetOf(model, "account");
  strictEqual(account.chosen, 2);
  deepStrictEqual(account.values.filter(({ selected }) => selected).map(({ value }) => value), ["phys"]);
  deepStrictEqual(account.values.filter(({ excluded }) => excluded).map(({ value }) => value), ["gone"]);
  deepStrictEqual(facetOf(model, "node").values.filter(({ selected }) => selected).length, 1);
  deepStrictEqual(model.chips.map(({ label, value }) => `${label} ${value}`), [
    "Account phys",
    "Node n1",
    "Account not gone",
    "User not user1",
  ]);
  const names = model.hidden.map(({ name }) => name);
  ok(!names.some((name) => name.endsWith("account") || name.endsWith("user")), names.join());
});

Deno.test("filterBar() lists few of many values and every chosen one", async () => {
  const jobs = Array.from({ length: 60 }, (_, index) => ({ account: `a${index}` }));
  const params = new URLSearchParams("account=a59");
  const data = dataOf(clusterOf("alpha", jobs));
  const { filter_bar } = await pageModel(data, "jobs", { params, now_s: NOW_S });
  const { values, more } = facetOf(filter_bar, "account");
  ok(values.length <= 25 && values.some(({ value, selected }) => value === "a59" && selected));
  strictEqual(values.length + (more ?? 0), 60);
});

Deno.test("filterBar() makes one chip of many values", async () => {
  const query = Array.from({ length: 20 }, (_, index) => `user=u${index}`).join("&");
  const { chips } = await bar(query);
  deepStrictEqual(chips.map(({ value, href }) => [value, href]), [["20 values", "/usage"]]);
});

Deno.test("filterBar() has complete periods as a choice and as a chip", async () => {
  const { options, chips, options_text } = await bar("complete=1&step=week");
  const chosen = options.flatMap(({ links }) =>
    links.filter(({ selected }) => selected).map(({ label }) => label)
  );
  deepStrictEqual(chosen, ["Weeks", "Complete ones only", "Over the run", "The cluster’s"]);
  strictEqual(options_text, "Weeks, Complete ones only");
  deepStrictEqual(chips.map(({ href }) => href), ["/usage?step=week"]);
});

Deno.test("filterBar() says a zone of one's own that no cluster has", async () => {
  strictEqual((await bar("tz=Asia%2FTokyo")).options_text, "Asia/Tokyo");
});

Deno.test("filterBar() keeps the name of a saved view on this view alone", async () => {
  const model = await bar("account=phys&view_name=Mine");
  strictEqual(model.view_name, "Mine");
  match(model.named_address, /^\/usage\?account=phys&view_name=%7Bname%7D$/);
  for (const { href } of [...model.periods, ...model.chips, ...model.comparisons]) {
    ok(!href.includes("Mine"), href);
  }
  ok(!model.hidden.some(({ name }) => name === "view_name"));
});

Deno.test("filterBar() of a cluster's page cannot filter its cluster away", async () => {
  const { facets, chips, action } = await bar("cluster=alpha&account=phys", "cluster");
  strictEqual(action, "/clusters/alpha");
  ok(!facets.some(({ name }) => name === "cluster"));
  deepStrictEqual(chips.map(({ value, href }) => [value, href]), [["phys", "/clusters/alpha"]]);
});

Deno.test("filterBar() offers to draw the period before or the year before", async () => {
  const { comparisons } = await bar("compare=prev");
  deepStrictEqual(comparisons.map(({ href, selected }) => [href, selected]), [
    ["/usage", false],
    ["/usage?compare=prev", true],
    ["/usage?compare=year", false],
  ]);
  deepStrictEqual((await bar("", "jobs")).comparisons, []);
});

Deno.test("filterBar() writes classes as people read them, in lists, chips and titles", async () => {
  const query = new URLSearchParams([["wait_class", "<= 1 min"], ["not.elapsed_class", "> 7 d"]]);
  const model = await bar(query.toString());
  const chosen = facetOf(model, "wait_class").values.find(({ selected }) => selected);
  deepStrictEqual([chosen?.value, chosen?.label], ["<= 1 min", "≤ 1 min"]);
  ok(facetOf(model, "wait_class").values.every(({ value, label = value }) => !label.includes("<=")));
  deepStrictEqual(model.chips.map(({ value }) => value), ["≤ 1 min", "> 7 d"]);
  const { title } = await pageModel(twoClusters(), "usage", { params: query, now_s: NOW_S });
  match(title, /length of wait ≤ 1 min, without run time > 7 d/);
});

Deno.test("filterBar() goes one period back and forward to the same relative period", async () => {
  for (const period of ["7d", "90d", "12mo", "mtd", "ytd"]) {
    const { previous_href } = await bar(`period=${period}`);
    const query = previous_href?.split("?")[1] ?? "";
    ok(query.startsWith("from="), period);
    strictEqual((await bar(query)).next_href, `/usage?period=${period}`);
  }
  const { previous_href } = await bar("");
  strictEqual((await bar(previous_href?.split("?")[1] ?? "")).next_href, "/usage");
});
