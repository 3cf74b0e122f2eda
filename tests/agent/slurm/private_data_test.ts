import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import {
  accountingPolicy,
  OwnJobs,
  policyWarnings,
  privacyWarning,
} from "../../../agent/slurm/private_data.ts";
import { fakeStart } from "../fakes.ts";

const POLICIES = fileURLToPath(new URL("../../fixtures/policies", import.meta.url));
/** What `sacctmgr -nP show configuration` said to an ordinary user of Slurm 22.05 with PrivateData=jobs. */
const PRIVATE = await Deno.readTextFile(`${POLICIES}/private_jobs.txt`);
/** The same with PrivateData=jobs,users and MaxQueryTimeRange=12:00:00. */
const NARROW = await Deno.readTextFile(`${POLICIES}/max_query_time_range.txt`);
const OPEN = PRIVATE.replace(/(PrivateData\s*= )jobs/, "$1none");

/** What Slurm 22.05 said of users: no operator, operator, coordinator, one that it does not know. */
const ORDINARY = "None|\n";
const OPERATOR = "Operator|\n";
const COORDINATOR = "None|physics\n";
const UNKNOWN = "";

/** A sacctmgr with a configuration that says this of the user. */
function sacctmgr(configuration: string, { standing = ORDINARY, code = 0 } = {}) {
  return fakeStart(({ args }) => ({
    stdout: args.includes("configuration") ? configuration : standing,
    code,
  }));
}

function policy(configuration: string, { user = "exporter" as string | null, standing = ORDINARY } = {}) {
  return accountingPolicy(sacctmgr(configuration, { standing }).start, user);
}

Deno.test("accountingPolicy() notices that an ordinary user sees its own jobs only", async () => {
  const hidden = { hides_jobs: true, coordinates: [], max_query_s: null };
  for (const standing of [ORDINARY, UNKNOWN]) assert.deepEqual(await policy(PRIVATE, { standing }), hidden);
  assert.deepEqual(await policy(PRIVATE, { user: null, standing: OPERATOR }), hidden);
  assert.deepEqual(await policy(PRIVATE, { standing: COORDINATOR }), { ...hidden, coordinates: ["physics"] });
  assert.deepEqual(await policy(NARROW), { ...hidden, max_query_s: 12 * 3600 });
});

Deno.test("accountingPolicy() knows who sees everything", async () => {
  const everything = { hides_jobs: false, coordinates: [], max_query_s: null };
  for (const standing of [OPERATOR, "Administrator|\n"]) {
    for (const configuration of [PRIVATE, NARROW]) {
      assert.deepEqual(await policy(configuration, { standing }), everything);
    }
  }
  assert.deepEqual(await policy(OPEN), everything);
  assert.deepEqual(await policy(NARROW, { user: "root", standing: UNKNOWN }), everything);
  const slurm = NARROW.replace(/SlurmUser( *)= root\(0\)/, "SlurmUser$1= slurm(64030)");
  assert.deepEqual(await policy(slurm, { user: "slurm", standing: UNKNOWN }), everything);
  assert.equal((await policy(slurm)).hides_jobs, true);
});

Deno.test("accountingPolicy() reads slurmdbd's settings, not the client's own of the same name", async () => {
  assert.equal((await policy(OPEN.replace(/(PrivateData\s*= )none/, "$1jobs"))).hides_jobs, false);
  const users = NARROW.replace("jobs,users", "users").replace(
    /MaxQueryTimeRange.*/,
    "MaxQueryTimeRange = 7-00:00:00",
  );
  assert.deepEqual(await policy(users), { hides_jobs: false, coordinates: [], max_query_s: 7 * 86_400 });
});

Deno.test("accountingPolicy() is unknown where sacctmgr cannot be asked", async () => {
  const unknown = { hides_jobs: null, coordinates: [], max_query_s: null };
  assert.deepEqual(await accountingPolicy(sacctmgr("", { code: 1 }).start, "exporter"), unknown);
  const missing = () => {
    throw new Error("Cannot start sacctmgr");
  };
  assert.deepEqual(await accountingPolicy(missing, "exporter"), unknown);
  const client_only = PRIVATE.slice(0, PRIVATE.indexOf("SlurmDBD configuration")).replace("none", "jobs");
  assert.deepEqual(await policy(client_only), unknown, "slurmdbd has not told its settings");
  assert.deepEqual(policyWarnings(unknown, "exporter"), []);
  assert.equal(await privacyWarning(missing, "exporter"), null);
});

Deno.test("policyWarnings() say what is hidden and what to grant", async () => {
  const [warning, ...others] = policyWarnings(await policy(PRIVATE), "exporter");
  assert.deepEqual(others, []);
  assert.match(warning, /exporter is no Slurm operator, so sacct lists its own jobs only\. /);
  assert.match(warning, /: sacctmgr add user exporter account=root adminlevel=operator \(/);
  assert.match(warning, /sacctmgr modify user exporter set adminlevel=operator\)$/);
  const [coordinator] = policyWarnings(await policy(PRIVATE, { standing: COORDINATOR }), "exporter");
  assert.match(coordinator, /its own jobs and those of the accounts it coordinates only \(physics\)/);
  assert.match(
    await privacyWarning(sacctmgr(PRIVATE).start, null) ?? "",
    /this user is no Slurm operator.*add user NAME/,
  );
  assert.equal(await privacyWarning(sacctmgr(OPEN).start, "exporter"), null);
});

Deno.test("policyWarnings() tell of a time range that no window fits in", () => {
  const policy = { hides_jobs: false, coordinates: [], max_query_s: 1800 };
  assert.match(policyWarnings(policy, "exporter").join(), /MaxQueryTimeRange of 1800 s.*adminlevel=operator/);
  assert.deepEqual(policyWarnings({ ...policy, max_query_s: 3600 }, "exporter"), []);
});

Deno.test("OwnJobs warns if all of many jobs are the agent's own user's", () => {
  const seen = (user: string | null, users: readonly string[]) => {
    const jobs = new OwnJobs(user);
    for (const User of users) jobs.add({ User });
    return jobs.warning;
  };
  const own = Array(20).fill("exporter");
  assert.match(
    seen("exporter", own) ?? "",
    /^All 20 jobs that sacct lists are exporter's own.*adminlevel=operator/,
  );
  assert.equal(seen("exporter", [...own, "alice"]), null);
  assert.equal(seen("exporter", own.slice(1)), null);
  assert.equal(seen(null, own), null);
  assert.equal(seen("root", Array(50).fill("root")), null);
});
