import assert from "node:assert/strict";
import { compareAfterwards, compareCommand } from "../../../agent/commands/comparing.ts";
import { withHandle } from "../../../agent/commands/handle.ts";
import { parseOptions } from "../../../agent/options.ts";
import type { ExitStatus, Run } from "../../../agent/run.ts";
import { readState } from "../../../agent/spool/state.ts";
import { withFolder } from "../../helpers.ts";
import { configOf, fakeWorld } from "../fakes.ts";
import { refusal, Stage } from "./stage.ts";

/** Compares after a first run of the agent, the server answering so; tells the status and whether a check is noted. */
async function compared(
  compare: (run: Run) => Promise<ExitStatus>,
  answer: () => Response,
): Promise<readonly [ExitStatus, boolean]> {
  let seen: readonly [ExitStatus, boolean] | null = null;
  await withFolder(async (folder) => {
    const stage = new Stage(folder);
    await stage.collect();
    const world = fakeWorld({
      now: stage.world.now,
      start: stage.accounting.start,
      fetch: () => Promise.resolve(answer()),
    });
    const config = configOf({ state_folder: folder });
    const status = await compare({ world, config, options: parseOptions(["verify"]), cluster: "alpha" });
    seen = [status, (await readState(folder))?.verified_s === stage.now_s];
  });
  assert.ok(seen !== null);
  return seen;
}

const afterwards = (run: Run) => withHandle(run, (handle) => compareAfterwards(run, handle));

for (
  const [name, compare] of [["compareCommand", compareCommand], ["compareAfterwards", afterwards]] as const
) {
  Deno.test(`${name}() notes a check only if the server let it be made`, async () => {
    const days = () => Response.json({ hostname: "alpha", tz: "UTC", days: [] });
    assert.deepEqual(await compared(compare, days), [0, true]);
    assert.deepEqual(await compared(compare, () => refusal(404, 'There is no cluster "alpha"')), [2, false]);
    assert.deepEqual(await compared(compare, () => new Response("", { status: 503 })), [75, false]);
  });
}
