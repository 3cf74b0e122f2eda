/** Lines of columns for a terminal: the first column to the left, numbers and all others to the right. */
export function textTable(rows: readonly (readonly (string | number)[])[]): string {
  const cells = rows.map((row) => row.map((cell) => typeof cell === "number" ? grouped(cell) : cell));
  const widths = (cells[0] ?? []).map((_, at) => Math.max(...cells.map((row) => row[at].length)));
  return cells.map((row) => {
    const line = row.map((cell, at) => at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]));
    return `${line.join("  ").trimEnd()}\n`;
  }).join("");
}

/** A number with a comma after the thousands. */
export function grouped(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 1 });
}
