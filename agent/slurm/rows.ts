import type { UnreadRow } from "../../lib/job/batch.ts";

/** Fields of one record by name. */
export type Row = Readonly<Record<string, string>>;

/** What sacct's output consists of: records, and text that is none. */
export type RowOrUnread = { readonly row: Row } | { readonly unread: UnreadRow };

const LINE_CHARACTERS = 300;

/**
 * Reads the output of `sacct -p --noheader`: every field is followed by the delimiter, every record by a newline.
 * Fields are not escaped, so lines mean nothing: a record ends where as many delimiters as there are fields have
 * been seen and a newline follows. Text before the first field of a record (a banner, say) and records with too few
 * or too many fields come as unread. Bytes that are not UTF-8 become U+FFFD.
 *
 * The first field must be one that never holds a newline, and only the last may begin with one.
 */
export async function* parseRows(
  stdout: AsyncIterable<Uint8Array>,
  { fields, delimiter }: { readonly fields: readonly string[]; readonly delimiter: string },
): AsyncGenerator<RowOrUnread> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stdout) {
    text += decoder.decode(chunk, { stream: true });
    let at = 0;
    for (let end = endOfRecord(text, at); end !== null; end = endOfRecord(text, at)) {
      yield* readRecord(text.slice(at, end));
      at = end + 1;
    }
    text = text.slice(at);
  }
  text += decoder.decode();
  if (text.trim() !== "") yield unread(text, "The output ends inside this row");

  /** Index of the newline that ends the record beginning at `from`; null if it has not arrived yet. */
  function endOfRecord(all: string, from: number): number | null {
    let at = from;
    for (let seen = 1;; seen++) {
      const found = all.indexOf(delimiter, at);
      if (found === -1) return null;
      at = found + delimiter.length;
      if (all[at] === undefined) return null;
      // Before the last field a newline after a delimiter ends a record that is too short.
      if (all[at] === "\n" && seen !== fields.length - 1) return at;
    }
  }

  function* readRecord(record: string): Generator<RowOrUnread> {
    const values = record.split(delimiter).slice(0, -1);
    const banner = values[0].lastIndexOf("\n");
    if (banner !== -1) {
      yield* values[0].slice(0, banner).split("\n").filter((line) => line.trim() !== "")
        .map((line) => unread(line, "Not a row of sacct"));
      values[0] = values[0].slice(banner + 1);
    }
    if (values.length !== fields.length) {
      yield unread(values.join("|"), `The row has ${values.length} fields instead of ${fields.length}`);
    } else {
      yield { row: Object.fromEntries(fields.map((field, i) => [field, values[i]])) };
    }
  }
}

function unread(line: string, reason: string): RowOrUnread {
  return { unread: { line: line.slice(0, LINE_CHARACTERS), reason } };
}
