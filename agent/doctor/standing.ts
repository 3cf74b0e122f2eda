import { durationText } from "../commands/progress.ts";
import { standingOf } from "../commands/standing.ts";
import { ended } from "../commands/status.ts";
import { readFacts, type StatusFacts } from "../commands/status_facts.ts";
import type { Config } from "../config.ts";
import { PROGRAM } from "../version.ts";
import type { World } from "../world.ts";
import { type Finding, findings } from "./finding.ts";
import { counted } from "../words.ts";

/** The timer runs every night; later than this, one was missed. */
const LATE_S = 30 * 3600;
const REASONS_SHOWN = 3;
const LOOK = `systemctl list-timers ${PROGRAM}.timer; journalctl -u ${PROGRAM}`;

/** Whether runs happen, and what they have left behind. */
export async function checkStanding(config: Config, { now }: World): Promise<readonly Finding[]> {
  const facts = await readFacts(config.state_folder);
  const { waiting, gaps, ...standing } = standingOf(facts);
  const { set_aside, damaged } = facts;
  const found = [...runFindings(facts, now())];
  const spool = findings("spool");
  const mib = (waiting.bytes / 1024 / 1024).toFixed(1);
  if (waiting.batches === 0) found.push(spool.ok("nothing waits"));
  else if (waiting.bytes + standing.set_aside.bytes >= config.spool_limit_bytes * 0.8) {
    found.push(
      spool.problem(
        `${counted(waiting.batches, "batch")} (${mib} MiB) wait: it is nearly full`,
        "let the server be reached, or raise spool_limit_mb",
      ),
    );
  } else {
    found.push(
      spool.note(
        `${counted(waiting.batches, "batch")} (${counted(waiting.jobs, "job")}, ${mib} MiB) for the next run`,
      ),
    );
  }
  if (gaps.length > 0) {
    found.push(
      findings("gaps").warning(
        `missing on the server: ${counted(gaps.length, "span")} of time`,
        "the next run tries them again; see status",
      ),
    );
  }
  for (const { file, reason } of set_aside.slice(0, REASONS_SHOWN)) {
    found.push(
      findings("set aside").warning(
        `${file}: ${reason ?? "no reason is known"}`,
        "mend what it names; each run tries it once more",
      ),
    );
  }
  if (set_aside.length > REASONS_SHOWN) {
    found.push(
      findings("set aside").warning(`${set_aside.length - REASONS_SHOWN} more batches`, `${PROGRAM} status`),
    );
  }
  for (const words of damaged) {
    found.push(findings("damaged").warning(words, "nothing: the next run collects its time again"));
  }
  return [
    ...found,
    findings("timer").note(
      "this program may not ask systemd",
      `systemctl is-enabled ${PROGRAM}.timer; systemctl enable --now ${PROGRAM}.timer`,
    ),
  ];
}

/** When the agent last ran, how that ended, and when the server last answered it. */
function runFindings({ last_run, answered_s }: StatusFacts, now_s: number): readonly Finding[] {
  const { ok, note, warning } = findings("last run");
  if (last_run === null) return [note("it has not run yet", `${PROGRAM} --dry-run, then ${PROGRAM}`)];
  const ago = (at_s: number) => `${durationText(Math.max(0, now_s - at_s))} ago`;
  const late = now_s - last_run.ended_s > LATE_S;
  const words = `${ago(last_run.ended_s)}${late ? ", though the timer runs every night" : ""}: ${
    ended(last_run.status)
  }`;
  const answered = answered_s === null ? "never" : ago(answered_s);
  return [
    late || last_run.status !== 0 ? warning(words, LOOK) : ok(words),
    findings("last answer").note(`the server last took something ${answered}`),
  ];
}
