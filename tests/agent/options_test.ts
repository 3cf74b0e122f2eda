import assert from "node:assert/strict";
import { UsageError } from "../../agent/config.ts";
import { parseOptions, rangeOf } from "../../agent/options.ts";

const DAY = 86_400;
const NOW = Date.UTC(2026, 0, 8, 12) / 1000;

function range(...args: readonly string[]): readonly string[] {
  const { start, end } = rangeOf(parseOptions(args), { now: NOW, days: 7 });
  return [start, end].map((seconds) => new Date(seconds * 1000).toISOString().slice(0, 16));
}

Deno.test("parseOptions() reads every option in both forms", () => {
  assert.deepEqual(
    parseOptions(["--config", "a.json", "--dry-run", "--verbose", "--start-date=2026-01-01"]),
    {
      config: "a.json",
      dry_run: true,
      verbose: true,
      help: false,
      version: false,
      start_date: "2026-01-01",
      end_date: null,
    },
  );
  assert.equal(parseOptions([]).config, "/etc/slurm-usage-history-exporter/config.json");
});

Deno.test("parseOptions() refuses what it does not know", () => {
  for (const args of [["--dryrun"], ["-n"], ["extra"], ["--config"], ["--verbose=yes"]]) {
    assert.throws(() => parseOptions(args), UsageError, args.join(" "));
  }
});

Deno.test("rangeOf() reaches back from now as many days as configured", () => {
  assert.deepEqual(range(), ["2026-01-01T12:00", "2026-01-08T12:00"]);
  assert.deepEqual(rangeOf(parseOptions([]), { now: NOW, days: 1 }), { start: NOW - DAY, end: NOW });
});

Deno.test("rangeOf() takes dates as whole UTC days, the last one included (mistake 2)", () => {
  assert.deepEqual(range("--start-date", "2025-12-01", "--end-date", "2025-12-31"), [
    "2025-12-01T00:00",
    "2026-01-01T00:00",
  ]);
  assert.deepEqual(range("--end-date", "2025-12-31"), ["2025-12-25T00:00", "2026-01-01T00:00"]);
});

Deno.test("rangeOf() honours a time and an offset", () => {
  const args = ["--start-date", "2025-12-01T06:30", "--end-date", "2025-12-01 12:00:00+02:00"];
  assert.deepEqual(range(...args), ["2025-12-01T06:30", "2025-12-01T10:00"]);
});

Deno.test("rangeOf() never reaches into the future", () => {
  assert.deepEqual(range("--end-date", "2027-01-01"), ["2026-01-01T12:00", "2026-01-08T12:00"]);
  assert.deepEqual(range("--start-date", "2026-01-08"), ["2026-01-08T00:00", "2026-01-08T12:00"]);
});

Deno.test("rangeOf() names every date that it cannot read, and an empty range", () => {
  assert.throws(() => range("--start-date", "2026-02-30", "--end-date", "today"), (error) => {
    assert.ok(error instanceof UsageError);
    assert.equal(error.problems.length, 2);
    assert.match(error.problems[0], /--start-date "2026-02-30"/);
    assert.match(error.problems[1], /--end-date "today"/);
    return true;
  });
  assert.throws(() => range("--start-date", "2025-12-02", "--end-date", "2025-12-01"), /Nothing to collect/);
  assert.throws(() => range("--start-date", "2027-01-01"), /Nothing to collect/);
});
