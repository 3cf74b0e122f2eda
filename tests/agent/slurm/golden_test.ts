/**
 * Recorded output of sacct (Slurm 22.05, the header row first) against what the agent makes of it. After a change that
 * is meant, write the expectations anew and read their diff: deno test -A tests/agent/golden_test.ts -- -u
 */
import assert from "node:assert/strict";
import { foldSteps, type JobOrUnread } from "../../../agent/slurm/record.ts";
import { parseRows } from "../../../agent/slurm/rows.ts";
import { bytes } from "../fakes.ts";

const FOLDER = new URL("../../fixtures/sacct/", import.meta.url);
const DELIMITER = "<|@|>";

for (const { name } of [...Deno.readDirSync(FOLDER)].toSorted((a, b) => a.name < b.name ? -1 : 1)) {
  if (!name.endsWith(".txt")) continue;
  Deno.test(`foldSteps() makes the expected jobs of ${name}`, async () => {
    const recorded = await Deno.readFile(new URL(name, FOLDER));
    const header = recorded.indexOf(10);
    const fields = new TextDecoder().decode(recorded.subarray(0, header)).split(DELIMITER).slice(0, -1);
    const found: JobOrUnread[] = [];
    const rows = parseRows(bytes(recorded.subarray(header + 1)), { fields, delimiter: DELIMITER });
    for await (const one of foldSteps(rows)) found.push(one);
    const expectation = new URL(name.replace(".txt", ".expected.json"), FOLDER);
    if (Deno.args.includes("-u")) {
      await Deno.writeTextFile(expectation, JSON.stringify(found, null, 2) + "\n");
    }
    assert.deepEqual(found, JSON.parse(await Deno.readTextFile(expectation)));
  });
}
