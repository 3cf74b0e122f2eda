import assert from "node:assert/strict";
import { demoClusters } from "../../../lib/demo/generate.ts";
import type { WireJob } from "../../../lib/job/batch.ts";

const DAY_S = 86_400;
const WEEKS_BEFORE = [1, 2, 3, 4];
/** A Monday morning, a Saturday evening and a Thursday at noon; none near a holiday or the outage. */
const LOOKS = [
  { seed: 1, now: "2026-11-23T04:10:00Z" },
  { seed: 2, now: "2026-03-14T19:00:00Z" },
  { seed: 3, now: "2026-06-25T10:30:00Z" },
] as const;

interface Span {
  readonly from_s: number;
  readonly to_s: number;
}

function ran(job: WireJob): boolean {
  return job.NodeList !== "None assigned";
}

/** CPU-hours of all jobs within a span; those that run count up to `now_s`. */
function cpuHours(
  jobs: readonly WireJob[],
  { from_s, to_s, now_s }: Span & { readonly now_s: number },
): number {
  return jobs.filter(ran).reduce((sum, job) => {
    const end_s = job.End === "Unknown" ? now_s : Number(job.End);
    const within_s = Math.min(end_s, to_s) - Math.max(Number(job.Start), from_s);
    return sum + Number(job.AllocCPUS) * Math.max(0, within_s) / 3600;
  }, 0);
}

/** Compares a span with the mean of the same span of the four weeks before. */
function assertUsual(
  span: Span,
  { measure, most, what }: {
    readonly measure: (span: Span) => number;
    readonly most: number;
    readonly what: string;
  },
): void {
  const usual = WEEKS_BEFORE.reduce((sum, weeks) => {
    const back_s = 7 * weeks * DAY_S;
    return sum + measure({ from_s: span.from_s - back_s, to_s: span.to_s - back_s });
  }, 0) / WEEKS_BEFORE.length;
  const ratio = measure(span) / usual;
  assert.ok(
    ratio > 1 / most && ratio < most,
    `${what} from ${new Date(span.from_s * 1000).toISOString()}: ${ratio} of ${usual}`,
  );
}

for (const { seed, now } of LOOKS) {
  Deno.test(`demoClusters() has last days like any others, looked at ${now} with seed ${seed}`, () => {
    const now_s = Date.parse(now) / 1000;
    const clusters = new Map(
      demoClusters({ seed, now_s }).map(({ hostname, batches }) => [
        hostname,
        [...batches].flatMap((batch) => batch.jobs),
      ]),
    );
    const jobs = [...clusters.values()].flat();
    const count = (time: "Submit" | "Start", among: readonly WireJob[]) => (span: Span) =>
      among.filter((job) => Number(job[time]) >= span.from_s && Number(job[time]) < span.to_s).length;
    const midnight_s = Math.floor(now_s / DAY_S) * DAY_S;
    // The last two full days, and the last two times 24 hours.
    for (const from_s of [midnight_s, now_s].flatMap((end_s) => [end_s - 2 * DAY_S, end_s - DAY_S])) {
      const day = { from_s, to_s: from_s + DAY_S };
      assertUsual(day, { measure: count("Submit", jobs), most: 1.6, what: "Submitted" });
      assertUsual(day, { measure: count("Start", jobs.filter(ran)), most: 1.6, what: "Started" });
      assertUsual(day, {
        measure: (span) => cpuHours(jobs, { ...span, now_s }),
        most: 1.6,
        what: "CPU-hours",
      });
    }
    // What runs now is no less than ran at this time of other weeks.
    const last_hour = { from_s: now_s - 3600, to_s: now_s };
    const aurora = clusters.get("aurora") ?? [];
    assertUsual(last_hour, {
      measure: (span) => cpuHours(aurora, { ...span, now_s }),
      most: 2,
      what: "CPU-hours of aurora",
    });
  });
}

Deno.test("demoClusters() has a queue of new and old jobs, and no waiting array shares a task's identity", () => {
  const now_s = Date.parse(LOOKS[2].now) / 1000;
  for (const { hostname, batches } of demoClusters({ seed: 3, now_s })) {
    const jobs = [...batches].flatMap((batch) => batch.jobs);
    const waiting = jobs.filter((job) => job.State === "PENDING");
    assert.ok(waiting.length > 40 && waiting.length < 400, `${hostname} ${waiting.length}`);
    const old = waiting.filter((job) => Number(job.Submit) < now_s - 3 * DAY_S).length;
    assert.ok(old > 0.2 * waiting.length && old < 0.9 * waiting.length, `${hostname} ${old}`);
    const others = new Set(
      jobs.filter((job) => job.State !== "PENDING").map((job) => `${job.JobIDRaw} ${job.Submit}`),
    );
    for (const job of waiting) assert.ok(!others.has(`${job.JobIDRaw} ${job.Submit}`), String(job.JobID));
  }
});
