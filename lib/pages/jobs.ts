import { ran } from "../slurm/ran.ts";
import { type StateFamily, stateFamily } from "../slurm/state.ts";
import { clusters as clusterList } from "../query/clusters.ts";
import type { Asked, Data } from "../query/data.ts";
import { facets } from "../query/facets.ts";
import { DEFAULT_JOB_SORT, jobs } from "../query/jobs.ts";
import { rangeOf } from "../query/range.ts";
import type { JobRow, Range } from "../query/answers.ts";
import { JOB_COLUMNS } from "../job/columns.ts";
import { choose, type FilterProblem, type Filters, formatFilters } from "../view/filters.ts";
import { formatDays, formatDuration, formatInstant, formatValue, UNKNOWN } from "../view/format.ts";
import type { Dimension } from "../view/measures.ts";
import { frame, type FrameModel } from "./frame.ts";
import { pageFilters, pageHref, withQuery } from "./links.ts";
import { emptyNotices } from "./notices.ts";
import type { ColumnModel } from "./usage_table.ts";

/** A cell of the table of jobs; with a link where its value can be filtered by. */
export interface JobCell {
  readonly text: string;
  readonly href?: string;
  /** Longer text on hover. */
  readonly title?: string;
  /** Family of a state, for its mark. */
  readonly mark?: StateFamily;
}

/** Everything the page of jobs shows. */
export interface JobsModel extends FrameModel {
  readonly page: "jobs";
  readonly count: string;
  /** Which jobs of how many, as "51–100 of 1,204". */
  readonly span: string;
  readonly q: string;
  readonly caption: string;
  readonly columns: readonly ColumnModel[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly JobCell[] }[];
  readonly pages: {
    readonly previous: string | null;
    readonly next: string | null;
    readonly first: string | null;
    readonly last: string | null;
    readonly at: string;
  };
  readonly csv_href: string;
  /** What is on show after a change of filters, to be read out. */
  readonly announcement: string;
}

/** Jobs on a page of the table. */
export const PAGE_SIZE = 50;

/** Columns of the table: what they sort by, their head, and whether digits stand under digits. */
const COLUMNS: readonly (readonly [key: string, label: string, numeric?: "numeric"])[] = [
  ["jobid", "Job"],
  ["jobname", "Name"],
  ["user", "User"],
  ["account", "Account"],
  ["partition", "Partition"],
  ["qos", "QOS"],
  ["state", "State"],
  ["submit", "Submitted"],
  ["wait", "Wait", "numeric"],
  ["start", "Started"],
  ["elapsedraw", "Run time", "numeric"],
  ["alloccpus", "CPUs", "numeric"],
  ["allocgpus", "GPUs", "numeric"],
  ["allocnodes", "Nodes", "numeric"],
  ["cpuhours", "CPU-hours", "numeric"],
];

/** The jobs of a view, one page of them, newest submission first unless the filters sort otherwise. */
export async function jobsPage(
  data: Data,
  asked: Filters,
  { problems = [], ...circumstances }: Asked & { readonly problems?: readonly FilterProblem[] },
): Promise<JobsModel> {
  const { now_s } = circumstances;
  const range = rangeOf(data, asked, now_s);
  const known = clusterList(data, circumstances);
  const sort = asked.sort ?? DEFAULT_JOB_SORT;
  const pageOf = (page: number) =>
    jobs(data, { ...asked, sort }, { ...circumstances, limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE });
  const first = await pageOf(asked.page);
  const last = Math.max(1, Math.ceil(first.total / PAGE_SIZE));
  // Fewer jobs may match today than when the address was made.
  const filters = asked.page > last ? { ...asked, page: last } : asked;
  const answer = asked.page > last ? await pageOf(last) : first;
  const offset = (filters.page - 1) * PAGE_SIZE;
  const choices = await facets(data, filters, circumstances);
  const built = frame("jobs", filters, {
    title: "Jobs",
    question: "Which jobs exactly?",
    range,
    facets: choices,
    clusters: known,
    problems,
    now_s,
  });
  const count = formatValue(answer.total, "count", "full");
  const at = (page: number) => pageHref("jobs", { ...filters, page });
  const several = known.length > 1;
  const days = formatDays(range.from, range.to);
  const span = answer.rows.length === 0
    ? "none"
    : `${formatValue(offset + 1, "count", "full")}–${
      formatValue(offset + answer.rows.length, "count", "full")
    } of ${count}`;
  return {
    ...built,
    notices: answer.total === 0
      ? [...built.notices, ...emptyNotices("jobs", filters, { clusters: known, range, facets: choices })]
      : built.notices,
    page: "jobs",
    count,
    span,
    q: filters.q ?? "",
    caption: `Jobs, ${days}, ${range.tz}`,
    columns: [
      ...(several ? [column("cluster", "Cluster", { filters, sort })] : []),
      ...COLUMNS.map((
        [key, label, numeric],
      ) => column(key, label, { filters, sort, numeric })),
    ].sort(jobFirst),
    rows: answer.rows.map((row) => ({
      key: `${row.Cluster}/${row.JobIDRaw}/${row.Submit}/${row.Start}`,
      cells: cells(row, { filters, range, several }),
    })),
    pages: {
      previous: filters.page > 1 ? at(filters.page - 1) : null,
      next: filters.page < last ? at(filters.page + 1) : null,
      first: filters.page > 1 ? at(1) : null,
      last: filters.page < last ? at(last) : null,
      at: `Page ${formatValue(filters.page, "count", "full")} of ${formatValue(last, "count", "full")}`,
    },
    csv_href: withQuery(
      "/api/export/jobs.csv",
      formatFilters({ ...pageFilters("jobs", filters), page: 1 }),
    ),
    announcement: `${count} ${answer.total === 1 ? "job" : "jobs"}, ${days}`,
  };
}

/** The job's id names its row, so it comes before its cluster. */
function jobFirst(a: ColumnModel, b: ColumnModel): number {
  return Number(b.key === "jobid") - Number(a.key === "jobid");
}

function column(
  key: string,
  label: string,
  { filters, sort, numeric }: { filters: Filters; sort: string; numeric?: "numeric" },
): ColumnModel {
  const sorted = sort.replace(/^-/, "") === key;
  const descending = sort.startsWith("-");
  const first = numeric === "numeric" || key === "submit" || key === "start";
  const next = sorted ? !descending : first;
  return {
    key,
    label,
    numeric: numeric === "numeric",
    sort_href: pageHref("jobs", { ...filters, sort: `${next ? "-" : ""}${key}`, page: 1 }),
    ...(sorted ? { sorted: descending ? "descending" as const : "ascending" as const } : {}),
    title: meaning(key),
  };
}

function meaning(key: string): string {
  if (key === "wait") return "Time from submission to start";
  if (key === "cluster") return "Cluster the job was submitted to";
  return JOB_COLUMNS.find((entry) => entry.name.toLowerCase() === key)?.meaning ?? "";
}

function cells(
  row: JobRow,
  { filters, range, several }: { filters: Filters; range: Range; several: boolean },
): readonly JobCell[] {
  const year = range.from.slice(0, 4) === range.to.slice(0, 4) ? ` ${range.to.slice(0, 4)}` : null;
  const time = (time_s: number | null): JobCell => {
    const whole = formatInstant(time_s, range.tz);
    return { text: year === null ? whole : whole.replace(year, "") };
  };
  const filtered = (dimension: Dimension, value: string | null): JobCell =>
    value === null || value === ""
      ? { text: UNKNOWN }
      : { text: value, href: pageHref("jobs", choose(filters, dimension, [value])) };
  const count = (value: number | null): JobCell => ({ text: formatValue(value, "count", "full") });
  // A job that never ran may have a Start all the same: it waited for nothing.
  const waited = row.Start !== null && row.Submit !== null && ran(row.Start, row.NodeList);
  const wait_s = waited ? Math.max(0, row.Start - row.Submit) : null;
  return [
    { text: row.JobID, ...(row.JobID === row.JobIDRaw ? {} : { title: `Inside Slurm: ${row.JobIDRaw}` }) },
    ...(several ? [filtered("cluster", row.Cluster)] : []),
    row.JobName === null ? { text: UNKNOWN } : { text: row.JobName, title: row.JobName },
    filtered("user", row.User),
    filtered("account", row.Account),
    row.Partition?.includes(",") ? { text: row.Partition } : filtered("partition", row.Partition),
    filtered("qos", row.QOS),
    { ...filtered("state", row.State), mark: stateFamily(row.State?.split(" ")[0] ?? "") },
    time(row.Submit),
    { text: formatDuration(wait_s) },
    time(row.Start),
    { text: formatDuration(elapsedSeconds(row)) },
    count(row.AllocCPUS),
    count(row.AllocGPUS),
    count(row.AllocNodes),
    { text: formatValue(row.CPUHours, "hours", "full") },
  ];
}

/** Run time as Slurm counts it, without suspension, else from start to end. */
function elapsedSeconds(row: JobRow): number | null {
  if (row.Start === null) return null;
  if (row.ElapsedRaw !== null) return row.ElapsedRaw;
  return row.End === null ? null : row.End - row.Start;
}
