/** Reads what the server sends as files and inside of pages, in the plainest way. */
import { parquetReadObjects } from "hyparquet";
import assert from "node:assert/strict";
import { zstdDecompressSync } from "node:zlib";

/** The cells of a CSV file after RFC 4180, line by line, the head first. */
export function csvRows(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let cells: string[] = [];
  // A cell, quoted or not, and what ends it.
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(cells);
    cells = [];
  }
  // After the last line's end there is one more empty cell.
  const last = rows.at(-1);
  if (last !== undefined && last.length === 1 && last[0] === "") rows.pop();
  return rows;
}

/** The rows of a Parquet file. */
export async function parquetRows(response: Response): Promise<readonly Readonly<Record<string, unknown>>[]> {
  assert.equal(response.status, 200);
  const file = await response.arrayBuffer();
  return await parquetReadObjects({ file, compressors: { ZSTD: (bytes) => zstdDecompressSync(bytes) } });
}

/** What the islands of a page are given under a name, in the order of the page. */
export function islandProps(html: string, name: string): readonly unknown[] {
  const [, text] = /<script[^>]*id="fresh-islands"[^>]*>(.*?)<\/script>/s.exec(html) ?? [];
  assert.ok(text !== undefined, "the page has islands");
  const { plain } = JSON.parse(text) as { readonly plain?: readonly Readonly<Record<string, unknown>>[] };
  assert.ok(plain !== undefined, "what they are given is plain JSON");
  return plain.filter((given) => name in given).map((given) => given[name]);
}
