import { clusters as clusterList, submissionsByDay } from "../query/clusters.ts";
import type { Asked, ClusterData, Data } from "../query/data.ts";
import { isStored } from "../query/job.ts";
import type { ClusterAnswer } from "../query/answers.ts";
import { choose, DEFAULT_FILTERS } from "../view/filters.ts";
import { formatBytes, formatInstant, formatValue } from "../view/format.ts";
import { pageHref } from "./links.ts";
import { outHref } from "./nodes.ts";
import { formatAge, isStale } from "./notices.ts";
import { jobHref } from "./paths.ts";

/** One fact about a cluster's reports. */
export interface FactModel {
  readonly label: string;
  readonly value: string;
  readonly note: string;
  /** Where what the note speaks of is shown. */
  readonly href?: string;
}

/** What is known of a cluster's reports. */
export interface ClusterStatus {
  readonly name: string;
  /** Whether reports arrive: words, never colour alone. */
  readonly state: "current" | "late" | "waiting";
  readonly state_text: string;
  readonly facts: readonly FactModel[];
  readonly jobs_by_day: readonly number[];
  readonly jobs_by_day_text: string;
  readonly rejected: readonly {
    readonly at: string;
    readonly job_id: string;
    readonly reason: string;
    /** The job of this id, if one has come in; null where none has. */
    readonly stored_href: string | null;
  }[];
  readonly rejected_text: string;
  readonly set_aside: readonly { readonly file: string; readonly reason: string }[];
  readonly usage_href: string;
}

/** Everything the status page shows. */
export interface StatusModel {
  readonly page: "status";
  readonly title: string;
  readonly question: string;
  readonly clusters: readonly ClusterStatus[];
  /** Whether no cluster has reported yet. */
  readonly setup: boolean;
}

/** What is known of the data folder beside the jobs that are shown. */
export interface StoreFacts {
  /** Months after which weeks are archived; null for never. */
  readonly retention_months: number | null;
  /** Files of each cluster in the archive. */
  readonly archived: ReadonlyMap<string, { readonly files: number; readonly bytes: number }>;
}

/** Whether each cluster's reports arrive, and what of them could not be used. */
export async function statusPage(
  data: Data,
  asked: Asked & { readonly store?: StoreFacts },
): Promise<StatusModel> {
  const known = clusterList(data, asked);
  const clusters: ClusterStatus[] = [];
  for (const cluster of known) {
    const by_day = await submissionsByDay(data, cluster.name, asked);
    const of = data.get(cluster.name);
    if (of !== undefined) {
      clusters.push(clusterStatus(cluster, { of, now_s: asked.now_s, by_day, store: asked.store }));
    }
  }
  return {
    page: "status",
    title: "Status",
    question: "Can I trust the numbers?",
    clusters,
    setup: known.length === 0,
  };
}

function clusterStatus(
  cluster: ClusterAnswer,
  { of, now_s, by_day, store }: {
    readonly of: ClusterData;
    readonly now_s: number;
    readonly by_day: readonly number[];
    readonly store: StoreFacts | undefined;
  },
): ClusterStatus {
  const state = cluster.fresh_until_s === null ? "waiting" : isStale(cluster, now_s) ? "late" : "current";
  const count = (value: number) => formatValue(value, "count", "full");
  const instant = (time_s: number | null): Pick<FactModel, "value" | "note"> => ({
    value: time_s === null ? "never" : formatInstant(time_s, cluster.tz),
    note: time_s === null ? "" : `${formatAge(Math.max(0, now_s - time_s))} ago`,
  });
  const rejected = cluster.recent_rejected.map(({ at_s, job_id, reason }) => ({
    at: formatInstant(at_s, cluster.tz),
    job_id: job_id || "unknown",
    reason,
    stored_href: job_id && isStored(of, job_id, at_s) ? jobHref(cluster.name, job_id) : null,
  }));
  const submitted = by_day.reduce((sum, jobs) => sum + jobs, 0);
  return {
    name: cluster.name,
    state,
    state_text: { current: "Reporting", late: "Reports are late", waiting: "No report yet" }[state],
    facts: [
      { label: "Last batch", ...instant(cluster.last_batch_s) },
      { label: "Complete up to", ...instant(cluster.fresh_until_s) },
      {
        label: "Jobs",
        value: count(cluster.jobs),
        note: cluster.first_s === null ? "" : `since ${formatInstant(cluster.first_s, cluster.tz)}`,
      },
      {
        label: "Batches",
        value: count(cluster.batches),
        note: `${count(cluster.rejected)} ${cluster.rejected === 1 ? "row" : "rows"} rejected`,
      },
      {
        label: "Files",
        value: count(cluster.files),
        note: formatBytes(cluster.file_bytes),
      },
      ...archiveFacts(cluster.name, store),
      {
        label: "In memory",
        value: formatBytes(of.dataset.bytes),
        note: of.dataset.length === 0
          ? ""
          : `${count(Math.round(of.dataset.bytes / of.dataset.length))} bytes for each job`,
      },
      {
        label: "Generation",
        value: count(of.dataset.generation),
        note: "changes since the server started",
      },
      { label: "Agent", ...agent(cluster.agent) },
      { label: "Time zone", value: cluster.tz, note: "" },
      ...hardwareFacts(cluster),
      ...(cluster.inventory_s === null
        ? []
        : [{ label: "Inventory last seen", ...instant(cluster.inventory_s) }]),
    ],
    jobs_by_day: by_day,
    jobs_by_day_text: `${count(submitted)} jobs submitted in the last ${by_day.length} days, ${
      count(by_day.at(-1) ?? 0)
    } today`,
    rejected,
    rejected_text: rejectedText(cluster, rejected.filter(({ stored_href }) => stored_href !== null).length),
    set_aside: cluster.set_aside,
    usage_href: pageHref("usage", {
      ...DEFAULT_FILTERS,
      only: { ...DEFAULT_FILTERS.only, cluster: [cluster.name] },
    }),
  };
}

/** What the cluster consists of; nothing where it is not known. */
function hardwareFacts({ name, hardware }: ClusterAnswer): readonly FactModel[] {
  if (hardware === null) return [];
  const count = (value: number) => formatValue(value, "count", "full");
  const { nodes, nodes_out, cpus, gpus, gpus_by_type } = hardware;
  return [
    {
      label: "Nodes",
      value: count(nodes),
      note: nodes_out === 0 ? "" : `${count(nodes_out)} down, drained or in maintenance`,
      ...(nodes_out === 0 ? {} : { href: outHref(choose(DEFAULT_FILTERS, "cluster", [name])) }),
    },
    { label: "CPUs", value: count(cpus), note: "" },
    {
      label: "GPUs",
      value: count(gpus),
      note: gpus_by_type.map(([type, number]) => `${count(number)} ${type}`).join(", "),
    },
  ];
}

/** A sender calls itself `name/version`. */
function agent(sent: string | null): Pick<FactModel, "value" | "note"> {
  const [name, version] = sent?.split("/", 2) ?? [];
  return { value: version ?? name ?? "unknown", note: version === undefined ? "" : name };
}

/** What is no longer shown, and when that happens; nothing where nothing is ever archived. */
function archiveFacts(name: string, store: StoreFacts | undefined): readonly FactModel[] {
  const { files, bytes } = store?.archived.get(name) ?? { files: 0, bytes: 0 };
  const months = store?.retention_months ?? null;
  if (store === undefined || files === 0 && months === null) return [];
  const after = months === null
    ? "not shown any more"
    : `after ${months} ${months === 1 ? "month" : "months"}`;
  return [{
    label: "Archived",
    value: files === 0
      ? "nothing yet"
      : `${formatValue(files, "count", "full")} ${files === 1 ? "week" : "weeks"}`,
    note: files === 0 ? after : `${formatBytes(bytes)}, ${after}`,
  }];
}

function rejectedText({ rejected, recent_rejected }: ClusterAnswer, stored: number): string {
  if (rejected === 0) return "Every row that was sent could be used.";
  const sent = rejected === 1 ? "1 row was" : `${formatValue(rejected, "count", "full")} rows were`;
  const listed = recent_rejected.length < rejected ? `; the newest ${recent_rejected.length} are listed` : "";
  const since = stored === 0
    ? ""
    : stored === 1
    ? " Of one of these a job has come in by now."
    : ` Of ${stored} of these a job has come in by now.`;
  return `${sent} no job and could not be stored${listed}.${since}`;
}
