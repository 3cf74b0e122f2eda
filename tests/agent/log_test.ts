import assert from "node:assert/strict";
import { lineLog } from "../../agent/log.ts";

function logged(journald: boolean, ...events: readonly (readonly ["info" | "warning" | "error", string])[]) {
  const lines: string[] = [];
  const log = lineLog((line) => lines.push(line), { journald });
  for (const [level, event] of events) log(level, event);
  return lines;
}

Deno.test("lineLog() says levels in words to people and as priorities to journald", () => {
  const events = [["info", "a"], ["warning", "b"], ["error", "c"]] as const;
  assert.deepEqual(logged(false, ...events), ["a", "warning: b", "error: c"]);
  assert.deepEqual(logged(true, ...events), ["<6>a", "<4>b", "<3>c"]);
});

Deno.test("lineLog() prints one line for each event, whatever is in it", () => {
  const event = "sacct: a\nb\r\n\x1b[31mc\u2028d\te\u0085f\x07 ";
  assert.deepEqual(logged(false, ["info", event]), ["sacct: a b [31mc d e f"]);
  assert.deepEqual(logged(true, ["info", "a\n<3>b"]), ["<6>a <3>b"]);
});

Deno.test("the agent says priorities when the journal listens", async () => {
  const main = new URL("../../agent/main.ts", import.meta.url).pathname;
  for (
    const [env, begins] of [[{ JOURNAL_STREAM: "8:1" }, "<3>There is no"], [
      {},
      "error: There is no",
    ]] as const
  ) {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", main, "--wrong"],
      clearEnv: true,
      env: { HOME: Deno.env.get("HOME") ?? "/", ...env },
    }).output();
    assert.equal(code, 2);
    assert.ok(new TextDecoder().decode(stderr).startsWith(begins));
  }
});
