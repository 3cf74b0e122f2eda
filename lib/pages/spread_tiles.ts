import type { MeasureValues } from "../query/answers.ts";
import type { Filters } from "../view/filters.ts";
import { formatChange, formatValue } from "../view/format.ts";
import { type MeasureName, measureOf, type ValueFormat } from "../view/measures.ts";
import { helpHref } from "./links.ts";
import type { TileModel } from "./tiles.ts";

/** A number with that of the period before. */
export interface TileValue {
  readonly label: string;
  readonly now: number | null;
  readonly then: number | null;
  readonly format: ValueFormat;
  readonly unit: string;
  /** Whether the unit stands with the value, where the label does not say it. */
  readonly with_unit?: boolean;
  /** The term of `/help` that says what it is. */
  readonly definition: MeasureName;
  readonly note?: string;
}

/** A tile of a number: it leads to what the number means. */
export function valueTile(
  { label, now, then, format, unit, with_unit = false, definition, note }: TileValue,
  filters: Filters,
): TileModel {
  const bare = format === "duration" || format === "share" || unit === "" || now === null;
  return {
    label,
    value: `${formatValue(now, format, "short")}${with_unit && !bare ? `\u00a0${unit}` : ""}`,
    exact: `${formatValue(now, format, "full")}${bare ? "" : ` ${unit}`}`,
    ...(note === undefined ? {} : { note }),
    change: formatChange(now, then, { format }),
    href: helpHref(definition, filters),
  };
}

/** Tiles of measures over the whole range, by the labels that they have on the page. */
export function measureTiles(
  labels: readonly (readonly [MeasureName, string])[],
  { now, then, filters, notes = {} }: {
    readonly now: MeasureValues;
    readonly then: MeasureValues;
    readonly filters: Filters;
    readonly notes?: Readonly<Partial<Record<MeasureName, string>>>;
  },
): readonly TileModel[] {
  return labels.map(([name, label]) => {
    const { format, unit } = measureOf(name);
    return valueTile({
      label,
      now: now[name] ?? null,
      then: then[name] ?? null,
      format,
      unit,
      definition: name,
      note: notes[name],
    }, filters);
  });
}
