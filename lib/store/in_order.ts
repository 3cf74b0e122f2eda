/** Long lists put in order in pieces: between two of them something else may be done. */

/** Rows that are sorted, or merged, between two breaks. */
const STRIDE = 5000;

type Compare<T> = (a: T, b: T) => number;

/** Rows in order; those that are equal stay as they came. */
export function* sorting<T>(rows: readonly T[], compare: Compare<T>): Generator<void, readonly T[], void> {
  let runs: (readonly T[])[] = [];
  for (let at = 0; at < rows.length; at += STRIDE) {
    runs.push(rows.slice(at, at + STRIDE).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const longer: (readonly T[])[] = [];
    for (let at = 0; at < runs.length; at += 2) {
      longer.push(at + 1 < runs.length ? yield* merging(runs[at], runs[at + 1], compare) : runs[at]);
    }
    runs = longer;
  }
  return runs[0] ?? [];
}

/** Two lists that are in order as one. */
export function* merging<T>(
  first: readonly T[],
  second: readonly T[],
  compare: Compare<T>,
): Generator<void, readonly T[], void> {
  const all: T[] = [];
  let at = 0;
  for (const row of second) {
    while (at < first.length && compare(first[at], row) <= 0) {
      all.push(first[at++]);
      if (all.length % STRIDE === 0) yield;
    }
    all.push(row);
    if (all.length % STRIDE === 0) yield;
  }
  while (at < first.length) {
    all.push(first[at++]);
    if (all.length % STRIDE === 0) yield;
  }
  return all;
}
