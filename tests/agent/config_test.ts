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
    late_margin_s: 48 * 3600,
    ca_file: null,
    state_folder: "/var/lib/slurm-usage-history-exporter",
    spool_limit_bytes: 2 ** 31,
    job_names: false,
    pseudonymise_users: "off",
    send_full_names: false,
  });
});

Deno.test("parseConfig() reads every setting", () => {
  const all = {
    api_url: "http://10.0.0.1:8080/base/",
    api_key: "k",
    cluster_name: "alpha",
    timeout: 5,
    collection_window_days: 1,
    late_margin_hours: 2,
    ca_file: "/etc/ssl/certs/ours.pem",
    allow_insecure_http: true,
    state_folder: "/srv/agent",
    spool_limit_mb: 1,
    job_names: true,
    pseudonymise_users: "keyed-hash",
    send_full_names: false,
  };
  assert.deepEqual(parseConfig(JSON.stringify(all), "config.json"), {
    api_url: "http://10.0.0.1:8080/base/",
    api_key: "k",
    cluster_name: "alpha",
    timeout_s: 5,
    collection_window_days: 1,
    late_margin_s: 7200,
    ca_file: "/etc/ssl/certs/ours.pem",
    state_folder: "/srv/agent",
    spool_limit_bytes: 1024 * 1024,
    job_names: true,
    pseudonymise_users: "keyed-hash",
    send_full_names: false,
  });
});

Deno.test("parseConfig() takes an empty text for a setting that is not given", () => {
  const config = parseConfig(
    JSON.stringify({ ...GOOD, cluster_name: "", ca_file: "", state_folder: "" }),
    "config.json",
  );
  assert.deepEqual([config.cluster_name, config.ca_file, config.state_folder], [
    null,
    null,
    "/var/lib/slurm-usage-history-exporter",
  ]);
});

Deno.test("parseConfig() takes null for a setting that is not given, except for those that must be", async () => {
  const example = await Deno.readTextFile(new URL("../../agent/config.json.example", import.meta.url));
  const nothing = Object.fromEntries(Object.keys(JSON.parse(example)).map((setting) => [setting, null]));
  const config = parseConfig(JSON.stringify({ ...nothing, ...GOOD }), "config.json");
  assert.deepEqual(config, parseConfig(JSON.stringify(GOOD), "config.json"));
  const found = problems(nothing);
  assert.deepEqual(found.map((problem) => problem.split(" ")[1]), ["api_url", "api_key"]);
  assert.ok(problems({ ...GOOD, other: null })[0].includes('"other" is no setting'));
});

Deno.test("parseConfig() takes the Python version's configuration as it is", () => {
  const text = `{
  "api_url": "https://dashboard.example.com",
  "api_key": "secret-key",
  "cluster_name": "optional-override",
  "timeout": 30,
  "collection_window_days": 7
}
`;
  const { cluster_name, timeout_s } = parseConfig("\uFEFF" + text, "config.json");
  assert.deepEqual([cluster_name, timeout_s], ["optional-override", 30]);
});

Deno.test("parseConfig() lists all problems at once, those between settings too", () => {
  const found = problems({
    api_url: "http://dashboard.example.com",
    cluster_name: "../x",
    timeout: "30",
    collection_window_days: 0.5,
    late_margin_hours: 0,
    ca_file: "ours.pem",
    state_folder: 7,
    spool_limit_mb: -1,
    job_names: "yes",
    pseudonymise_users: "keyed-hash",
    send_full_names: true,
    allow_insecure_http: 1,
    apikey: "k",
  });
  const named = [
    "api_url would send the key and the jobs unencrypted",
    "api_key is missing",
    "cluster_name must",
    "timeout must be a number",
    "collection_window_days must be a whole number",
    "late_margin_hours must be at least",
    "ca_file must be a path",
    "state_folder must",
    "spool_limit_mb must be at least",
    "job_names must be true or false",
    "send_full_names cannot be true while",
    "allow_insecure_http must be true or false",
    '"apikey" is no setting: did you mean api_key?',
  ];
  for (const words of named) {
    assert.equal(found.filter((problem) => problem.includes(words)).length, 1, `${words} in ${found}`);
  }
  assert.equal(found.length, named.length);
  assert.ok(found.every((problem) => problem.startsWith("config.json: ")));
});

Deno.test("parseConfig() allows http to this host alone, or where it is said so", () => {
  const of = (api_url: string, more = {}) => problems({ ...GOOD, api_url, ...more });
  for (const host of ["localhost:8000", "127.0.0.1", "[::1]:80"]) assert.deepEqual(of(`http://${host}`), []);
  for (const host of ["example.com", "127.0.0.1.example.com", "10.0.0.1", "[::2]"]) {
    assert.equal(of(`http://${host}`).length, 1, host);
    assert.deepEqual(of(`http://${host}`, { allow_insecure_http: true }), []);
  }
});

Deno.test("parseConfig() refuses addresses that are none, or carry more than one", () => {
  for (
    const api_url of [
      "dashboard.example.com",
      "ftp://dashboard.example.com",
      "",
      7,
      "https://user:secret@dashboard.example.com",
      "https://dashboard.example.com/?key=secret",
      "https://dashboard.example.com/#top",
    ]
  ) {
    const found = problems({ ...GOOD, api_url });
    assert.ok(found.length > 0 && found.every((problem) => problem.includes("api_url must")), `${api_url}`);
    assert.ok(!found.join().includes("secret"));
  }
});

Deno.test("parseConfig() refuses a key with blanks and says nothing of its text", () => {
  for (const api_key of ["secret key", "secret\n", ""]) {
    const [problem, ...others] = problems({ ...GOOD, api_key });
    assert.deepEqual(others, []);
    assert.match(problem, /api_key/);
    assert.ok(!problem.includes("secret"));
  }
});

Deno.test("parseConfig() says where a text stops to be JSON, and shows nothing of it", () => {
  for (
    const [text, place] of [
      ['{"api_key": "secret",}', "line 1, column 22"],
      ['{\n  "api_key": secret\n}', "line 2, column 14"],
      ['{\n  "a": 1\n  "api_key": "secret"\n}', "line 3, column 3"],
      ['{"api_key": "secret"', "its end"],
      ["// secret\n{}", "line 1, column 1"],
      ["{}secret", "line 1, column 3"],
    ]
  ) {
    const found = problems(text);
    assert.equal(found.length, 1);
    assert.ok(found[0].startsWith("config.json is not JSON: look at ") && found[0].includes(place), found[0]);
    assert.ok(!found[0].includes("secret"));
  }
});

Deno.test("parseConfig() refuses what is no JSON object", () => {
  for (const text of ["", "  \n", "{", "[]", "null", '"x"', "7"]) {
    assert.equal(problems(text).length, 1, text);
  }
  assert.deepEqual(problems("[]"), ["config.json: it must hold one JSON object"]);
});

Deno.test("config.json.example holds every setting with its default", async () => {
  const text = await Deno.readTextFile(new URL("../../agent/config.json.example", import.meta.url));
  const { api_url, api_key } = JSON.parse(text);
  assert.deepEqual(
    parseConfig(text, "config.json.example"),
    parseConfig(JSON.stringify({ api_url, api_key }), "config.json"),
  );
  assert.equal(Object.keys(JSON.parse(text)).length, 13);
});
