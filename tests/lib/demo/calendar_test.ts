import assert from "node:assert/strict";
import { outageOf, periodOf, submissionTimes } from "../../../lib/demo/calendar.ts";
import { createRandom } from "../../../lib/demo/random.ts";

const NOW_S = Date.UTC(2026, 0, 20) / 1000;
const PERIOD = periodOf(NOW_S, 12);
const OUTAGE = outageOf(PERIOD);
const TIMES = submissionTimes(60_000, { period: PERIOD, outage: OUTAGE, random: createRandom(4) });

function between(from: string, to: string): number {
  const [from_s, to_s] = [from, to].map((text) => Date.parse(text) / 1000);
  return TIMES.filter((at_s) => at_s >= from_s && at_s < to_s).length;
}

Deno.test("outageOf() lies in the period and begins on a Tuesday", () => {
  assert.ok(OUTAGE.from_s > PERIOD.from_s && OUTAGE.to_s < NOW_S);
  assert.equal(new Date(OUTAGE.from_s * 1000).getUTCDay(), 2);
  assert.equal(OUTAGE.to_s - OUTAGE.from_s, 2 * 86_400);
});

Deno.test("submissionTimes() ascend, stay in the period and are as many as asked for", () => {
  assert.equal(TIMES.length, 60_000);
  assert.ok(TIMES.every((at_s, i) => Number.isInteger(at_s) && (i === 0 || TIMES[i - 1] <= at_s)));
  assert.ok(TIMES[0] >= PERIOD.from_s && TIMES[TIMES.length - 1] < NOW_S);
});

Deno.test("submissionTimes() follow office hours in Berlin, in summer and in winter", () => {
  const hours = Array.from({ length: 24 }, () => 0);
  const zone = new Intl.DateTimeFormat("en", {
    timeZone: "Europe/Berlin",
    hour: "numeric",
    hourCycle: "h23",
  });
  for (const at_s of TIMES) hours[Number(zone.format(at_s * 1000))]++;
  assert.ok(hours[10] > 3 * hours[3] && hours[15] > 3 * hours[4] && hours[10] > hours[12], hours.join(" "));
});

Deno.test("submissionTimes() are rare between the years and grow over time", () => {
  assert.ok(between("2025-12-23", "2025-12-31") < 0.5 * between("2025-12-09", "2025-12-17"));
  const quarter_s = (NOW_S - PERIOD.from_s) / 4;
  const first = TIMES.filter((at_s) => at_s < PERIOD.from_s + quarter_s).length;
  const third = TIMES.filter((at_s) => at_s >= NOW_S - 2 * quarter_s && at_s < NOW_S - quarter_s).length;
  assert.ok(third > 1.05 * first, `${first} ${third}`);
});
