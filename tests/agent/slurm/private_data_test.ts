import assert from "node:assert/strict";
import { privacyWarning } from "../../../agent/slurm/private_data.ts";
import { fakeStart } from "../fakes.ts";

/** What the agent says to a user with this level under this configuration. */
function warning(
  configuration: string,
  { level = "None", user = "exporter" as string | null, code = 0 } = {},
) {
  const { start } = fakeStart(({ args }) => ({
    stdout: args.includes("configuration") ? configuration : level,
    code,
  }));
  return privacyWarning(start, user);
}

Deno.test("privacyWarning() warns an ordinary user from whom others' jobs are hidden", async () => {
  assert.match(
    await warning("PrivateData            = accounts,jobs\n") ?? "",
    /exporter is no Slurm operator.*sacctmgr add user exporter account=root adminlevel=operator/,
  );
  assert.match(await warning("PrivateData = jobs\n", { user: null }) ?? "", /this user is no Slurm operator/);
});

Deno.test("privacyWarning() is silent to operators and where nothing is hidden", async () => {
  for (const level of ["Operator\n", "Administrator\n"]) {
    assert.equal(await warning("PrivateData = jobs\n", { level }), null);
  }
  assert.equal(await warning("PrivateData            = none\n"), null);
  assert.equal(await warning("PrivateData            = users\nMaxQueryTimeRange = jobs\n"), null);
});

Deno.test("privacyWarning() is silent where sacctmgr cannot tell", async () => {
  assert.equal(await warning("PrivateData = jobs\n", { code: 1 }), null);
  const nothing = () => {
    throw new Error("no sacctmgr");
  };
  assert.equal(await privacyWarning(nothing, "exporter"), null);
});
