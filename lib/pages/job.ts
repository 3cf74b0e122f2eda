import { JOB_COLUMNS, type JobColumn } from "../job/columns.ts";
import { type StateFamily, stateFamily } from "../slurm/state.ts";
import { type Asked, type Data } from "../query/data.ts";
import { job, type JobAnswer, type Siblings } from "../query/job.ts";
import type { JobRow } from "../query/answers.ts";
import { choose, DEFAULT_FILTERS, type Filters } from "../view/filters.ts";
import { formatBytes, formatDuration, formatInstant, formatValue, UNKNOWN } from "../view/format.ts";
import type { Dimension } from "../view/measures.ts";
import { jobTable, type JobTableModel } from "./job_table.ts";
import { type TimelineModel, timelineOf } from "./job_times.ts";
import { type UseModel, useModels, useOf } from "./job_use.ts";
import { adviceFor, courseWords, stateWords } from "./job_words.ts";
import { pageHref, userHref } from "./links.ts";

/** One fact about a job, and where more of its kind are. */
export interface JobFact {
  readonly label: string;
  readonly value: string;
  readonly href?: string;
}

/** Everything the page of a job shows. */
export interface JobModel {
  readonly page: "job";
  readonly title: string;
  readonly question: string;
  readonly cluster: string;
  readonly state: { readonly text: string; readonly mark: StateFamily };
  /** What became of it, how long it took, and what could be done better. */
  readonly words: string;
  readonly course: string;
  readonly advice: readonly string[];
  readonly facts: readonly JobFact[];
  readonly timeline: TimelineModel;
  readonly uses: readonly UseModel[];
  readonly fields: readonly { readonly name: string; readonly value: string; readonly meaning: string }[];
  /** Tables of jobs that belong to it: other records, its array, its components, jobs like it. */
  readonly tables: readonly JobTableModel[];
}

/** Where a job's page looks, and which record it shows. */
export interface JobAsked extends Asked {
  readonly cluster: string;
  readonly id: string;
  /** Times of the record that is meant, epoch seconds. */
  readonly submit_s: number | null;
  readonly start_s: number | null;
}

/** Why there is no page for a job, in words. */
export class NoJobError extends RangeError {
  override readonly name = "NoJobError";
}

/**
 * What happened to one job.
 *
 * @throws {NoJobError} if there is no such cluster or job
 */
export async function jobPage(data: Data, { cluster: name, ...asked }: JobAsked): Promise<JobModel> {
  const cluster = data.get(name);
  if (cluster === undefined) {
    const known = [...data.keys()];
    throw new NoJobError(
      `There is no cluster ${JSON.stringify(name)}; ${
        known.length === 0 ? "none has reported yet" : `there is ${known.join(", ")}`
      }.`,
    );
  }
  const answer = await job(cluster, asked);
  if (answer === null) {
    throw new NoJobError(
      `${name} has reported no job ${
        JSON.stringify(asked.id)
      }. It may be archived, or newer than the last report.`,
    );
  }
  const { row } = answer;
  const { tz, fresh_until_s } = cluster;
  const use = useOf(row, fresh_until_s);
  const timeline = timelineOf(row, { tz, until_s: fresh_until_s, elapsed_s: use.elapsed_s });
  return {
    page: "job",
    title: `Job ${row.JobID}`,
    question: "What happened to this job?",
    cluster: name,
    state: { text: row.State ?? "unknown", mark: stateFamily(row.State ?? "") },
    words: stateWords(row),
    course: courseWords({
      wait_s: timeline.wait_s,
      elapsed_s: use.elapsed_s,
      limit_s: row.TimelimitRaw === null ? null : row.TimelimitRaw * 60,
      over: row.End !== null,
    }),
    advice: adviceFor(row, use),
    facts: factsOf(row),
    timeline,
    uses: useModels(row, use),
    fields: JOB_COLUMNS.map((column) => ({
      name: column.name,
      value: fieldText(column, row[column.name], tz),
      meaning: column.meaning,
    })),
    tables: tablesOf(answer, tz),
  };
}

/** What the job is of, each with the way to all jobs of it. */
function factsOf(row: JobRow): readonly JobFact[] {
  const of = (dimension: Dimension, label: string, value: string | null): readonly JobFact[] =>
    value === null || value === ""
      ? []
      : [{ label, value, href: pageHref("jobs", choose(onCluster(row), dimension, [value])) }];
  return [
    ...row.JobName === null ? [] : [{ label: "Name", value: row.JobName }],
    ...row.User === null || row.User === ""
      ? []
      : [{ label: "User", value: row.User, href: userHref(row.User, onCluster(row)) }],
    ...of("account", "Account", row.Account),
    { label: "Cluster", value: row.Cluster, href: pageHref("cluster", onCluster(row)) },
    ...row.Partition?.includes(",")
      ? [{ label: "Partitions", value: row.Partition }]
      : of("partition", "Partition", row.Partition),
    ...of("qos", "QOS", row.QOS),
    ...of("reservation", "Reservation", row.Reservation),
    ...of("wckey", "WCKey", row.WCKey),
    ...row.NodeList === null || row.NodeList === "None assigned"
      ? []
      : [{ label: row.AllocNodes === 1 ? "Node" : "Nodes", value: row.NodeList }],
    ...row.CPUHours === null || row.Start === null
      ? []
      : [{ label: "CPU-hours", value: formatValue(row.CPUHours, "hours", "full") }],
    ...row.GPUHours === null || row.GPUHours === 0
      ? []
      : [{ label: "GPU-hours", value: formatValue(row.GPUHours, "hours", "full") }],
    ...row.Restarts === null || row.Restarts === 0
      ? []
      : [{ label: "Requeued before", value: row.Restarts === 1 ? "once" : `${row.Restarts} times` }],
  ];
}

function onCluster({ Cluster }: JobRow): Filters {
  return choose(DEFAULT_FILTERS, "cluster", [Cluster]);
}

/** A stored value, for people and as it is. */
function fieldText(column: JobColumn, value: string | number | null, tz: string): string {
  if (value === null || value === "") return UNKNOWN;
  if (typeof value === "string") return value;
  const full = formatValue(value, "count", "full");
  switch (column.type) {
    case "time":
      return `${formatInstant(value, tz)} ${tz} (${value})`;
    case "seconds":
      return value < 60 ? formatDuration(value) : `${formatDuration(value)} (${full} s)`;
    case "minutes":
      return `${formatDuration(value * 60)} (${full} min)`;
    case "bytes":
      return value < 1024 ? formatBytes(value) : `${formatBytes(value)} (${full} bytes)`;
    case "percent":
      return `${formatValue(value, "hours", "full")} %`;
    case "hours":
      return formatValue(value, "hours", "full");
    default:
      return full;
  }
}

function tablesOf(
  { row, records, array, components, similar }: JobAnswer,
  tz: string,
): readonly JobTableModel[] {
  const tables: JobTableModel[] = [];
  const add = (
    id: string,
    title: string,
    { note, rows, href }: { note: string; rows: readonly JobRow[]; href?: string },
  ) => tables.push(jobTable(rows, { id, title, note, tz, shown: row, href }));
  if (records.length > 1) {
    add("records", "Records of this id", {
      note:
        "Each run of a job that was requeued has its own, and ids are used again after some years. Newest first.",
      rows: records,
    });
  }
  if (components !== null) {
    add("components", `Components of job ${components.of}`, {
      note: "They start and end together.",
      rows: components.rows,
    });
  }
  if (array !== null && array.count > 1) {
    add("array", `Array ${array.of}`, {
      note: statesText(array),
      rows: array.rows,
      href: pageHref("jobs", { ...onCluster(row), period: "all", q: `${array.of}_` }),
    });
  }
  if (similar.rows.length > 0) {
    const like = similar.by === "name"
      ? `named ${row.JobName}`
      : `in ${row.Partition} with ${formatValue(row.AllocCPUS, "count", "full")} CPUs`;
    add("similar", "Similar jobs", {
      note: `Of ${row.User}, ${like}; the newest, of each array one.`,
      rows: similar.rows,
    });
  }
  return tables;
}

function statesText({ count, states, rows }: Siblings): string {
  const full = (value: number) => formatValue(value, "count", "full");
  const parts = states.map(({ state, count }) => `${full(count)} ${state ?? "in no known state"}`).join(", ");
  const listed = rows.length < count ? ` The first ${full(rows.length)} are listed.` : "";
  return `${full(count)} tasks: ${parts}.${listed}`;
}
