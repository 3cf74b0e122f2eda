/**
 * Output of sacct, the header row first, against what the agent makes of it and what the server stores of that where
 * it differs. Recorded or built: see tests/fixtures/sacct/README.md. After a change that is meant, write the
 * expectations anew and read their diff: deno test -A tests/agent/slurm/golden_test.ts -- -u
 */
import assert from "node:assert/strict";
import { foldSteps, type JobOrUnread } from "../../../agent/slurm/record.ts";
import { parseRows } from "../../../agent/slurm/rows.ts";
import type { WireJob } from "../../../lib/job/batch.ts";
import { jobReader } from "../../../lib/job/record.ts";
import { bytes } from "../fakes.ts";

const FOLDER = new URL("../../fixtures/sacct/", import.meta.url);
const DELIMITER = "<|@|>";
const NAMES = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).filter((name) => name.endsWith(".txt"))
  .toSorted();

type Found = JobOrUnread & { readonly stored?: Readonly<Record<string, unknown>> };

/** What the server stores of a job, where that is not what was sent. */
function stored(job: WireJob): Readonly<Record<string, unknown>> {
  const record: Readonly<Record<string, unknown>> = { ...jobReader("UTC")(job) };
  return Object.fromEntries(Object.entries(record).filter(([name, value]) => value !== (job[name] ?? null)));
}

async function found(name: string): Promise<readonly Found[]> {
  const printed = await Deno.readFile(new URL(name, FOLDER));
  const header = printed.indexOf(10);
  const fields = new TextDecoder().decode(printed.subarray(0, header)).split(DELIMITER).slice(0, -1);
  const rows = parseRows(bytes(printed.subarray(header + 1)), { fields, delimiter: DELIMITER });
  const all: Found[] = [];
  for await (const one of foldSteps(rows)) {
    const more = "job" in one ? stored(one.job) : {};
    all.push(Object.keys(more).length > 0 ? { ...one, stored: more } : one);
  }
  return all;
}

for (const name of NAMES) {
  Deno.test(`foldSteps() makes the expected jobs of ${name}`, async () => {
    const all = await found(name);
    const expectation = new URL(name.replace(".txt", ".expected.json"), FOLDER);
    if (Deno.args.includes("-u")) await Deno.writeTextFile(expectation, JSON.stringify(all, null, 2) + "\n");
    assert.deepEqual(all, JSON.parse(await Deno.readTextFile(expectation)));
  });
}

Deno.test("the list of oddities names every recorded and built output", async () => {
  const list = await Deno.readTextFile(new URL("README.md", FOLDER));
  for (const name of NAMES) assert.ok(list.includes(`\`${name.replace(".txt", "")}\``), name);
});
