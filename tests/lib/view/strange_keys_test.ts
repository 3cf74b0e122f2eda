import assert from "node:assert/strict";
import { DEFAULT_FILTERS, formatFilters } from "../../../lib/view/filters.ts";
import { DIMENSIONS } from "../../../lib/view/measures.ts";
import { strangeKeys } from "../../../lib/view/strange_keys.ts";

function meant(query: string): readonly string[] {
  return strangeKeys(new URLSearchParams(query)).map(({ field, message }) => `${field} ${message}`);
}

Deno.test("strangeKeys() tells of keys that look like known ones, once each, and which they may be", () => {
  assert.deepEqual(meant("usr=alice&usr=bob&user=carol"), ['usr is not known; perhaps "user" is meant']);
  for (
    const [key, known] of [
      ["Accounts", "account"],
      ["USER", "user"],
      ["acount", "account"],
      ["accuont", "account"],
      ["partitiom", "partition"],
      ["not-user", "not.user"],
      ["nodes", "node"],
      ["gpu-type", "gpu_type"],
      ["columns", "column"],
      ["hostname", "cluster"],
      ["queue", "partition"],
    ]
  ) {
    assert.deepEqual(meant(`${key}=x`), [`${key} is not known; perhaps "${known}" is meant`]);
  }
});

Deno.test("strangeKeys() passes over what nobody meant as a filter", () => {
  const others = [
    "utm_source",
    "utm_campaign",
    "fbclid",
    "gclid",
    "ref",
    "v",
    "",
    "__proto__",
    "x".repeat(9999),
  ];
  for (const key of others) assert.deepEqual(meant(new URLSearchParams([[key, "x"]]).toString()), []);
});

Deno.test("strangeKeys() knows every key that formatFilters() writes", () => {
  const chosen = Object.fromEntries(
    DIMENSIONS.map((dimension) => [dimension, ["x"]]),
  ) as unknown as typeof DEFAULT_FILTERS.only;
  const query = formatFilters({
    only: chosen,
    not: chosen,
    period: "7d",
    from: "2026-01-01",
    to: "2026-01-02",
    compare: "year",
    by: "user",
    measure: "users",
    step: "day",
    basis: "end",
    complete: true,
    tz: "UTC",
    weight: "cpu-hours",
    columns: ["user"],
    unused: "hide",
    q: "x",
    sort: "user",
    page: 2,
    view_name: "x",
  });
  assert.deepEqual(meant(`${query}&period=7d`), []);
  assert.equal(new Set(new URLSearchParams(query).keys()).size, 2 * DIMENSIONS.length + 16);
});
