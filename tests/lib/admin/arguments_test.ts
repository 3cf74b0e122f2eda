import assert from "node:assert/strict";
import { parseCall, USAGE } from "../../../lib/admin/arguments.ts";
import { atDesk } from "./desk.ts";

Deno.test("parseCall() takes every command apart", () => {
  const call = (text: string) => parseCall(text.split(" "));
  assert.deepEqual(call("check"), { command: "check", cluster: null });
  assert.deepEqual(call("compact alpha"), { command: "compact", cluster: "alpha" });
  assert.deepEqual(call("stats"), { command: "stats", cluster: null, by: "year", json: false });
  assert.deepEqual(call("stats --json a --by=week"), {
    command: "stats",
    cluster: "a",
    by: "week",
    json: true,
  });
  assert.deepEqual(call("export --format csv"), {
    command: "export",
    cluster: null,
    format: "csv",
    out: null,
  });
  assert.deepEqual(call("export a --out=x=y --format parquet"), {
    command: "export",
    cluster: "a",
    format: "parquet",
    out: "x=y",
  });
  assert.deepEqual(call("import /old"), { command: "import", folder: "/old", cluster: null });
  assert.deepEqual(call("import /old --cluster a"), { command: "import", folder: "/old", cluster: "a" });
  assert.deepEqual(call("--help"), { command: "help" });
});

Deno.test("a wrong call says what is wrong and how to call, and ends with 2", async () => {
  const wrong = {
    "": "No command is given",
    "verify": "There is no command verify",
    "toString": "There is no command toString",
    "check --all": "check has no option --all",
    "check a b": "b is one word too many",
    "stats --json=1": "--json takes no value",
    "stats --by month": "--by is month: it must be year, week",
    "export": "--format is missing: it must be csv, jsonl, parquet",
    "export --format": "--format needs a value",
    "import": "import needs the folder to import from",
    "import a --cluster=": "--cluster needs a value",
    "check alpha": "There is no cluster alpha in",
    "import /no/such/folder": "/no/such/folder holds no clusters",
    "import /no/such/folder --cluster a": "/no/such/folder cannot be read: No such file",
    "import /tmp --cluster ../a": '"../a" cannot be the name of a cluster',
    "import /tmp --cluster archive": '"archive" cannot be the name of a cluster',
  };
  await atDesk(async ({ store }) => {
    for (const [text, message] of Object.entries(wrong)) {
      const { code, out, said } = await store(...text.split(" ").filter((word) => word !== ""));
      assert.equal(code, 2, text);
      assert.equal(out, "");
      assert.ok(said.startsWith(message) && said.endsWith(`\n\n${USAGE}`), said);
    }
    assert.deepEqual(await store("help"), { code: 0, out: USAGE, said: "" });
  });
});
