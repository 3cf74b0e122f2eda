import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  BASES,
  choose,
  clearChoices,
  COMPARISONS,
  DEFAULT_FILTERS,
  type Filters,
  formatFilters,
  isDay,
  parseFilters,
  PERIODS,
  STEPS,
  toggle,
  UNUSED,
  WEIGHTS,
} from "../../../lib/view/filters.ts";
import { DIMENSIONS, GROUPINGS, MEASURES } from "../../../lib/view/measures.ts";

/** Names that break naive URL, CSV, SQL or HTML handling. */
const HOSTILE = [
  "a,b",
  "a&account=b",
  "a=b",
  "+",
  " ",
  "%",
  "%2C",
  "#x",
  "?",
  "O'Brien",
  '"><script>alert(1)</script>',
  "'; DROP TABLE jobs; --",
  "../../etc/passwd",
  "Zürich ✓",
  "משתמש",
  "\u0000",
  "\n",
  "not.user",
  "__proto__",
  "constructor",
  "-1",
  "(none)",
  "((none))",
  "(none",
  "null",
  "\u{1F600}",
];

/** A small generator of pseudo-random numbers in [0, 1), the same for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function anyFilters(random: () => number): Filters {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)];
  const maybe = <T>(value: T): T | null => random() < 0.4 ? value : null;
  const choices = () =>
    Object.fromEntries(DIMENSIONS.map((dimension) => {
      const wanted = random() < 0.5 ? 0 : Math.floor(random() * 4);
      return [dimension, [...new Set(Array.from({ length: wanted }, () => pick([...HOSTILE, ""])))].sort()];
    })) as unknown as Filters["only"];
  const days = [pick(["2024-02-29", "2025-12-31"]), pick(["2026-01-01", "2026-03-31"])];
  const from = maybe(days[0]);
  const to = maybe(days[1]);
  return {
    only: choices(),
    not: choices(),
    period: from === null && to === null ? pick(PERIODS) : DEFAULT_FILTERS.period,
    from,
    to,
    compare: pick(COMPARISONS),
    by: maybe(pick(GROUPINGS)),
    measure: maybe(pick(MEASURES).name),
    step: pick(STEPS),
    basis: pick(BASES),
    complete: random() < 0.5,
    tz: maybe(pick(["Europe/Berlin", "Pacific/Chatham", "America/Argentina/Buenos_Aires", "UTC"])),
    weight: pick(WEIGHTS),
    unused: pick(UNUSED),
    columns: [...new Set(Array.from({ length: Math.floor(random() * 4) }, () => pick(HOSTILE)))],
    q: maybe(pick(HOSTILE)),
    sort: maybe(pick(["-elapsedraw", "user", "wait"])),
    page: random() < 0.5 ? 1 : Math.floor(random() * 1000) + 1,
    view_name: maybe(pick(HOSTILE)),
  };
}

Deno.test("parseFilters() reads back what formatFilters() wrote, for 500 filters of hostile values", () => {
  const random = generator(20260101);
  for (let round = 0; round < 500; round++) {
    const filters = anyFilters(random);
    const query = formatFilters(filters);
    const read = parseFilters(new URLSearchParams(query));
    deepStrictEqual(read.filters, filters, query);
    deepStrictEqual(read.problems, []);
    strictEqual(formatFilters(read.filters), query);
  }
});

Deno.test("formatFilters() gives one text however the query was ordered or repeated", () => {
  const written = [
    "user=bob&cluster=alpha&account=phys&account=chem&period=90d",
    "period=90d&account=chem&cluster=alpha&account=phys&account=phys&user=bob&measure=&from=&q=",
    "account=phys&user=bob&account=chem&cluster=alpha&period=90d&page=1&step=auto&compare=none&unknown=1",
  ];
  const canonical = written.map((query) => formatFilters(parseFilters(new URLSearchParams(query)).filters));
  deepStrictEqual(new Set(canonical).size, 1);
  strictEqual(canonical[0], "cluster=alpha&account=chem&account=phys&user=bob&period=90d");
});

Deno.test("formatFilters() writes jobs without a value as (none), and a value of that name in brackets", () => {
  const { filters } = parseFilters(new URLSearchParams("account=%28none%29&not.user=%28%28none%29%29"));
  deepStrictEqual(filters.only.account, [""]);
  deepStrictEqual(filters.not.user, ["(none)"]);
  strictEqual(formatFilters(filters), "account=%28none%29&not.user=%28%28none%29%29");
  strictEqual(formatFilters(toggle(DEFAULT_FILTERS, "gpu_type", "")), "gpu_type=%28none%29");
});

Deno.test("formatFilters() keeps the order of columns, and the order of keys that old links have", () => {
  const old = "cluster=b&account=x&not.state=FAILED&period=7d&compare=year&by=node&measure=users&step=week" +
    "&basis=end&tz=UTC&q=t&sort=-user&page=3";
  strictEqual(formatFilters(parseFilters(new URLSearchParams(old)).filters), old);
  const query = "node=n1&node=n2&size_class=2-4&account_tree=phys&not.wait_class=%3C%3D+1+s&step=month" +
    "&complete=1&weight=cpu-hours&column=wait&column=user&view_name=Mine";
  const { filters, problems } = parseFilters(new URLSearchParams(query + "&column=wait&complete=0"));
  deepStrictEqual([filters.columns, filters.complete, problems], [["wait", "user"], true, []]);
  strictEqual(formatFilters(filters), query);
});

Deno.test("formatFilters() leaves the default filters out", () => {
  strictEqual(formatFilters(DEFAULT_FILTERS), "");
  deepStrictEqual(parseFilters(new URLSearchParams("")).filters, DEFAULT_FILTERS);
});

Deno.test("toggle() twice gives the same filters on the first page, for any value", () => {
  const random = generator(7);
  for (let round = 0; round < 200; round++) {
    const filters = { ...anyFilters(random), page: 1 };
    const dimension = DIMENSIONS[round % DIMENSIONS.length];
    const value = HOSTILE[round % HOSTILE.length];
    const once = toggle({ ...filters, page: 9 }, dimension, value);
    strictEqual(once.page, 1);
    strictEqual(once.only[dimension].includes(value), !filters.only[dimension].includes(value));
    deepStrictEqual(toggle(once, dimension, value), filters);
  }
});

Deno.test("choose() keeps exactly the given values, sorted and once", () => {
  const filters = choose(toggle(DEFAULT_FILTERS, "user", "zoe"), "user", ["bob", "alice", "bob"]);
  deepStrictEqual(filters.only.user, ["alice", "bob"]);
});

Deno.test("clearChoices() drops every choice and the search, and keeps period, measure and zone", () => {
  const filters = clearChoices({
    ...toggle(DEFAULT_FILTERS, "account", "phys"),
    not: { ...DEFAULT_FILTERS.not, user: ["ci"] },
    period: "90d",
    measure: "gpu-hours",
    tz: "Europe/Berlin",
    q: "train",
    page: 4,
  });
  strictEqual(formatFilters(filters), "period=90d&measure=gpu-hours&tz=Europe%2FBerlin");
});

Deno.test("parseFilters() reports each value it cannot use and takes the default", () => {
  const query =
    "period=1y&from=2026-02-30&to=tomorrow&compare=x&by=colour&measure=watts&step=5m&basis=never" +
    "&tz=Mars%2FOlympus&page=0&complete=yes&weight=heavy";
  const { filters, problems } = parseFilters(new URLSearchParams(query));
  deepStrictEqual(filters, DEFAULT_FILTERS);
  deepStrictEqual(
    problems.map((problem) => problem.field).sort(),
    ["basis", "by", "compare", "complete", "from", "measure", "page", "period", "step", "to", "tz", "weight"],
  );
  for (const problem of problems) ok(problem.message.startsWith("is "), problem.message);
});

Deno.test("parseFilters() reports a range that ends before it begins and drops both days", () => {
  const { filters, problems } = parseFilters(new URLSearchParams("from=2026-03-01&to=2026-02-01"));
  strictEqual(filters.from, null);
  strictEqual(filters.to, null);
  deepStrictEqual(problems, [{ field: "to", message: "is 2026-02-01, before from, 2026-03-01" }]);
});

Deno.test("parseFilters() refuses values too long or too many without reading them", () => {
  const long = parseFilters(new URLSearchParams({ account: "x".repeat(1025) }));
  deepStrictEqual(long.filters.only.account, []);
  strictEqual(long.problems[0].field, "account");
  const many = new URLSearchParams();
  for (let index = 0; index <= 500; index++) many.append("not.user", `u${index}`);
  deepStrictEqual(parseFilters(many).problems.map((problem) => problem.field), ["not.user"]);
});

Deno.test("isDay() knows the calendar", () => {
  ok(isDay("2024-02-29"));
  for (const text of ["2025-02-29", "2026-13-01", "1969-12-31", "2026-1-1", "", "2026-01-01T00:00"]) {
    ok(!isDay(text), text);
  }
});
