/** The files that can be had of a view, one line each: `/api/export/NAME.FORMAT` with the query of the page. */

/** What a file is written as. */
export type ExportFormat = "csv" | "jsonl" | "parquet";

/** A file: its name, what it can be written as, and what it holds. */
export interface Export {
  readonly name: string;
  readonly formats: readonly ExportFormat[];
  readonly meaning: string;
}

const TABLE: readonly ExportFormat[] = ["csv", "parquet"];

/** Every file. */
export const EXPORTS = [
  {
    name: "jobs",
    formats: ["csv", "jsonl", "parquet"],
    meaning: "Every job of the view with all of its columns",
  },
  {
    name: "series",
    formats: TABLE,
    meaning:
      "A measure, and those that also names beside it, over time, by bucket and by what it is split by",
  },
  {
    name: "usage",
    formats: TABLE,
    meaning: "Several measures of each account, user or whatever it is split by",
  },
  {
    name: "distribution",
    formats: TABLE,
    meaning:
      "Jobs and hours by class of what of names: wait, elapsed or a size; with part=curve the share of jobs up to each value",
  },
  { name: "hours-of-week", formats: TABLE, meaning: "A measure by weekday and hour of the day" },
  {
    name: "activity",
    formats: TABLE,
    meaning: "How many users were active on how many days, weeks or months, as per says",
  },
  {
    name: "efficiency",
    formats: TABLE,
    meaning:
      "Jobs and hours by the share that was used of what of names: cpu, memory, limit or gpu; memory-bins",
  },
  {
    name: "nodes",
    formats: TABLE,
    meaning:
      "Each node with what it has, the hours jobs held it, and its utilisation; with part=days each node in each bucket",
  },
] as const satisfies readonly Export[];

/** Name of a file without its ending. */
export type ExportName = (typeof EXPORTS)[number]["name"];
