import type { CodedText, Dataset } from "./dataset.ts";

/** Which texts of a column to keep; null stands for rows without one. */
export interface Condition {
  readonly column: CodedText;
  readonly keep: (text: string | null) => boolean;
}

/** Rows for which every condition holds, or null for all rows when there is no condition. */
export function selectRows(dataset: Dataset, conditions: readonly Condition[]): Uint32Array | null {
  if (conditions.length === 0) return null;
  const tests = conditions.map(({ column, keep }) => {
    const dictionary = dataset.dictionaries[column];
    const kept = new Uint8Array(dictionary.size);
    for (let code = 0; code < kept.length; code++) kept[code] = keep(dictionary.text(code)) ? 1 : 0;
    return { codes: dataset.codes[column], kept };
  });
  const rows = new Uint32Array(dataset.length);
  let count = 0;
  for (let row = 0; row < dataset.length; row++) {
    let all = true;
    for (const { codes, kept } of tests) {
      if (kept[codes[row]] === 0) {
        all = false;
        break;
      }
    }
    if (all) rows[count++] = row;
  }
  return rows.subarray(0, count);
}
