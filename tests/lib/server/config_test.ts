import assert from "node:assert/strict";
import { matchingKeys, mayWrite, parseApiKey } from "../../../lib/server/access.ts";
import { ConfigError, readConfig } from "../../../lib/server/config.ts";
import { logTo } from "../../../lib/server/log.ts";

Deno.test("readConfig() takes the contract's names and has defaults for all of them", () => {
  const config = readConfig({});
  assert.deepEqual(
    { ...config, zone: config.zone("any") },
    {
      api_keys: [],
      data_path: "data",
      refresh_s: 600,
      cors_origins: [],
      port: 8000,
      host: "0.0.0.0",
      max_body_bytes: 256 * 1024 * 1024,
      retention_months: null,
      export_max_rows: null,
      clusters_file: null,
      zone: "UTC",
    },
  );
  const set = readConfig({
    API_KEYS: "secret-key-1, secret-key-2 ,secret-key-3",
    DATA_PATH: "../data",
    AUTO_REFRESH_INTERVAL: "60",
    CORS_ORIGINS: "http://localhost:3100,https://dashboard.example.com",
    TIME_ZONE: "Europe/Amsterdam,west=America/New_York",
    PORT: "",
    RETENTION_MONTHS: "24",
    EXPORT_MAX_ROWS: "1000000",
  });
  assert.equal(set.api_keys.length, 3);
  assert.deepEqual(set.cors_origins, ["http://localhost:3100", "https://dashboard.example.com"]);
  assert.deepEqual([set.zone("east"), set.zone("west")], ["Europe/Amsterdam", "America/New_York"]);
  assert.deepEqual([set.port, set.retention_months, set.export_max_rows], [8000, 24, 1_000_000]);
});

Deno.test("readConfig() lists every problem at once, in words and without keys", () => {
  const wrong = {
    API_KEYS: "good,bad key with blanks",
    AUTO_REFRESH_INTERVAL: "soon",
    CORS_ORIGINS: "dashboard.example.com",
    PORT: "99999",
    MAX_BODY_MB: "-1",
    RETENTION_MONTHS: "0",
    EXPORT_MAX_ROWS: "0",
    TIME_ZONE: "Mars/Olympus",
  };
  assert.throws(() => readConfig(wrong), (error: unknown) => {
    assert.ok(error instanceof ConfigError);
    for (const name of Object.keys(wrong)) {
      assert.ok(error.problems.some((problem) => problem.startsWith(`${name} `)), name);
    }
    assert.ok(!error.problems.join().includes("bad key"), "keys are not repeated");
    return true;
  });
});

Deno.test("readConfig() refuses a second zone for a cluster or for all of them, and an offset in place of a zone", () => {
  const problems = (TIME_ZONE: string): readonly string[] => {
    try {
      readConfig({ TIME_ZONE });
      return [];
    } catch (error) {
      assert.ok(error instanceof ConfigError);
      return error.problems;
    }
  };
  assert.deepEqual(problems("UTC, east=Europe/Berlin, west=America/New_York"), []);
  assert.deepEqual(problems("UTC,west=America/New_York,west=Europe/Berlin"), [
    "TIME_ZONE gives west more than one zone",
  ]);
  assert.deepEqual(problems("UTC,Europe/Berlin"), ["TIME_ZONE gives all clusters more than one zone"]);
  for (const offset of ["+05:30", "-08:00", "+00:00"]) {
    const problem = `TIME_ZONE holds "${offset}" but must be zones such as Europe/Berlin`;
    assert.deepEqual(problems(offset), [problem]);
    assert.deepEqual(problems(`UTC,alpha=${offset}`), [problem]);
  }
});

Deno.test("parseApiKey() tells a bound key from a bare one, base64 padding included", () => {
  assert.equal(parseApiKey("alpha=secret")?.cluster, "alpha");
  assert.equal(parseApiKey("secret")?.cluster, null);
  assert.equal(parseApiKey("c2VjcmV0a2V5MTIzNDU2Nzg5MDE=")?.cluster, null);
  assert.equal(parseApiKey("c2VjcmV0a2V5MTIzNDU2Nzg5MA==")?.cluster, null);
  assert.equal(parseApiKey("alpha=c2VjcmV0a2V5MQ==")?.cluster, "alpha");
  assert.equal(parseApiKey("alpha="), null, "a forgotten key must not become one that can be guessed");
  assert.equal(parseApiKey("sha256:short"), null);
  assert.equal(parseApiKey(""), null);
});

Deno.test("a bound key writes its cluster alone, a bare one any", () => {
  const keys = ["alpha=one", "two"].flatMap((entry) => parseApiKey(entry) ?? []);
  const one = matchingKeys(keys, "one");
  assert.deepEqual([mayWrite(one, "alpha"), mayWrite(one, "beta")], [true, false]);
  assert.equal(mayWrite(matchingKeys(keys, "two"), "beta"), true);
  assert.deepEqual(matchingKeys(keys, "three"), []);
  assert.deepEqual(matchingKeys(keys, ""), []);
});

Deno.test("a line of the log stays one line whatever is in it", () => {
  const lines: string[] = [];
  const log = logTo((line) => lines.push(line), () => 0);
  log("warn", "name\n2024 error forged\u2028\u001b[31m", { user: "a\nb" });
  assert.deepEqual(lines, [
    '1970-01-01T00:00:00.000Z warn name\\u000a2024 error forged\\u2028\\u001b[31m {"user":"a\\nb"}',
  ]);
});
