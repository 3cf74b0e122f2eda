import { clusters as clusterList } from "../query/clusters.ts";
import type { Asked, Data } from "../query/data.ts";
import { facets } from "../query/facets.ts";
import { DEFAULT_JOB_SORT, jobs } from "../query/jobs.ts";
import { rangeOf } from "../query/range.ts";
import { type FilterProblem, type Filters, formatFilters } from "../view/filters.ts";
import { formatDays, formatValue } from "../view/format.ts";
import { frame, type FrameModel } from "./frame.ts";
import type { JobCell } from "./job_cells.ts";
import {
  type CellContext,
  columnCell,
  isJobColumn,
  JOB_TABLE_COLUMNS,
  type JobTableColumn,
  shownColumns,
} from "./job_columns.ts";
import { pageFilters, pageHref, withQuery } from "./links.ts";
import { emptyNotices } from "./notices.ts";
import { turns, type TurnsModel } from "./paging.ts";
import type { ColumnModel } from "./usage_table.ts";

/** The form that chooses the columns. */
export interface ChooserModel {
  /** What the form carries along unchanged. */
  readonly hidden: readonly { readonly name: string; readonly value: string }[];
  /** Those shown first, in their order, then the others. */
  readonly columns: readonly {
    readonly key: string;
    readonly label: string;
    readonly meaning: string;
    readonly shown: boolean;
  }[];
  /** Whether others than the usual ones are shown, and the way back to these. */
  readonly usual_href: string | null;
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
  readonly pages: TurnsModel;
  /** All of these jobs as files. */
  readonly files: readonly { readonly label: string; readonly href: string }[];
  readonly chooser: ChooserModel;
  /** What is on show after a change of filters, to be read out. */
  readonly announcement: string;
}

/** Jobs on a page of the table. */
export const PAGE_SIZE = 50;

const FILES = [["CSV", "csv"], ["JSON lines", "jsonl"], ["Parquet", "parquet"]] as const;

/** Columns whose latest comes first. */
const TIMES: ReadonlySet<string> = new Set(["submit", "eligible", "start", "end"]);

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
    problems: [...problems, ...unknownColumns(asked)],
    now_s,
  });
  const count = formatValue(answer.total, "count", "full");
  const at = (page: number) => pageHref("jobs", { ...filters, page });
  const several = known.length > 1;
  const shown = shownColumns(filters.columns, several);
  const year = range.from.slice(0, 4);
  const context: CellContext = {
    tz: range.tz,
    year: year === range.to.slice(0, 4) ? year : null,
    filters,
    hrefOf: (chosen) => pageHref("jobs", chosen),
  };
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
    columns: shown.map((column) => columnModel(column, { filters, sort })),
    rows: answer.rows.map((row) => ({
      key: `${row.Cluster}/${row.JobIDRaw}/${row.Submit}/${row.Start}`,
      cells: shown.map(({ key }) => columnCell(row, key, context)),
    })),
    pages: turns(filters.page, last, at),
    files: FILES.map(([label, ending]) => ({
      label,
      href: withQuery(
        `/api/export/jobs.${ending}`,
        formatFilters({ ...pageFilters("jobs", filters), page: 1, sort: null, columns: [] }),
      ),
    })),
    chooser: chooser(filters, { shown, several }),
    announcement: `${count} ${answer.total === 1 ? "job" : "jobs"}, ${days}`,
  };
}

/** Columns that there are none of. */
function unknownColumns({ columns }: Filters): readonly FilterProblem[] {
  return columns.filter((key) => !isJobColumn(key)).map((key) => ({
    field: "column",
    message: `is "${key}", no column of this table`,
  }));
}

function columnModel(
  { key, label, numeric, meaning }: JobTableColumn,
  { filters, sort }: { readonly filters: Filters; readonly sort: string },
): ColumnModel {
  const sorted = sort.replace(/^-/, "") === key;
  const descending = sort.startsWith("-");
  const next = sorted ? !descending : numeric || TIMES.has(key);
  return {
    key,
    label,
    numeric,
    sort_href: pageHref("jobs", { ...filters, sort: `${next ? "-" : ""}${key}`, page: 1 }),
    ...(sorted ? { sorted: descending ? "descending" as const : "ascending" as const } : {}),
    title: meaning,
  };
}

function chooser(
  filters: Filters,
  { shown, several }: { readonly shown: readonly JobTableColumn[]; readonly several: boolean },
): ChooserModel {
  const kept = formatFilters({ ...pageFilters("jobs", filters), columns: [], page: 1 });
  const others = JOB_TABLE_COLUMNS.filter((column) =>
    !shown.includes(column) && (several || column.key !== "cluster")
  );
  const modelOf = (shown: boolean) => ({ key, label, meaning }: JobTableColumn) => ({
    key,
    label,
    meaning,
    shown,
  });
  return {
    hidden: [...new URLSearchParams(kept)].map(([name, value]) => ({ name, value })),
    columns: [...shown.map(modelOf(true)), ...others.map(modelOf(false))],
    usual_href: filters.columns.length === 0 ? null : pageHref("jobs", { ...filters, columns: [] }),
  };
}
