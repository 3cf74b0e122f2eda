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

/** How a line of text holds a job. */
interface LineFormat {
  /** What stands before the first line, if anything. */
  readonly head: string;
  /** What a line begins with. */
  readonly begin: (cluster: string) => string;
  readonly end: string;
  /** What stands before the value of a column. */
  readonly before: (name: string) => string;
  /** What stands around a time or an id, and for what is unknown. */
  readonly quote: string;
  readonly unknown: string;
  readonly text: (text: string) => string;
}

const FORMATS = {
  csv: {
    head: csvLine(["Cluster", ...JOB_COLUMNS.map(({ name, type }) => name + (UNITS[type] ?? ""))]),
    begin: csvCell,
    end: "\r\n",
    before: () => ",",
    quote: "",
    unknown: "",
    text: csvCell,
  },
  jsonl: {
    head: "",
    begin: (cluster) => `{"Cluster":${JSON.stringify(cluster)}`,
    end: "}\n",
    before: (name) => `,${JSON.stringify(name)}:`,
    quote: '"',
    unknown: "null",
    text: (text) => JSON.stringify(text),
  },
} as const satisfies Readonly<Record<string, LineFormat>>;

/** Writes the value of a row. */
type Cell = (row: number) => void;

/**
 * The jobs of the filters as lines of text, in chunks of whole lines: as CSV, the head first, or each as a JSON object with
 * numbers as numbers, times as ISO texts in UTC and null for what is unknown.
 */
export async function* jobLines(
  data: Data,
  filters: Filters,
  { as = "csv", ...asked }: Asked & { readonly as?: keyof typeof FORMATS },
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const format: LineFormat = FORMATS[as];
  const lines = new CsvBytes(CHUNK_BYTES + LINE_BYTES);
  if (format.head !== "") {
    lines.text(format.head);
    yield lines.take();
  }
  const encoder = new TextEncoder();
  const befores = JOB_COLUMNS.map(({ name }) => encoder.encode(format.before(name)));
  const end = encoder.encode(format.end);
  const kept = new Map<ClusterData, Map<CodedText, TextCells>>();
  for await (const { cluster, week, marks } of eachWeek(data, filters, asked)) {
    const texts = kept.get(cluster) ?? new Map<CodedText, TextCells>();
    kept.set(cluster, texts);
    const place = { lines, format, cluster, week, texts };
    const cells = JOB_COLUMNS.map(({ name, type }) => cellOf(place, name, type));
    const begin = encoder.encode(format.begin(cluster.name));
    for (let row = 0; row < (marks ?? week).length; row++) {
      if (marks !== null && marks[row] === 0) continue;
      lines.copy(begin, 0, begin.length);
      for (let i = 0; i < cells.length; i++) {
        lines.copy(befores[i], 0, befores[i].length);
        cells[i](row);
      }
      lines.copy(end, 0, end.length);
      if (lines.length < CHUNK_BYTES) continue;
      yield lines.take();
      const pause = asked.breathe?.();
      if (pause !== undefined) await pause;
    }
  }
  if (lines.length > 0) yield lines.take();
}

interface Place {
  readonly lines: CsvBytes;
  readonly format: LineFormat;
  readonly cluster: ClusterData;
  readonly week: Week;
  readonly texts: Map<CodedText, TextCells>;
}

function cellOf(place: Place, name: string, type: ColumnType): Cell {
  const { lines, format, cluster: { dataset }, week, texts } = place;
  const { quote, unknown } = format;
  const id = ID_COLUMNS.find((column) => column === name);
  if (id !== undefined) return idCell(place, id);
  if (type === "text") {
    const column = name as CodedText;
    const dictionary = dataset.dictionaries[column];
    const codes = week.codes[column];
    const cells = texts.get(column) ?? new TextCells((code) => format.text(dictionary.text(code) ?? ""));
    texts.set(column, cells);
    return (row) => {
      if (row < codes.length && codes[row] !== 0) cells.write(lines, codes[row]);
      else if (unknown !== "") lines.text(unknown);
    };
  }
  if (week.isUnknown(name as NumberColumn)) return unknown === "" ? () => {} : () => lines.text(unknown);
  const numberOf = week.reader(name as NumberColumn);
  return (row) => {
    const number = numberOf(row);
    if (Number.isNaN(number)) lines.text(unknown);
    else if (type !== "time") lines.number(number);
    else {
      lines.text(quote);
      lines.time(number);
      lines.text(quote);
    }
  };
}

function idCell({ lines, format, cluster: { dataset }, week }: Place, column: IdColumn): Cell {
  const { kinds, numbers, parts } = week.ids[column];
  const { quote, unknown } = format;
  return (row) => {
    const kind = kinds[row] ?? ID_KINDS.none;
    if (kind === ID_KINDS.none) return lines.text(unknown);
    if (kind >= ID_KINDS.sluid) {
      return lines.text(format.text(week.idText(column, row, dataset.others) ?? ""));
    }
    lines.text(quote);
    lines.whole(numbers[row] ?? 0);
    if (kind !== ID_KINDS.job) {
      lines.text(kind === ID_KINDS.task ? "_" : "+");
      lines.whole(parts[row] ?? 0);
    }
    lines.text(quote);
  };
}
