/** The columns that a table of jobs can have. */
import { type ColumnName, JOB_COLUMNS, type JobColumn } from "../job/columns.ts";
import { ran } from "../slurm/ran.ts";
import { stateFamily } from "../slurm/state.ts";
import type { JobRow } from "../query/answers.ts";
import { choose, type Filters } from "../view/filters.ts";
import { formatBytes, formatDuration, formatInstant, formatValue, UNKNOWN } from "../view/format.ts";
import type { Dimension } from "../view/measures.ts";
import { nameText } from "../view/name_text.ts";
import type { JobCell } from "./job_cells.ts";
import { elapsedSeconds } from "./job_table.ts";
import { jobHref } from "./paths.ts";

/** A column: what it sorts by and is chosen by in the URL, its head, and whether digits stand under digits. */
export interface JobTableColumn {
  readonly key: string;
  readonly label: string;
  readonly numeric: boolean;
  readonly meaning: string;
}

const LABELS: Readonly<Record<ColumnName, string>> = {
  JobID: "Job",
  JobIDRaw: "Id in Slurm",
  SLUID: "SLUID",
  User: "User",
  Group: "Unix group",
  Account: "Account",
  Partition: "Partition",
  QOS: "QOS",
  WCKey: "WCKey",
  Reservation: "Reservation",
  JobName: "Name",
  State: "State",
  CancelledBy: "Cancelled by",
  ExitCode: "Exit code",
  Reason: "Reason",
  Submit: "Submitted",
  Eligible: "Could start",
  Start: "Started",
  End: "Ended",
  ElapsedRaw: "Run time",
  TimelimitRaw: "Time limit",
  AllocCPUS: "CPUs",
  AllocGPUS: "GPUs",
  AllocNodes: "Nodes",
  NodeList: "Node list",
  ReqTRES: "TRES asked for",
  AllocTRES: "TRES",
  ReqMem: "Memory asked for",
  MaxRSS: "Memory used",
  TotalCPU: "CPU time",
  DiskRead: "Read",
  DiskWrite: "Written",
  GPUUtilAve: "GPU use",
  GPUUtilMax: "Highest GPU use",
  GPUMemAve: "GPU memory",
  GPUMemMax: "Highest GPU memory",
  Restarts: "Requeued",
  CPUHours: "CPU-hours",
  GPUHours: "GPU-hours",
};

/** Shown unless others are chosen; the cluster only where there are several. */
const USUAL: readonly string[] = [
  "jobid",
  "cluster",
  "jobname",
  "user",
  "account",
  "partition",
  "qos",
  "state",
  "submit",
  "wait",
  "start",
  "elapsedraw",
  "alloccpus",
  "allocgpus",
  "allocnodes",
  "cpuhours",
];

/** Every column, in the order of the stored ones; what follows from several of them stands beside these. */
export const JOB_TABLE_COLUMNS: readonly JobTableColumn[] = JOB_COLUMNS.flatMap(
  (column): readonly JobTableColumn[] => {
    const { name, type, meaning } = column;
    const stored = {
      key: name.toLowerCase(),
      label: LABELS[name],
      numeric: type !== "text" && type !== "time",
      meaning,
    };
    if (name === "JobID") {
      return [stored, {
        key: "cluster",
        label: "Cluster",
        numeric: false,
        meaning: "Cluster the job was submitted to",
      }];
    }
    if (name === "Start") {
      return [
        { key: "wait", label: "Wait", numeric: true, meaning: "Time from submission to start" },
        stored,
      ];
    }
    return [stored];
  },
);

const BY_KEY = new Map(JOB_TABLE_COLUMNS.map((column) => [column.key, column]));

/** Whether a text names a column. */
export function isJobColumn(key: string): boolean {
  return BY_KEY.has(key);
}

/** The columns of the URL as they are kept: each once, the usual ones as none. */
export function keptColumns(chosen: readonly string[]): readonly string[] {
  const different = [...new Set(chosen)];
  const usual = different.length === USUAL.length && different.every((key, at) => key === USUAL[at]);
  return usual ? [] : different;
}

/** The columns to show, the job first, as it names its row. */
export function shownColumns(chosen: readonly string[], several: boolean): readonly JobTableColumn[] {
  const keys = chosen.some(isJobColumn) ? new Set(["jobid", ...chosen]) : new Set(USUAL);
  if (!several) keys.delete("cluster");
  return [...keys].flatMap((key) => BY_KEY.get(key) ?? []);
}

/** What a cell needs beside its row. */
export interface CellContext {
  /** Zone of the times. */
  readonly tz: string;
  /** The year that all of them are of, which then need not be said; null if they are of several. */
  readonly year: string | null;
  readonly filters: Filters;
  /** Link to the table of these filters. */
  readonly hrefOf: (filters: Filters) => string;
}

const FILTERED: Readonly<Record<string, Dimension>> = {
  cluster: "cluster",
  user: "user",
  account: "account",
  partition: "partition",
  qos: "qos",
  state: "state",
  group: "group",
  wckey: "wckey",
  reservation: "reservation",
};

const STORED = new Map<string, JobColumn & { readonly name: ColumnName }>(
  JOB_COLUMNS.map((column) => [column.name.toLowerCase(), column]),
);

/** The cell of a column in the row of a job. */
export function columnCell(row: JobRow, key: string, context: CellContext): JobCell {
  if (key === "cluster") return filtered(row.Cluster, key, context);
  if (key === "wait") return { text: formatDuration(waitOf(row)) };
  if (key === "elapsedraw") return { text: formatDuration(elapsedSeconds(row)) };
  const column = STORED.get(key);
  const value = column === undefined ? null : row[column.name];
  if (column === undefined || value === null || value === "") return { text: UNKNOWN };
  if (key === "jobid") {
    return {
      text: row.JobID,
      href: jobHref(row.Cluster, row.JobID, row.Submit),
      ...(row.JobID === row.JobIDRaw ? {} : { title: `Inside Slurm: ${row.JobIDRaw}` }),
    };
  }
  if (typeof value === "number") return { text: numberText(value, column, context) };
  const is_filter = Object.hasOwn(FILTERED, key) && !(key === "partition" && value.includes(","));
  if (!is_filter) {
    return key === "jobname" || value.length > 20
      ? { text: nameText(value), title: nameText(value) }
      : { text: nameText(value) };
  }
  const cell = filtered(value, key, context);
  return key === "state" ? { ...cell, mark: stateFamily(value.split(" ")[0]) } : cell;
}

function filtered(value: string, key: string, { filters, hrefOf }: CellContext): JobCell {
  return { text: nameText(value), href: hrefOf(choose(filters, FILTERED[key], [value])) };
}

function numberText(value: number, { type }: JobColumn, { tz, year }: CellContext): string {
  switch (type) {
    case "time": {
      const whole = formatInstant(value, tz);
      return year === null ? whole : whole.replace(` ${year}`, "");
    }
    case "seconds":
      return formatDuration(value);
    case "minutes":
      return formatDuration(value * 60);
    case "bytes":
      return formatBytes(value);
    case "percent":
      return `${formatValue(value, "count", "full")}\u00a0%`;
    case "hours":
      return formatValue(value, "hours", "full");
    default:
      return formatValue(value, "count", "full");
  }
}

/** A job that never ran may have a Start all the same: it waited for nothing. */
function waitOf({ Start, Submit, NodeList }: JobRow): number | null {
  return Start !== null && Submit !== null && ran(Start, NodeList) ? Math.max(0, Start - Submit) : null;
}
