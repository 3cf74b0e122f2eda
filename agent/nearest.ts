/** The known word that somebody most likely meant; null if none is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  const meant = plain(word);
  let best: string | null = null;
  let least = Math.max(2, Math.floor(meant.length / 3)) + 1;
  for (const candidate of known) {
    const target = plain(candidate);
    const begun = meant.length >= 3 && target.startsWith(meant);
    const steps = begun ? 1 : distance(meant, target);
    if (steps < least) [best, least] = [candidate, steps];
  }
  return best;
}

/** " (did you mean X?)" with the nearest known word, else a list of all. */
export function suggestion(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  return meant === null ? `known are ${known.join(", ")}` : `did you mean ${meant}?`;
}

function plain(word: string): string {
  return word.toLowerCase().replace(/[-_]/g, "");
}

/** Letters to insert, drop, replace or swap with their neighbour (optimal string alignment). */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(replaced, rows[i - 1][j] + 1, row[j - 1] + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j], rows[i - 2][j - 2] + 1);
      }
    }
    rows.push(row);
  }
  return rows[a.length][b.length];
}
