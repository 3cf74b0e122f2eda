import { Dataset } from "../../../lib/engine/dataset.ts";
import { jobReader } from "../../../lib/job/record.ts";
import { newTable, pushRecord } from "../../../lib/job/table.ts";
import type { ClusterData, Data } from "../../../lib/query/data.ts";
import type { ChartSpec, FigureSpec } from "../../../lib/view/chart_spec.ts";
import type { Inventory } from "../../../lib/store/inventory.ts";
import { EMPTY_REPORT } from "../../../lib/store/report.ts";

/** Mon 23 Nov 2026, 09:30 UTC: when all questions of these tests are asked. */
export const NOW_S = Date.UTC(2026, 10, 23, 9, 30) / 1000;
const DAY_S = 86_400;

/** A name that breaks out of careless HTML, URLs and SQL. */
export const HOSTILE = `"><script>alert('1')</script> O'Brien & +%2C,`;

/** A job as its agent would send it; what is left out is plain. */
export interface Sent {
  readonly id?: string;
  readonly user?: string | null;
  readonly account?: string | null;
  readonly partition?: string;
  readonly state?: string;
  /** Epoch seconds; null where the agent does not know it. */
  readonly submit?: number | null;
  /** Since when it could have started, epoch seconds; since its submission if not said. */
  readonly eligible?: number;
  /** Whether it has not started yet. */
  readonly waiting?: boolean;
  readonly wait_s?: number;
  readonly run_s?: number;
  readonly cpus?: number;
  readonly gpus?: number;
  /** As Slurm writes it, "4G". */
  readonly mem?: string;
  readonly name?: string;
  readonly nodes?: string;
  /** Other fields as its agent would send them. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** A cluster that has reported these jobs, up to now unless said otherwise. */
export function clusterOf(
  name: string,
  jobs: readonly Sent[],
  { tz = "UTC", fresh_until_s = NOW_S as number | null, inventory = null }: {
    tz?: string;
    fresh_until_s?: number | null;
    inventory?: Inventory | null;
  } = {},
): ClusterData {
  const read = jobReader(tz);
  const table = newTable(jobs.length);
  jobs.forEach((job, index) => {
    const submit = job.submit ?? NOW_S - DAY_S;
    const start = submit + (job.wait_s ?? 60);
    const end = start + (job.run_s ?? 3600);
    const record = read({
      JobID: job.id ?? String(1000 + index),
      User: job.user === undefined ? "alice" : job.user,
      Account: job.account === undefined ? "phys" : job.account,
      Partition: job.partition ?? "standard",
      QOS: "normal",
      State: job.state ?? (job.waiting ? "PENDING" : "COMPLETED"),
      JobName: job.name ?? "relax",
      Submit: job.submit === null ? null : submit,
      Eligible: job.eligible ?? submit,
      Start: job.waiting ? null : start,
      End: job.waiting ? null : end,
      ElapsedRaw: job.waiting ? 0 : end - start,
      AllocCPUS: job.cpus ?? 4,
      AllocGPUS: job.gpus ?? 0,
      AllocNodes: 1,
      NodeList: job.nodes ?? (job.waiting ? "None assigned" : "n001"),
      ...(job.mem === undefined ? {} : { AllocTRES: `mem=${job.mem}` }),
      ...job.more,
    });
    if ("reason" in record) throw new TypeError(`The test's job ${index} is none: ${record.reason}`);
    pushRecord(table, record);
  });
  const dataset = new Dataset();
  dataset.apply(table, { plan: dataset.plan(table), received_s: NOW_S });
  return {
    name,
    tz,
    dataset,
    report: { ...EMPTY_REPORT, last_batch_s: fresh_until_s },
    fresh_until_s,
    files: [],
    set_aside: new Map(),
    inventory,
  };
}

/** Clusters by name. */
export function dataOf(...clusters: readonly ClusterData[]): Data {
  return new Map(clusters.map((cluster) => [cluster.name, cluster]));
}

/** Two clusters with 60 days of jobs by nine accounts, one of them hostile and one unknown. */
export function twoClusters(): Data {
  const accounts = ["phys", "chem", "bio", "geo", "astro", "math", "econ", HOSTILE, null];
  const states = ["COMPLETED", "COMPLETED", "FAILED", "TIMEOUT", "CANCELLED", "OUT_OF_MEMORY"];
  const jobs = (from: number): readonly Sent[] =>
    Array.from({ length: 240 }, (_, index) => ({
      id: String(from + index),
      user: index % 11 === 0 ? HOSTILE : `user${index % 7}`,
      account: accounts[index % accounts.length],
      partition: index % 5 === 0 ? "gpu" : "standard",
      state: states[index % states.length],
      submit: NOW_S - (index % 60) * DAY_S - 7200,
      wait_s: (index % 13) * 300,
      run_s: 600 + (index % 17) * 1800,
      cpus: 1 + index % 8,
      gpus: index % 5 === 0 ? 2 : 0,
      name: index % 20 === 0 ? HOSTILE : "relax",
    }));
  return dataOf(
    clusterOf("alpha", jobs(1000)),
    clusterOf("beta", jobs(9000), { fresh_until_s: NOW_S - 3 * DAY_S }),
  );
}

/** A figure that must be a chart. */
export function chartOf(figure: FigureSpec | null | undefined): ChartSpec {
  if (figure?.kind === "bars" || figure?.kind === "lines") return figure;
  throw new TypeError(`The figure is ${figure?.kind ?? "missing"}, no chart`);
}
