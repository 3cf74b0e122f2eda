import assert from "node:assert/strict";
import { helpText } from "../../agent/help.ts";
import { COMMANDS, OPTIONS_OF } from "../../agent/options.ts";

Deno.test("helpText() fits into 80 columns", () => {
  for (const topic of [null, ...COMMANDS]) {
    for (const line of helpText(topic).split("\n")) assert.ok(line.length <= 80, `${topic}: ${line}`);
  }
});

Deno.test("helpText() names every command, and of each command the options it takes and no others", () => {
  for (const command of COMMANDS) assert.match(helpText(null), new RegExp(`^  ${command}\\b`, "m"));
  for (const command of COMMANDS.filter((name) => name !== "help")) {
    const told = [...helpText(command).matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name]) => name);
    assert.deepEqual(told.toSorted(), OPTIONS_OF[command].toSorted(), command);
    assert.match(helpText(command), new RegExp(`^Usage: slurm-usage-history-exporter .*${command}`));
  }
});
