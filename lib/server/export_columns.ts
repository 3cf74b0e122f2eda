/** Columns of the tables that are exported. */
import { type Grouping, type MeasureName, measureOf } from "../view/measures.ts";
import type { TableColumn } from "./export_table.ts";

/** A column of texts. */
export function text(name: string, meaning: string): TableColumn {
  return { name, type: "text", unit: null, meaning };
}

/** A column of numbers; null for those that have no unit. */
export function number(name: string, unit: string | null, meaning: string): TableColumn {
  return { name, type: "number", unit, meaning };
}

/** A column of a measure. */
export function measureColumn(name: MeasureName): TableColumn {
  const { unit, definition } = measureOf(name);
  return number(name, unit === "" ? null : unit, definition);
}

/** Columns before the values of a table by a grouping, and behind them; none of them where there is no grouping. */
export function groupColumns(
  by: Grouping,
  meaning: string,
): { readonly before: readonly TableColumn[]; readonly after: readonly TableColumn[] } {
  if (by === "none") return { before: [], after: [] };
  return {
    before: [text(by, `${meaning}; empty where jobs have none, and where others are told of together`)],
    after: [number("others", null, "How many others are told of together in this row; empty for one alone")],
  };
}
