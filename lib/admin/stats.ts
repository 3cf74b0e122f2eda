import { weekAt } from "../engine/weekly_tables.ts";
import { weekLabel } from "../store/weeks.ts";
import type { Period } from "./arguments.ts";
import type { Desk } from "./desk.ts";
import { clustersOf, readCluster } from "./read_cluster.ts";
import { textTable } from "./text_table.ts";

/** What a cluster, or a year or week of it, takes up. */
export interface Stat {
  readonly cluster: string;
  /** `2024`, `2024W44`, or null for all of it. */
  readonly period: string | null;
  /** Files that hold jobs of it. */
  readonly files: number;
  /** Bytes of those files, by the share of their rows. */
  readonly bytes: number;
  readonly jobs: number;
  readonly bytes_per_job: number | null;
}

/** Prints files, bytes and jobs by cluster and period. Returns how the process should end. */
export async function stats(
  desk: Desk,
  { cluster, by, json }: { readonly cluster: string | null; readonly by: Period; readonly json: boolean },
): Promise<number> {
  const all: Stat[] = [];
  for (const name of await clustersOf(desk.root, cluster)) all.push(...await statsOf(desk, { name, by }));
  if (json) desk.out(`${JSON.stringify(all, null, 2)}\n`);
  else {
    const head = ["cluster", by, "files", "bytes", "jobs", "bytes/job"];
    const lines = all.map(({ cluster, period, files, bytes, jobs, bytes_per_job }) => [
      cluster,
      period ?? "all",
      files,
      Math.round(bytes),
      jobs,
      bytes_per_job ?? "",
    ]);
    desk.out(textTable([head, ...lines]));
  }
  return 0;
}

async function statsOf(
  desk: Desk,
  { name, by }: { readonly name: string; readonly by: Period },
): Promise<readonly Stat[]> {
  const parts = new Map<string, { files: number; bytes: number; jobs: number }>();
  const partOf = (period: string) => {
    const part = parts.get(period) ?? { files: 0, bytes: 0, jobs: 0 };
    parts.set(period, part);
    return part;
  };
  const labels = new Map<number, string>();
  const labelOf = (week: number) => {
    const label = labels.get(week) ?? weekLabel(week).slice(0, by === "year" ? 4 : undefined);
    labels.set(week, label);
    return label;
  };
  const { files, dataset } = await readCluster(desk.root, {
    cluster: name,
    tz: desk.zone(name),
    onJobs: (file, { table }) => {
      const rows = new Map<string, number>();
      for (let row = 0; row < table.length; row++) {
        const label = labelOf(weekAt(table.numbers, row));
        rows.set(label, (rows.get(label) ?? 0) + 1);
      }
      for (const [label, count] of rows) {
        const part = partOf(label);
        part.files++;
        part.bytes += file.bytes * count / table.length;
      }
    },
  });
  for (const { length, times } of dataset.weeks.values()) {
    for (let row = 0; row < length; row++) partOf(labelOf(weekAt(times, row))).jobs++;
  }
  const whole = {
    files: files.length,
    bytes: files.reduce((sum, { file }) => sum + file.bytes, 0),
    jobs: dataset.length,
  };
  const stat = (period: string | null, part: typeof whole): Stat => ({
    cluster: name,
    period,
    ...part,
    bytes_per_job: part.jobs === 0 ? null : part.bytes / part.jobs,
  });
  return [
    ...[...parts].sort(([a], [b]) => a < b ? -1 : 1).map(([period, part]) => stat(period, part)),
    stat(null, whole),
  ];
}
