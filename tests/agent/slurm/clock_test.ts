/** Collecting over the nights in which clocks change: an hour that comes twice or not at all loses and doubles nothing. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { ENVIRONMENT } from "../../../agent/slurm/command.ts";
import type { Window } from "../../../agent/slurm/windows.ts";
import { withFolder } from "../../helpers.ts";

const CHILD = fileURLToPath(new URL("./clock_child.ts", import.meta.url));
const CONFIG = fileURLToPath(new URL("../../../deno.json", import.meta.url));
/** What a compiled agent may do, as far as it asks sacct. */
const ALLOWED = ["--allow-read", `--allow-env=${ENVIRONMENT.join(",")}`, "--allow-run=sacct", "--no-prompt"];
/** A job ends so often: at an odd second of every minute. */
const EVERY_S = 61;

/**
 * A sacct of which a job ends every minute. As the real one it prints local times unless told otherwise, and takes them
 * as local where they are no epoch seconds.
 */
const SACCT = `#!/bin/sh
case "$1" in
  --version) echo "slurm 23.02.1"; exit ;;
  --helpformat) echo "JobIDRaw JobID User State Submit Eligible Start End ElapsedRaw AllocCPUS AllocTRES JobName"; exit ;;
esac
exec awk '
function time(t) { return ENVIRON["SLURM_TIME_FORMAT"] == "%s" ? t : strftime("%Y-%m-%dT%H:%M:%S", t) }
BEGIN {
  for (i = 1; i < ARGC; i++) {
    at = index(ARGV[i], "="); value[substr(ARGV[i], 1, at - 1)] = substr(ARGV[i], at + 1)
  }
  from = value["--starttime"]; to = value["--endtime"]
  if (!sub(/^uts/, "", from) || !sub(/^uts/, "", to)) { print "not epoch seconds" > "/dev/stderr"; exit 1 }
  n = split(value["--format"], field, ",")
  for (t = from - from % ${EVERY_S}; t <= to; t += ${EVERY_S}) {
    if (t < from) continue
    row["JobIDRaw"] = row["JobID"] = t / ${EVERY_S}; row["State"] = "COMPLETED"; row["AllocCPUS"] = 1
    row["Submit"] = row["Eligible"] = time(t - 100); row["Start"] = time(t - 60); row["End"] = time(t)
    row["ElapsedRaw"] = 60
    for (i = 1; i <= n; i++) printf "%s%s", row[field[i]], value["--delimiter"]
    print ""
  }
}' "$@"
`;

/** Epoch seconds of a local midnight. */
function midnight(day: string, zone: string): number {
  return Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds / 1000;
}

/** When the jobs ended that an agent in this zone collects in these runs, and the minutes its clock is behind UTC. */
async function collected(runs: readonly Window[], zone: string) {
  let answer = { ends: [] as number[], offset_min: NaN };
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/sacct`, SACCT, { mode: 0o755 });
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", ...ALLOWED, "--no-check", "--config", CONFIG, CHILD, JSON.stringify(runs)],
      env: {
        PATH: `${folder}:/usr/bin:/bin`,
        TZ: zone,
        SACCT_FORMAT: "JobID",
        SLURM_TIME_FORMAT: "relative",
      },
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    answer = JSON.parse(new TextDecoder().decode(stdout));
  });
  return answer;
}

const CHANGES = [
  { zone: "Europe/Amsterdam", day: "2026-03-29", hours: 23 },
  { zone: "Europe/Amsterdam", day: "2026-10-25", hours: 25 },
  { zone: "America/New_York", day: "2026-03-08", hours: 23 },
  { zone: "America/New_York", day: "2026-11-01", hours: 25 },
] as const;

for (const { zone, day, hours } of CHANGES) {
  Deno.test(`collect() takes each job once over the ${hours} hours of ${day} in ${zone}`, async () => {
    const date = Temporal.PlainDate.from(day);
    const midnights = [-1, 0, 1, 2].map((days) => midnight(date.add({ days }).toString(), zone));
    assert.equal(midnights[2] - midnights[1], hours * 3600);
    // A run at each local midnight, and one in the middle of the change itself.
    const ends = [...midnights, midnights[1] + 2 * 3600 + 1800].sort((a, b) => a - b);
    const runs = ends.slice(1).map((end, i) => ({ start: ends[i], end }));
    const { ends: found, offset_min } = await collected(runs, zone);
    const expected: number[] = [];
    for (let t = midnights[0] - midnights[0] % EVERY_S; t < midnights[3]; t += EVERY_S) {
      if (t >= midnights[0]) expected.push(t);
    }
    assert.ok(expected.length > 4000);
    assert.deepEqual(found, expected);
    assert.notEqual(offset_min, 0, "the process has the zone");
  });
}
