import { Problem } from "./problem.ts";

/** Most bytes of one record: every field with all the text that it may have fits. */
const MAX_RECORD_BYTES = 4 * 1024 * 1024;
/** Most bytes of all that is beside the jobs: a thousand rows that could not be read, a few texts. */
const MAX_REST_BYTES = 8 * 1024 * 1024;
/** Records are parsed in parts of about this size, so that no body, however odd, takes much memory at once. */
const PART_BYTES = 512 * 1024;

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** Some records of a batch: where their text is in the body, and how many they are. */
interface Part {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** The text of a batch taken apart: its list of jobs, still as text, and all else, parsed. */
export interface BatchText {
  /** The body as it would have been parsed, but with an empty list of jobs. */
  readonly envelope: unknown;
  /** How many elements the list of jobs has. */
  readonly count: number;
  /** The elements, parsed part by part; throws a Problem 400 where they are no JSON. */
  readonly jobs: () => Generator<readonly unknown[]>;
}

/**
 * Takes the JSON of a batch apart without parsing its jobs. What is no JSON is found here or when the jobs are read.
 *
 * @throws {Problem} 400 if it is no JSON, 413 if a record, or what is beside them, is larger than any can be
 */
export function batchText(body: Uint8Array): BatchText {
  const { from, to, parts } = findJobs(body);
  const rest_bytes = body.length - (to - from);
  if (rest_bytes > MAX_REST_BYTES) {
    throw new Problem(413, `Beside its jobs the body holds more than ${MAX_REST_BYTES} bytes`);
  }
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const inner = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const envelope = parsed(() => decoder.decode(body.subarray(0, from)) + inner.decode(body.subarray(to)));
  return {
    envelope,
    count: parts.reduce((sum, { count }) => sum + count, 0),
    *jobs() {
      for (const part of parts) {
        const jobs = parsed(() => `[${inner.decode(body.subarray(part.from, part.to))}]`);
        if (!Array.isArray(jobs) || jobs.length !== part.count) throw noJson("a record is missing");
        yield jobs;
      }
    },
  };
}

function parsed(text: () => string): unknown {
  try {
    return JSON.parse(text());
  } catch (error) {
    throw noJson(error instanceof Error ? error.message : String(error));
  }
}

function noJson(reason: string): Problem {
  return new Problem(400, `The body is no JSON: ${reason}`);
}

/** Where the elements of the list of jobs are: between `from` and `to`, the brackets excluded; none if there is no such list. */
function findJobs(body: Uint8Array): { readonly from: number; readonly to: number; readonly parts: Part[] } {
  const none = { from: body.length, to: body.length, parts: [] };
  let depth = 0;
  let key = "";
  let in_key = false;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (byte === QUOTE) {
      const end = endOfText(body, at);
      if (depth === 1 && in_key) key = keyAt(body.subarray(at, end + 1));
      at = end;
    } else if (byte === OPEN_LIST && depth === 1 && !in_key && key === "jobs") {
      const found = elements(body, at + 1);
      if (restNamesJobs(body, found.to + 1)) throw new Problem(400, "The body names jobs more than once");
      return { from: at + 1, ...found };
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      if (depth === 0 && byte === OPEN_LIST) return none;
      depth++;
      in_key = depth === 1;
      if (depth === 1) key = "";
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) depth--;
    else if (byte === COLON && depth === 1) in_key = false;
    else if (byte === COMMA && depth === 1) {
      in_key = true;
      key = "";
    }
  }
  return none;
}

/** The elements of the list that begins at `from`, in parts. */
function elements(body: Uint8Array, from: number): { readonly to: number; readonly parts: Part[] } {
  const parts: Part[] = [];
  let depth = 0;
  let part_from = from;
  let element_from = from;
  let count = 0;
  let blank = true;
  for (let at = from; at < body.length; at++) {
    const byte = body[at];
    if (byte === QUOTE) {
      blank = false;
      at = endOfText(body, at);
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      blank = false;
      depth++;
    } else if (byte === COMMA && depth === 0 || byte === CLOSE_LIST && depth === 0) {
      const last = byte === CLOSE_LIST;
      if (at - element_from > MAX_RECORD_BYTES) {
        throw new Problem(413, `A record of the batch is larger than ${MAX_RECORD_BYTES} bytes`);
      }
      // An empty list has no element; before and after a comma there must be one.
      const empty = last && blank && count === 0 && parts.length === 0;
      if (!empty) count++;
      element_from = at + 1;
      if (last || at - part_from >= PART_BYTES) {
        if (count > 0) parts.push({ from: part_from, to: at, count });
        part_from = at + 1;
        count = 0;
      }
      if (last) return { to: at, parts };
      blank = true;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      if (--depth < 0) throw noJson("the list of jobs ends with }");
    } else if (!isBlank(byte)) blank = false;
  }
  throw noJson("it ends inside the list of jobs");
}

/** Whether `jobs` stands as a key in what follows the list of jobs. */
function restNamesJobs(body: Uint8Array, from: number): boolean {
  let depth = 1;
  for (let at = from; at < body.length; at++) {
    const byte = body[at];
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth++;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) depth--;
    else if (byte === QUOTE) {
      const end = endOfText(body, at);
      let next = end + 1;
      while (isBlank(body[next])) next++;
      if (depth === 1 && body[next] === COLON && keyAt(body.subarray(at, end + 1)) === "jobs") return true;
      at = end;
    }
  }
  return false;
}

function isBlank(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 10 || byte === 13;
}

/** Where the quote is that ends the text which begins at `from`; the last byte if none does. */
function endOfText(body: Uint8Array, from: number): number {
  let at = from + 1;
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1;
  return Math.min(at, body.length - 1);
}

/** A key as text; empty if it is too long to be one that is known, or no text. */
function keyAt(quoted: Uint8Array): string {
  if (quoted.length > 64) return "";
  try {
    return String(JSON.parse(new TextDecoder().decode(quoted)));
  } catch {
    return "";
  }
}
