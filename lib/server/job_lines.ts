import type { CodedText } from "../engine/coded_text.ts";
import type { Week } from "../engine/week.ts";
import { type ColumnType, JOB_COLUMNS } from "../job/columns.ts";
import { ID_KINDS } from "../job/ids.ts";
import { ID_COLUMNS, type IdColumn, type NumberColumn } from "../job/table.ts";
import type { Asked, ClusterData, Data } from "../query/data.ts";
import { eachWeek } from "../query/matching.ts";
import { csvCell, csvLine } from "../view/csv.ts";
import type { Filters } from "../view/filters.ts";
import { CsvBytes, TextCells } from "./csv_bytes.ts";

/** Bytes of a chunk: enough to be fast, few enough to leave room for other requests. */
const CHUNK_BYTES = 65_536;

/** Room for a line beyond the end of a chunk. */
const LINE_BYTES = 4096;

const UNITS: Readonly<Partial<Record<ColumnType, string>>> = {
  seconds: " (s)",
  minutes: " (min)",
  hours: " (h)",
  bytes: " (bytes)",
  percent: " (%)",
};

/** Writes a cell of a row. */
type Cell = (row: number) => void;

/** The jobs of the filters as CSV, in chunks of whole lines, the head first. */
export async function* jobLines(
  data: Data,
  filters: Filters,
  asked: Asked,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const csv = new CsvBytes(CHUNK_BYTES + LINE_BYTES);
  csv.text(csvLine(["Cluster", ...JOB_COLUMNS.map(({ name, type }) => name + (UNITS[type] ?? ""))]));
  yield csv.take();
  const kept = new Map<ClusterData, Map<CodedText, TextCells>>();
  for await (const { cluster, week, marks } of eachWeek(data, filters, asked)) {
    const texts = kept.get(cluster) ?? new Map<CodedText, TextCells>();
    kept.set(cluster, texts);
    const cells = JOB_COLUMNS.map(({ name, type }) => cellOf({ csv, cluster, week, texts }, name, type));
    const name = csvCell(cluster.name);
    for (let row = 0; row < (marks ?? week).length; row++) {
      if (marks !== null && marks[row] === 0) continue;
      csv.text(name);
      for (let i = 0; i < cells.length; i++) {
        csv.comma();
        cells[i](row);
      }
      csv.endLine();
      if (csv.length < CHUNK_BYTES) continue;
      yield csv.take();
      const pause = asked.breathe?.();
      if (pause !== undefined) await pause;
    }
  }
  if (csv.length > 0) yield csv.take();
}

interface Place {
  readonly csv: CsvBytes;
  readonly cluster: ClusterData;
  readonly week: Week;
  readonly texts: Map<CodedText, TextCells>;
}

function cellOf(place: Place, name: string, type: ColumnType): Cell {
  const { csv, cluster: { dataset }, week, texts } = place;
  const id = ID_COLUMNS.find((column) => column === name);
  if (id !== undefined) return idCell(place, id);
  if (type === "text") {
    const column = name as CodedText;
    const dictionary = dataset.dictionaries[column];
    const codes = week.codes[column];
    const cells = texts.get(column) ?? new TextCells((code) => dictionary.text(code));
    texts.set(column, cells);
    return (row) => {
      if (row < codes.length && codes[row] !== 0) cells.write(csv, codes[row]);
    };
  }
  if (week.isUnknown(name as NumberColumn)) return () => {};
  const numberOf = week.reader(name as NumberColumn);
  if (type === "time") return (row) => csv.time(numberOf(row));
  return (row) => csv.number(numberOf(row));
}

function idCell({ csv, cluster: { dataset }, week }: Place, column: IdColumn): Cell {
  const { kinds, numbers, parts } = week.ids[column];
  return (row) => {
    const kind = kinds[row] ?? ID_KINDS.none;
    if (kind === ID_KINDS.none) return;
    if (kind >= ID_KINDS.sluid) return csv.text(csvCell(week.idText(column, row, dataset.others)));
    csv.whole(numbers[row] ?? 0);
    if (kind === ID_KINDS.job) return;
    csv.text(kind === ID_KINDS.task ? "_" : "+");
    csv.whole(parts[row] ?? 0);
  };
}
