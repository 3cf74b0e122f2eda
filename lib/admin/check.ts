import { openSegment } from "../store/segment.ts";
import { unfinishedCompaction } from "../store/compaction.ts";
import { listArchived, listLeftovers, listSetAside, readArchived } from "../store/folder.ts";
import { readInventory } from "../store/inventory.ts";
import { readReport } from "../store/report.ts";
import type { Desk } from "./desk.ts";
import { type ClusterReading, clustersOf, readCluster } from "./read_cluster.ts";
import { shown, textTable } from "./text_table.ts";

/** A file younger than this may be one that the server is writing right now. */
const YOUNG_MS = 60_000;

const HEAD = [
  "cluster",
  "files",
  "batches",
  "merged",
  "foreign",
  "bytes",
  "rows",
  "jobs",
  "superseded",
  "duplicates",
  "keys",
  "archived",
];

/** Verifies every file and prints what was found; changes nothing. Returns how the process should end. */
export async function check(desk: Desk, cluster: string | null): Promise<number> {
  const rows: (string | number)[][] = [];
  const findings: string[] = [];
  for (const name of await clustersOf(desk.root, cluster)) {
    const reading = await readCluster(desk.root, { cluster: name, tz: desk.zone(name) });
    const archived = await listArchived(desk.root, name);
    rows.push(lineOf(reading, archived.length));
    const found = [...findingsOf(reading), ...await findingsBeside(desk, name)];
    findings.push(...found.map((text) => `${name}: ${text}`));
  }
  if (rows.length === 0) desk.out(`${desk.root} holds no clusters\n`);
  else desk.out(textTable([HEAD, ...rows]));
  desk.out(findings.length === 0 ? "\nNothing wrong was found.\n" : `\n${findings.map(shown).join("\n")}\n`);
  return findings.length === 0 ? 0 : 1;
}

function lineOf({ cluster, files, dataset }: ClusterReading, archived: number): (string | number)[] {
  const sum = (of: (file: (typeof files)[number]) => number) =>
    files.reduce((total, file) => total + of(file), 0);
  const kind = (wanted: string) => sum((file) => file.kind === wanted ? 1 : 0);
  return [
    cluster,
    files.length,
    kind("batch"),
    kind("merged"),
    kind("foreign"),
    sum(({ file }) => file.bytes),
    sum(({ rows }) => rows),
    dataset.length,
    sum(({ updated }) => updated),
    sum(({ duplicates }) => duplicates),
    sum(({ keys }) => keys),
    archived,
  ];
}

function findingsOf({ files }: ClusterReading): readonly string[] {
  return files.flatMap(({ file, error, rejected }) => {
    if (error !== null) return [`${file.name} cannot be read: ${error}`];
    return rejected > 0 ? [`${rejected} rows of ${file.name} are no jobs`] : [];
  });
}

async function findingsBeside({ root, now_ms }: Desk, cluster: string): Promise<readonly string[]> {
  const findings: string[] = [];
  try {
    const record = await unfinishedCompaction(root, cluster);
    if (record !== null) {
      findings.push(
        `a compaction of ${record.replaces.length} files was not ended: the next start of the server ends it`,
      );
    }
  } catch (error) {
    findings.push(error instanceof Error ? error.message : String(error));
  }
  await readReport(root, cluster).catch((error) => {
    findings.push(`report.json cannot be read: ${error instanceof Error ? error.message : error}`);
  });
  await readInventory(root, cluster).catch((error) => {
    findings.push(`inventory.json cannot be read: ${error instanceof Error ? error.message : error}`);
  });
  for (const { path, changed_ms } of await listLeftovers(root, cluster)) {
    if (now_ms() - changed_ms < YOUNG_MS) continue;
    findings.push(`${path} was not written to the end: the next start of the server removes it`);
  }
  for (const name of await listSetAside(root, cluster)) {
    findings.push(`set-aside/${name} could not be read when it was found: repair it or remove it`);
  }
  for (const { name } of await listArchived(root, cluster)) {
    try {
      openSegment(await readArchived(root, { cluster, name }));
    } catch (error) {
      findings.push(
        `${name} in the archive cannot be read: ${error instanceof Error ? error.message : error}`,
      );
    }
  }
  return findings;
}
