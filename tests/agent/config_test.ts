import assert from "node:assert/strict";
import { parseConfig, UsageError } from "../../agent/config.ts";

function problems(config: unknown): readonly string[] {
  try {
    parseConfig(typeof config === "string" ? config : JSON.stringify(config), "config.json");
  } catch (error) {
    assert.ok(error instanceof UsageError);
    return error.problems;
  }
  return [];
}

const GOOD = { api_url: "https://dashboard.example.com", api_key: "secret-key" };

Deno.test("parseConfig() fills in the defaults", () => {
  assert.deepEqual(parseConfig(JSON.stringify(GOOD), "config.json"), {
    ...GOOD,
    cluster_name: null,
    timeout_s: 30,
    collection_window_days: 7,
  });
});

Deno.test("parseConfig() reads every setting; an empty cluster_name is none; http is allowed", () => {
  const all = {
    ...GOOD,
    api_url: "http://10.0.0.1:8080/base/",
    cluster_name: "alpha",
    timeout: 5,
    collection_window_days: 1,
  };
  const config = parseConfig(JSON.stringify(all), "config.json");
  assert.deepEqual([config.api_url, config.cluster_name, config.timeout_s, config.collection_window_days], [
    "http://10.0.0.1:8080/base/",
    "alpha",
    5,
    1,
  ]);
  assert.equal(parseConfig(JSON.stringify({ ...GOOD, cluster_name: "" }), "config.json").cluster_name, null);
});

Deno.test("parseConfig() lists all problems at once, in words", () => {
  const found = problems({
    api_url: "dashboard.example.com",
    cluster_name: "../x",
    timeout: "30",
    collection_window_days: 0.5,
    apikey: "k",
  });
  assert.equal(found.length, 6);
  for (
    const name of [
      "api_url must",
      "api_key is missing",
      "cluster_name",
      "timeout must",
      "collection_window_days",
    ]
  ) {
    assert.ok(found.some((problem) => problem.includes(name)), name);
  }
  assert.ok(found.some((problem) => problem.includes('"apikey" is no setting')));
});

Deno.test("parseConfig() refuses a key with blanks and says nothing of its text", () => {
  for (const api_key of ["secret key", "secret\n", ""]) {
    const [problem, ...others] = problems({ ...GOOD, api_key });
    assert.deepEqual(others, []);
    assert.match(problem, /api_key/);
    assert.ok(!problem.includes("secret"));
  }
});

Deno.test("parseConfig() refuses what is no JSON object", () => {
  for (const text of ["", "{", "[]", "null", '"x"']) assert.equal(problems(text).length, 1, text);
  assert.match(problems("{")[0], /^config.json is not JSON/);
});

Deno.test("config.json.example is complete and valid", async () => {
  const text = await Deno.readTextFile(new URL("../../agent/config.json.example", import.meta.url));
  parseConfig(text, "config.json.example");
  assert.deepEqual(Object.keys(JSON.parse(text)), [
    "api_url",
    "api_key",
    "cluster_name",
    "timeout",
    "collection_window_days",
  ]);
});
