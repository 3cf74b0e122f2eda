import type { Cluster } from "./cluster.ts";

const SEPARATOR = "\x1f";
/** Fields without free text: a line is a record. */
const FIELDS = [
  "JobIDRaw",
  "JobID",
  "User",
  "Account",
  "Partition",
  "QOS",
  "State",
  "ExitCode",
  "Submit",
  "Eligible",
  "Start",
  "End",
  "ElapsedRaw",
  "AllocCPUS",
  "AllocNodes",
  "NodeList",
  "AllocTRES",
  "CPUTimeRAW",
] as const;

/** What else an agent may send but the job's name, of jobs and of their steps. */
const MORE_FIELDS = [
  "Group",
  "WCKey",
  "Reservation",
  "Reason",
  "TimelimitRaw",
  "ReqTRES",
  "ReqMem",
  "MaxRSS",
  "TotalCPU",
];

/** A record as sacct prints it to a person: local times without offset, here in UTC. */
export type SacctRecord = Readonly<Record<typeof FIELDS[number], string>>;

/** Every record that sacct tells of a cluster: what was ever eligible, and what of these ids has ended besides. */
export async function everyRecord(cluster: Cluster, ids: readonly string[]): Promise<readonly SacctRecord[]> {
  const listed = await records(cluster, ["-a", "-S", "2024-01-01", "-E", "now"]);
  const named = await records(cluster, ["-j", ids.join(",")]);
  const known = new Set(listed.map(identity));
  return [...listed, ...named.filter((record) => !known.has(identity(record)) && record.End !== "Unknown")];
}

/** What tells one record from another: the raw id comes again after a requeue and a resize. */
export function identity(
  { JobIDRaw, Submit }: { readonly JobIDRaw: unknown; readonly Submit: unknown },
): string {
  return `${JobIDRaw} of ${seconds(Submit)}`;
}

/** Epoch seconds of a time in UTC as sacct or the API writes it; null for Unknown and None. */
export function seconds(time: unknown): number | null {
  const text = String(time);
  if (time === null || text === "Unknown" || text === "None") return null;
  return Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`) / 1000;
}

async function records(cluster: Cluster, selection: readonly string[]): Promise<readonly SacctRecord[]> {
  const options = ["-XPnD", "--noconvert", `--delimiter=${SEPARATOR}`, "-o", FIELDS.join(",")];
  const lines = await linesOf(cluster, "sacct", ...options, ...selection);
  return lines.map((line) => {
    const values = line.split(SEPARATOR);
    return Object.fromEntries(FIELDS.map((field, i) => [field, values[i]])) as SacctRecord;
  });
}

/** All that sacct tells now of the last week's jobs and their steps, as one text for each record, by its identity. */
export async function recentTexts(cluster: Cluster): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  const fields = ["JobIDRaw", "Submit", ...FIELDS.slice(1), ...MORE_FIELDS].join(",");
  const options = ["-aPnD", "--noconvert", `--delimiter=${SEPARATOR}`, "-o", fields];
  let job = "";
  for (const line of await linesOf(cluster, "sacct", ...options, "-S", "now-7days", "-E", "now")) {
    const [JobIDRaw, Submit] = line.split(SEPARATOR);
    if (!JobIDRaw.includes(".")) job = identity({ JobIDRaw, Submit });
    texts.set(job, `${texts.get(job) ?? ""}${line}\n`);
  }
  return texts;
}

/** Largest MaxRSS in bytes of the steps of each job, by raw id. */
export async function largestSteps(cluster: Cluster): Promise<ReadonlyMap<string, number>> {
  const largest = new Map<string, number>();
  const options = ["-aPn", "--noconvert", `--delimiter=${SEPARATOR}`, "-o", "JobIDRaw,MaxRSS"];
  for (const line of await linesOf(cluster, "sacct", ...options, "-S", "2024-01-01", "-E", "now")) {
    const [id, size] = line.split(SEPARATOR);
    const job = id.split(".")[0];
    if (size !== "") largest.set(job, Math.max(largest.get(job) ?? 0, Number(size)));
  }
  return largest;
}

/** Seconds of a resource by user, summed over accounts, between two UTC days (the second not included), by sreport. */
export async function sreportByUser(
  cluster: Cluster,
  { tres, start, end }: { readonly tres: "cpu" | "gres/gpu"; readonly start: string; readonly end: string },
): Promise<Readonly<Record<string, number>>> {
  const report = ["cluster", "AccountUtilizationByUser", `start=${start}`, `end=${end}`];
  const options = ["-nP", "-t", "seconds", "-T", tres, ...report, "format=Login,Used"];
  const used: Record<string, number> = {};
  for (const line of await linesOf(cluster, "sreport", ...options)) {
    const [user, amount] = line.split("|");
    if (user !== "") used[user] = (used[user] ?? 0) + Number(amount);
  }
  return used;
}

async function linesOf(
  cluster: Cluster,
  program: string,
  ...args: readonly string[]
): Promise<readonly string[]> {
  return (await cluster.run(program, ...args)).split("\n").filter((line) => line !== "");
}
