import type { CodedText, Dataset } from "./dataset.ts";

/** Which texts of a column to keep; null stands for rows without one. */
export interface Condition {
  readonly column: CodedText;
  readonly keep: (text: string | null) => boolean;
}

/** Rows for which every condition holds and that are present. */
export function selectRows(
  dataset: Dataset,
  conditions: readonly Condition[],
  present: (row: number) => boolean,
): Uint32Array {
  const tests = conditions.map(({ column, keep }) => {
    const dictionary = dataset.dictionaries[column];
    const kept = new Uint8Array(dictionary.size);
    for (let code = 0; code < kept.length; code++) kept[code] = keep(dictionary.text(code)) ? 1 : 0;
    return { codes: dataset.codes[column], kept };
  });
  const rows = new Uint32Array(dataset.length);
  let count = 0;
  for (let row = 0; row < dataset.length; row++) {
    let all = present(row);
    for (let test = 0; all && test < tests.length; test++) {
      const { codes, kept } = tests[test];
      all = kept[codes[row]] === 1;
    }
    if (all) rows[count++] = row;
  }
  return rows.slice(0, count);
}
