import type { SeriesRow } from "../query/answers.ts";
import { series } from "../query/series.ts";
import { type MeasureName, MEASURES } from "../view/measures.ts";
import { seriesAnswer } from "./dashboard.ts";
import { groupColumns, measureColumn } from "./export_columns.ts";
import type { Table, TableColumn, TableRow } from "./export_table.ts";
import type { TableQuestion } from "./export_tables.ts";
import { choiceOf } from "./figures.ts";

/** Which measures a file of series has beside the one asked for; the first to name them decides their order. */
function alsoIn(params: URLSearchParams, measure: MeasureName): readonly MeasureName[] {
  const known = MEASURES.map(({ name }) => name);
  const names = params.getAll("also").filter((text) => text !== "").map((text) =>
    choiceOf(new URLSearchParams([["also", text]]), "also", known)
  );
  return [...new Set(names)].filter((name) => name !== measure);
}

/** A measure over time, and those that `also` names beside it. */
export async function seriesTable({ data, params, filters, ...asked }: TableQuestion): Promise<Table> {
  const { buckets, measure, series: rows } = await seriesAnswer(data, params, asked);
  const by = filters.by ?? "none";
  const others: { readonly name: MeasureName; readonly rows: readonly SeriesRow[] }[] = [];
  for (const name of alsoIn(params, measure)) {
    others.push({ name, rows: (await series(data, { ...filters, measure: name }, asked)).series });
  }
  const { before, after } = groupColumns(by, "Whose value it is");
  const start: TableColumn = { name: "start", type: "time", unit: null, meaning: "When the bucket begins" };
  // A key may have a value of one measure only.
  const groups = new Map<string, Pick<SeriesRow, "key" | "others">>();
  for (const row of [rows, ...others.map((other) => other.rows)].flat()) groups.set(slotOf(row), row);
  const columns = [{ name: measure, rows }, ...others].map(({ name, rows }) => ({
    name,
    bySlot: new Map(rows.map((row) => [slotOf(row), row.values])),
  }));
  return {
    columns: [
      start,
      ...before,
      ...columns.map(({ name }) => measureColumn(name)),
      ...after,
    ],
    length: buckets.length * groups.size,
    rows: (function* (): Generator<TableRow> {
      for (const [slot, { key, others }] of groups) {
        const values = columns.map(({ bySlot }) => bySlot.get(slot));
        for (const [bucket, start] of buckets.entries()) {
          yield [
            start,
            ...before.map(() => key),
            ...values.map((of) => of?.[bucket] ?? null),
            ...after.map(() => others ?? null),
          ];
        }
      }
    })(),
  };
}

/** The folded rest of each measure is one. */
function slotOf({ key, others }: Pick<SeriesRow, "key" | "others">): string {
  return others === undefined ? `key ${key}` : "rest";
}
