/**
 * Reading of what `scontrol show … --oneliner` prints: `Key=value` with blanks between them. Some values are free text
 * with blanks of their own (OS, Reason, Comment), and these come after the keys that are asked for here, except OS, which
 * holds none of them: so the first of a key is the true one.
 */
export function valueOf(line: string, key: string): string | null {
  const found = new RegExp(`(?:^|\\s)${key}=(\\S*)`).exec(line);
  return found === null || found[1] === "(null)" || found[1] === "N/A" ? null : found[1];
}

/** The records of such an output. */
export function recordsOf(stdout: string): readonly string[] {
  return stdout.split("\n").map((line) => line.trim()).filter((line) => line !== "");
}

/** A comma-separated value as its items. */
export function itemsOf(value: string | null): readonly string[] {
  return (value ?? "").split(",").map((item) => item.trim()).filter((item) => item !== "");
}

/** A value that is a whole number; null for any other. */
export function wholeNumber(value: string | null | undefined): number | null {
  return value !== null && value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : null;
}

/** What could be read of an output, and the beginning of each record that could not. */
export interface Readings<T> {
  readonly read: readonly T[];
  readonly unread: readonly string[];
}

const SHOWN_CHARACTERS = 200;

/** Reads records one by one; those for which `reader` gives null are kept apart. */
export function readEach<T>(records: readonly string[], reader: (record: string) => T | null): Readings<T> {
  const read: T[] = [];
  const unread: string[] = [];
  for (const record of records) {
    const found = reader(record);
    if (found !== null) read.push(found);
    else unread.push(record.slice(0, SHOWN_CHARACTERS));
  }
  return { read, unread };
}

/**
 * Lines put together again that a value with line ends had torn: a record begins with a line that matches `first`; what
 * comes before the first such line stays as it is.
 */
export function joined(lines: readonly string[], first: RegExp): readonly string[] {
  const records: string[] = [];
  let open = false;
  for (const line of lines) {
    if (first.test(line)) {
      records.push(line);
      open = true;
    } else if (open) records[records.length - 1] += `\n${line}`;
    else if (line.trim() !== "") records.push(line);
  }
  return records.map((record) => record.trimEnd());
}
