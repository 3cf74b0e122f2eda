import { ran } from "../slurm/ran.ts";
import { stateFamily } from "../slurm/state.ts";
import type { JobRow } from "../query/answers.ts";
import { formatDuration, formatInstant, formatValue, UNKNOWN } from "../view/format.ts";
import { nameText } from "../view/name_text.ts";
import type { JobCell } from "./job_cells.ts";
import { jobHref } from "./paths.ts";

/** A short table of jobs on the page of another. */
export interface JobTableModel {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  /** Where all of them are. */
  readonly href?: string;
  readonly columns: readonly { readonly key: string; readonly label: string; readonly numeric: boolean }[];
  readonly rows: readonly {
    readonly key: string;
    readonly selected: boolean;
    readonly cells: readonly JobCell[];
  }[];
}

const COLUMNS: readonly (readonly [key: string, label: string, numeric?: "numeric"])[] = [
  ["job", "Job"],
  ["state", "State"],
  ["name", "Name"],
  ["submit", "Submitted"],
  ["wait", "Wait", "numeric"],
  ["elapsed", "Run time", "numeric"],
  ["cpus", "CPUs", "numeric"],
  ["gpus", "GPUs", "numeric"],
];

/** A table of some jobs; the one that is shown has no link to itself. */
export function jobTable(
  rows: readonly JobRow[],
  { id, title, note, tz, shown, href }: {
    readonly id: string;
    readonly title: string;
    readonly note: string;
    readonly tz: string;
    readonly shown: JobRow;
    readonly href?: string;
  },
): JobTableModel {
  return {
    id,
    title,
    note,
    ...(href === undefined ? {} : { href }),
    columns: COLUMNS.map(([key, label, numeric]) => ({ key, label, numeric: numeric === "numeric" })),
    rows: rows.map((row, at) => {
      const selected = row.JobID === shown.JobID && row.Submit === shown.Submit && row.Start === shown.Start;
      return {
        key: `${row.JobIDRaw}/${row.Submit}/${row.Start}/${at}`,
        selected,
        cells: cellsOf(row, tz, selected),
      };
    }),
  };
}

function cellsOf(row: JobRow, tz: string, selected: boolean): readonly JobCell[] {
  const did_run = row.Start !== null && ran(row.Start, row.NodeList);
  const wait_s = did_run && row.Start !== null && row.Submit !== null
    ? Math.max(0, row.Start - row.Submit)
    : null;
  const count = (value: number | null): JobCell => ({ text: formatValue(value, "count", "full") });
  return [
    selected ? { text: row.JobID } : { text: row.JobID, href: jobHref(row.Cluster, row.JobID, row.Submit) },
    { text: row.State ?? UNKNOWN, mark: stateFamily(row.State ?? "") },
    row.JobName === null ? { text: UNKNOWN } : { text: nameText(row.JobName), title: nameText(row.JobName) },
    { text: formatInstant(row.Submit, tz) },
    { text: formatDuration(wait_s) },
    { text: formatDuration(did_run ? elapsedSeconds(row) : null) },
    count(row.AllocCPUS),
    count(row.AllocGPUS),
  ];
}

/** Run time as Slurm counts it, without suspension, else from start to end; null for a job that never started. */
export function elapsedSeconds(row: Pick<JobRow, "Start" | "End" | "ElapsedRaw">): number | null {
  if (row.Start === null) return null;
  if (row.ElapsedRaw !== null) return row.ElapsedRaw;
  return row.End === null ? null : row.End - row.Start;
}
