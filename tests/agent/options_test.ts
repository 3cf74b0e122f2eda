import assert from "node:assert/strict";
import { UsageError } from "../../agent/config.ts";
import { COMMANDS, type Options, OPTIONS_OF, parseOptions, rangeOf } from "../../agent/options.ts";

const DAY = 86_400;
const NOW = Date.UTC(2026, 0, 8, 12) / 1000;
const DEFAULTS: Options = {
  command: "collect",
  topic: null,
  config: "/etc/slurm-usage-history-exporter/config.json",
  dry_run: false,
  json: false,
  verbose: false,
  start_date: null,
  end_date: null,
};

function range(...args: readonly string[]): readonly string[] {
  const { start, end } = rangeOf(parseOptions(args), { now: NOW, days: 7 });
  return [start, end].map((seconds) => new Date(seconds * 1000).toISOString().slice(0, 16));
}

function problems(...args: readonly string[]): readonly string[] {
  try {
    parseOptions(args);
  } catch (error) {
    assert.ok(error instanceof UsageError);
    return error.problems;
  }
  return [];
}

Deno.test("parseOptions() reads every option in both forms", () => {
  assert.deepEqual(
    parseOptions(["--config", "a.json", "--dry-run", "--json", "--verbose", "--start-date=2026-01-01"]),
    {
      ...DEFAULTS,
      config: "a.json",
      dry_run: true,
      json: true,
      verbose: true,
      start_date: "2026-01-01",
    },
  );
  assert.equal(parseOptions(["--config=a=b.json"]).config, "a=b.json");
});

Deno.test("parseOptions() collects without a command, as the Python version's command lines mean it", () => {
  assert.deepEqual(parseOptions([]), DEFAULTS);
  for (const line of ["--dry-run --verbose", "--config x", "--start-date 2026-01-01 --end-date 2026-01-02"]) {
    assert.equal(parseOptions(line.split(" ")).command, "collect", line);
  }
});

Deno.test("parseOptions() takes the command before and after options", () => {
  for (const args of [["doctor", "--json"], ["--json", "doctor"]]) {
    assert.deepEqual(parseOptions(args), { ...DEFAULTS, command: "doctor", json: true });
  }
});

Deno.test("parseOptions() takes every option of every command that has it", () => {
  const VALUES = { config: ["c"], "start-date": ["2026-01-01"], "end-date": ["2026-01-02"] };
  for (const command of COMMANDS) {
    const args = OPTIONS_OF[command].flatMap((
      name,
    ) => [`--${name}`, ...(name in VALUES ? VALUES[name as keyof typeof VALUES] : [])]);
    assert.equal(parseOptions([command, ...args]).command, command);
  }
});

Deno.test("parseOptions() wants help wherever it is asked for, whatever else is wrong", () => {
  for (const args of [["--help"], ["-h"], ["help"], ["--wrong", "--help"], ["nonsense", "--help"]]) {
    const { command, topic } = parseOptions(args);
    assert.deepEqual([command, topic], ["help", null], args.join(" "));
  }
  for (const args of [["help", "backfill"], ["backfill", "--help"], ["backfill", "-h", "--json"]]) {
    const { command, topic } = parseOptions(args);
    assert.deepEqual([command, topic], ["help", "backfill"], args.join(" "));
  }
  assert.equal(parseOptions(["--version"]).command, "version");
  assert.equal(parseOptions(["doctor", "--version"]).command, "version");
});

Deno.test("parseOptions() says the nearest known option and command", () => {
  assert.deepEqual(problems("--dryrun"), ["There is no option --dryrun: did you mean --dry-run?"]);
  assert.deepEqual(problems("--start_date=2026-01-01"), [
    "There is no option --start_date: did you mean --start-date?",
  ]);
  assert.deepEqual(problems("docter"), ['There is no command "docter": did you mean doctor?']);
  assert.deepEqual(problems("help", "colect"), ['There is no command "colect": did you mean collect?']);
  assert.match(problems("-n")[0], /^There is no option -n: known are --config, /);
});

Deno.test("parseOptions() refuses options that do not belong to a command, in words", () => {
  assert.deepEqual(problems("status", "--dry-run"), [
    "--dry-run does not belong to status, but to collect, backfill, verify",
  ]);
  assert.deepEqual(problems("--json"), ["--json belongs to a dry run: collect --dry-run --json"]);
  assert.deepEqual(problems("backfill"), [
    "backfill needs the first day to collect: backfill --start-date DATE",
  ]);
  assert.deepEqual(problems("version", "extra"), [
    '"extra" is one word too many: commands take options only',
  ]);
});

Deno.test("parseOptions() lists all problems at once, with a hint where to read", () => {
  const args = ["backfil", "--wrong", "--verbose=yes", "--end-date", "--config"];
  assert.throws(() => parseOptions(args), (error) => {
    assert.ok(error instanceof UsageError);
    assert.deepEqual(error.problems, [
      "There is no option --wrong: known are --config, --start-date, --end-date, --dry-run, --json, --verbose, " +
      "--help, --version",
      "--verbose takes no value",
      "--end-date needs a value: --end-date DATE",
      "--config needs a value: --config FILE",
      'There is no command "backfil": did you mean backfill?',
    ]);
    assert.equal(error.hint, "For help: slurm-usage-history-exporter help");
    return true;
  });
  assert.equal(problems("collect", "--start-date", "x", "--end-date", "y", "--json").length, 3);
  assert.equal(problems("--config=").length, 1);
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

Deno.test("parseOptions() and rangeOf() name every date that cannot be read, and an empty range", () => {
  const dates = { start_date: "2026-02-30", end_date: "today" };
  for (
    const read of [
      () => parseOptions(["--start-date", "2026-02-30", "--end-date", "today"]),
      () => rangeOf(dates, { now: NOW, days: 7 }),
    ]
  ) {
    assert.throws(read, (error) => {
      assert.ok(error instanceof UsageError);
      assert.equal(error.problems.length, 2);
      assert.match(error.problems[0], /--start-date "2026-02-30"/);
      assert.match(error.problems[1], /--end-date "today"/);
      return true;
    });
  }
  assert.throws(() => range("--start-date", "2025-12-02", "--end-date", "2025-12-01"), /Nothing to collect/);
  assert.throws(() => range("--start-date", "2027-01-01"), /Nothing to collect/);
});
