import type { Random } from "../../../lib/demo/random.ts";
import { type ColumnType, JOB_COLUMNS, type JobRecord } from "../../../lib/job/columns.ts";

const TEXTS = [
  "alice",
  "a,b",
  "Ünïcode 你好 😀",
  "nul\u0000inside",
  "line\nbreak\r\n\ttab",
  "__proto__",
  "' \" \\ ; --",
  " ",
  "",
  "\uFEFFmark",
  "123",
  "123_4",
  "s0123456789ABC",
  "x".repeat(5000),
  "COMPLETED",
];

/** A record whose every column is any value that its type allows, or unknown. */
export function anyRecord(random: Random): JobRecord {
  const value = (type: ColumnType): string | number => {
    switch (type) {
      case "text":
        return random.below(3) > 0 ? random.pick(TEXTS) : `t${random.below(1e6)}`;
      case "time":
        return random.below(4) > 0
          ? 1_700_000_000 + random.below(1e7)
          : random.pick([1, 2 ** 31, 2 ** 32 - 1]);
      case "count":
        return random.below(4) > 0 ? random.below(100) : random.pick([0, 2 ** 31 - 1]);
      case "bytes":
        return random.below(4) > 0 ? random.below(2 ** 40) : random.pick([0, Number.MAX_SAFE_INTEGER]);
      case "seconds":
      case "minutes":
      case "hours":
      case "percent":
        return random.below(2) > 0 ? random.below(1e6) : random.pick([0, 0.1, 123.456, 1e-9, 1e15]);
    }
  };
  return Object.fromEntries(
    JOB_COLUMNS.map(({ name, type, nullable }) => [
      name,
      nullable && random.below(3) === 0 ? null : value(type),
    ]),
  ) as unknown as JobRecord;
}
