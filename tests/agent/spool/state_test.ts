import assert from "node:assert/strict";
import {
  firstState,
  keepPrevious,
  openState,
  readState,
  type State,
  statePath,
  writeState,
} from "../../../agent/spool/state.ts";
import { MACHINE } from "../../../lib/disk/file_system.ts";
import { withFolder } from "../../helpers.ts";

const DAY_S = 86_400;
const NOW_S = 100 * DAY_S;
const HERE = { api_url: "https://one.example", cluster: "alpha" };

function options(parts: { readonly destination?: State["destination"]; readonly now_s?: number } = {}) {
  const logged: string[] = [];
  return {
    logged,
    destination: HERE,
    now_s: NOW_S,
    window_days: 7,
    log: (level: string, event: string) => void logged.push(`${level}: ${event}`),
    ...parts,
  };
}

function stateOf(parts: Partial<State> = {}): State {
  return { ...firstState(options()), ...parts };
}

Deno.test("openState() begins as many days back as are to be collected, and goes on with what was written", async () => {
  await withFolder(async (folder) => {
    const first = await openState(folder, MACHINE, options());
    assert.equal(first.origin_s, NOW_S - 7 * DAY_S);
    const written = stateOf({
      covered: [{ start: 1, end: 2 }],
      verified_s: 5,
      acknowledged: [{ start: 0, end: 9 }],
    });
    await writeState(folder, written, MACHINE);
    assert.deepEqual(await readState(folder), written);
    assert.deepEqual(await openState(folder, MACHINE, options({ now_s: NOW_S + DAY_S })), written);
  });
});

Deno.test("openState() sets a damaged state aside and takes the one before it, wherever a bit has flipped", async () => {
  await withFolder(async (folder) => {
    const before = stateOf({ origin_s: 3 * DAY_S, covered: [{ start: 3 * DAY_S, end: 4 * DAY_S }] });
    const after = stateOf({ origin_s: 3 * DAY_S, covered: [{ start: 3 * DAY_S, end: 9 * DAY_S }] });
    await writeState(folder, after, MACHINE);
    const bytes = await Deno.readFile(statePath(folder));
    for (let at = 0; at < bytes.length; at += 7) {
      for (const damage of ["flip", "cut"]) {
        const damaged = damage === "cut" ? bytes.slice(0, at) : bytes.slice();
        if (damage === "flip") damaged[at] ^= 1 << (at % 8);
        await Deno.writeFile(statePath(folder), damaged);
        await keepPrevious(folder, before, MACHINE);
        const { logged, ...rest } = options();
        assert.deepEqual(await openState(folder, MACHINE, rest), before, `${damage} at ${at}`);
        assert.match(logged[0], /^warning: .*state.json was damaged and is now .*state.json.damaged/);
      }
    }
    assert.ok((await Deno.stat(`${statePath(folder)}.damaged`)).isFile);
  });
});

Deno.test("openState() begins anew when both states are damaged, with a notice for each", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(statePath(folder), '{"version":1}');
    await Deno.writeTextFile(`${statePath(folder)}.previous`, "");
    const { logged, ...rest } = options();
    assert.deepEqual(await openState(folder, MACHINE, rest), stateOf());
    assert.equal(logged.length, 2);
  });
});

Deno.test("openState() begins anew for another server or cluster, from where the one before had got", async () => {
  await withFolder(async (folder) => {
    const covered = [{ start: 50 * DAY_S, end: 60 * DAY_S }, { start: 61 * DAY_S, end: 62 * DAY_S }];
    await writeState(
      folder,
      stateOf({
        origin_s: 50 * DAY_S,
        covered,
        settled: covered,
        verified_s: 9,
        acknowledged: [{ start: 0, end: 9 }],
      }),
      MACHINE,
    );
    for (const change of [{ api_url: "https://two.example" }, { cluster: "beta" }]) {
      const destination = { ...HERE, ...change };
      const { logged, ...rest } = options({ destination });
      assert.deepEqual(
        await openState(folder, MACHINE, rest),
        stateOf({ destination, origin_s: 60 * DAY_S }),
      );
      assert.match(logged[0], /collecting begins anew/);
    }
  });
});

Deno.test("openState() reaches back as far as the configuration says", async () => {
  await withFolder(async (folder) => {
    await writeState(folder, stateOf({ origin_s: NOW_S - 7 * DAY_S }), MACHINE);
    const further = await openState(folder, MACHINE, { ...options(), window_days: 30 });
    assert.equal(further.origin_s, NOW_S - 30 * DAY_S);
  });
});

Deno.test("openState() refuses a clock that is before the time from which on it collects, also for another server", async () => {
  await withFolder(async (folder) => {
    await writeState(folder, stateOf({ origin_s: 101 * DAY_S }), MACHINE);
    const before = await Deno.readTextFile(statePath(folder));
    for (const api_url of [HERE.api_url, "https://two.example"]) {
      const { logged, ...rest } = options({ destination: { ...HERE, api_url } });
      await assert.rejects(
        openState(folder, MACHINE, rest),
        /^ClockError: The clock of this host says 1970-04-11T.*collects from 1970-04-12T.*: set the clock/,
      );
      assert.deepEqual(logged, []);
    }
    assert.equal(await Deno.readTextFile(statePath(folder)), before);
  });
});

Deno.test("openState() takes a slash at the end of the address for the same server", async () => {
  await withFolder(async (folder) => {
    const written = stateOf({ covered: [{ start: 1, end: 2 }] });
    await writeState(folder, written, MACHINE);
    const destination = { ...HERE, api_url: `${HERE.api_url}/` };
    const { logged, ...rest } = options({ destination });
    assert.deepEqual(await openState(folder, MACHINE, rest), { ...written, destination });
    assert.deepEqual(logged, []);
  });
});
