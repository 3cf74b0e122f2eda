import type { UnreadRow } from "../../lib/job/batch.ts";

/** Fields of one record by name. */
export type Row = Readonly<Record<string, string>>;

/** What sacct's output consists of: records, and text that is none. */
export type RowOrUnread = { readonly row: Row } | { readonly unread: UnreadRow };

const LINE_CHARACTERS = 300;

const TIME = /^(?:\d*|Unknown|None|N\/A|\d{4}-\d\d-\d\d[T ]\S+)$/;
const NUMBER = /^(?:\d*|INVALID|UNLIMITED|Partition_Limit)$/;
const MEMORY = /^[\d.]*[KMGTPE]?[cn]?$/;
const TRES = /^(?:[^,=\s]+=[^,=\s]*(?:,|$))*$/;

/**
 * Fields that Slurm makes of ids, words, numbers and times, and what they look like: no text of a user's is in them,
 * so no newline. Odd values are no fault of a row: their looks only tell where one begins that is hard to find.
 */
const LOOKS: Readonly<Record<string, RegExp>> = {
  JobID: /^\d/,
  SLUID: /^(?:s\w+)?$/,
  State: /^(?:[A-Z]|$)/,
  ExitCode: /^(?:\d+:\d+)?$/,
  Submit: TIME,
  Eligible: TIME,
  Start: TIME,
  End: TIME,
  ElapsedRaw: NUMBER,
  TimelimitRaw: NUMBER,
  AllocCPUS: NUMBER,
  AllocNodes: NUMBER,
  Restarts: NUMBER,
  ReqTRES: TRES,
  AllocTRES: TRES,
  ReqMem: MEMORY,
  MaxRSS: MEMORY,
  TotalCPU: /^(?:[\d:.-]*|INVALID)$/,
  TRESUsageInAve: TRES,
  TRESUsageInMax: TRES,
  TRESUsageInTot: TRES,
  TRESUsageOutTot: TRES,
};

const ID = /^\d{1,10}(?:\.[A-Za-z0-9+]{1,21})?$/;
const ID_AT_END = /(\d+)((?:\.[A-Za-z0-9+]{1,21})?)$/;
/** An id that is the same in JobID and JobIDRaw: of no array and no heterogeneous job. */
const PLAIN_ID = /^\d{1,10}(?:\.[A-Za-z0-9]{1,21})?$/;
const HIDDEN_ID = "Text in front of this row hides its id";

/**
 * Reads the output of `sacct -p --noheader`: every field is followed by the delimiter, every record by a newline.
 * Fields are not escaped, so lines mean nothing. A record is as many fields as were asked for, the first of them at
 * the beginning of a line and the last followed by a newline; where that does not hold, reading goes on at the next
 * line that can begin a record. Text in front of a record's first field (a banner, say) comes as unread, line by line,
 * and so do records that cannot be read. Bytes that are not UTF-8 become U+FFFD.
 *
 * The first field must be JobIDRaw; any other may hold newlines, and anything else but the delimiter.
 */
export async function* parseRows(
  stdout: AsyncIterable<Uint8Array>,
  { fields, delimiter }: { readonly fields: readonly string[]; readonly delimiter: string },
): AsyncGenerator<RowOrUnread> {
  const decoder = new TextDecoder();
  const reader = new RecordReader(fields);
  let rest = "";
  for await (const chunk of stdout) {
    rest += decoder.decode(chunk, { stream: true });
    let at = 0;
    for (let end = rest.indexOf(delimiter); end !== -1; end = rest.indexOf(delimiter, at)) {
      const found = reader.push(rest.slice(at, end));
      if (found !== null) yield* found;
      at = end + delimiter.length;
    }
    rest = rest.slice(at);
  }
  yield* reader.end(rest + decoder.decode());
}

/** Makes records of the values between delimiters. */
class RecordReader {
  readonly #fields: readonly string[];
  readonly #job_id: number;
  readonly #looks: readonly (readonly [at: number, look: RegExp])[];
  /** The values of the record that is being read. */
  #values: string[] = [];
  /** A row with more fields than were asked for, whose end has not been seen. */
  #endless: { line: string; count: number } | null = null;

  constructor(fields: readonly string[]) {
    this.#fields = fields;
    this.#job_id = fields.indexOf("JobID");
    this.#looks = fields.flatMap((field, at) => field in LOOKS ? [[at, LOOKS[field]] as const] : []);
  }

  /** Takes up the next value; gives what it ends, if anything. */
  push(value: string): readonly RowOrUnread[] | null {
    if (this.#endless !== null) return this.#pass(this.#endless, value);
    const values = this.#values;
    values.push(value);
    if (values.length <= this.#fields.length) return null;
    if (this.#isRecord(values)) {
      this.#values = [value];
      return this.#record(values);
    }
    const next = nextRecord(values);
    if (next !== -1) {
      const { row, rest } = cutAt(values, next);
      this.#values = rest;
      return this.#badRecord(row);
    }
    this.#values = [];
    const { banner, line } = withoutBanner(values[0]);
    this.#endless = { line: [line, ...values.slice(1)].join("|"), count: values.length };
    return banners(banner);
  }

  /** Reads what is left when all values have been taken up, and the text after the last delimiter. */
  end(rest: string): readonly RowOrUnread[] {
    const found: RowOrUnread[] = [];
    if (this.#endless !== null) found.push(this.#badCount(this.#endless));
    let values = this.#values;
    while (!this.#isRecord([...values, rest])) {
      const next = nextRecord(values);
      if (next === -1) return [...found, ...this.#unfinished(values, rest)];
      const { row, rest: others } = cutAt(values, next);
      found.push(...this.#badRecord(row));
      values = others;
    }
    return [...found, ...this.#record(values), ...banners(rest)];
  }

  #unfinished(values: readonly string[], rest: string): readonly RowOrUnread[] {
    if (values.length === 0) return banners(rest);
    if (beginsLine(rest)) return [...this.#badRecord(values), ...banners(rest)];
    return [unread([...values, rest].join("|").trimStart(), "The output ends inside this row")];
  }

  /**
   * Whether the first values are a record's: the next begins a line, and no field holds a newline that cannot. If
   * some text in it looks like the beginning of a record, the others must look like what they are.
   */
  #isRecord(values: readonly string[]): boolean {
    const { length } = this.#fields;
    if (values.length <= length || !beginsLine(values[length])) return false;
    if (this.#looks.some(([at]) => values[at].includes("\n"))) return false;
    const next = nextRecord(values);
    return next === -1 || next >= length || this.#looks.every(([at, look]) => look.test(values[at]));
  }

  #record(values: readonly string[]): readonly RowOrUnread[] {
    const { banner, line } = withoutBanner(values[0]);
    const first = withId(line, values[this.#job_id]);
    const found = banners(banner + first.banner);
    if (first.id === null) {
      const all = [line, ...values.slice(1, this.#fields.length)];
      return [...found, unread(all.join("|"), HIDDEN_ID)];
    }
    const row: Record<string, string> = {};
    for (let at = 0; at < this.#fields.length; at++) row[this.#fields[at]] = at === 0 ? first.id : values[at];
    return found.length === 0 ? [{ row }] : [...found, { row }];
  }

  #badRecord(values: readonly string[]): readonly RowOrUnread[] {
    const { banner, line } = withoutBanner(values[0]);
    const row = [line, ...values.slice(1)].join("|");
    return [...banners(banner), this.#badCount({ line: row, count: values.length })];
  }

  #badCount({ line, count }: { readonly line: string; readonly count: number }): RowOrUnread {
    return unread(line, `The row has ${count} fields instead of ${this.#fields.length}`);
  }

  #pass(endless: { line: string; count: number }, value: string): readonly RowOrUnread[] | null {
    if (!beginsRecord(value)) {
      endless.count++;
      if (endless.line.length < LINE_CHARACTERS) endless.line += `|${value}`;
      return null;
    }
    this.#endless = null;
    this.#values = [lastLine(value)];
    return [this.#badCount(endless)];
  }
}

/** Where the next record begins behind the first value; -1 if nowhere. */
function nextRecord(values: readonly string[]): number {
  return values.findIndex((value, at) => at > 0 && beginsRecord(value));
}

/** Parts a row from the record that begins in the value at `next`, which may begin with what the row was cut off in. */
function cutAt(values: readonly string[], next: number) {
  const id = lastLine(values[next]);
  const torn = values[next].slice(0, -id.length).trimEnd();
  const row = values.slice(0, next);
  return { row: torn === "" ? row : [...row, torn], rest: [id, ...values.slice(next + 1)] };
}

/** Whether the record before has ended where this value begins. */
function beginsLine(value: string): boolean {
  return value.startsWith("\n") || value.startsWith("\r\n");
}

/** Whether a line begins in a value that the id of a record may be. */
function beginsRecord(value: string): boolean {
  return value.includes("\n") && ID.test(lastLine(value));
}

function lastLine(value: string): string {
  return value.slice(value.lastIndexOf("\n") + 1);
}

/** The lines in front of a first value, and the line that it is in. */
function withoutBanner(value: string): { readonly banner: string; readonly line: string } {
  const line = lastLine(value);
  return { banner: value.slice(0, value.length - line.length), line };
}

/**
 * The id at the end of a line, which text that has not ended its own line may stand in front of. Null if it cannot be
 * told from digits that the text ends in: JobID does not hold the JobIDRaw of an array's task or of a heterogeneous
 * job's component, which is only known to be no less than the number that JobID begins with.
 */
function withId(
  line: string,
  job_id: string | undefined,
): { readonly banner: string; readonly id: string | null } {
  if (job_id !== undefined && PLAIN_ID.test(job_id) && line.endsWith(job_id)) {
    return { banner: line.slice(0, -job_id.length), id: job_id };
  }
  const match = ID.test(line) ? null : ID_AT_END.exec(line);
  if (match === null) return { banner: "", id: line };
  const [id, digits] = match;
  const least = parseInt(job_id ?? "") || 1;
  const first = Number(digits) >= least && digits.length <= 10;
  const second = Number(digits.slice(1)) >= least;
  return first && !second ? { banner: line.slice(0, match.index), id } : { banner: "", id: null };
}

function banners(text: string): readonly RowOrUnread[] {
  if (text === "") return [];
  return text.split("\n").filter((line) => line.trim() !== "")
    .map((line) => unread(line.trimEnd(), "Not a row of sacct"));
}

function unread(line: string, reason: string): RowOrUnread {
  return { unread: { line: line.slice(0, LINE_CHARACTERS), reason } };
}
