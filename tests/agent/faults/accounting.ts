/** A cluster whose jobs start, end and reach the accounting as a seed says, and the sacct that tells of them. */
import type { Command, StartCommand } from "../../../agent/slurm/command.ts";
import { running } from "../fakes.ts";

/** A job of the cluster; times in epoch seconds. */
export interface ClusterJob {
  readonly id: number;
  readonly submit: number;
  readonly start: number;
  readonly end: number;
  /** When its end reaches the accounting database. */
  readonly known: number;
  readonly state: string;
}

const FIELDS =
  "AllocCPUS AllocTRES ElapsedRaw Eligible End JobID JobIDRaw JobName NodeList Start State Submit User";

/** The accounting of a cluster. */
export class Accounting {
  readonly jobs: ClusterJob[] = [];
  /** Whether a call of sacct fails that asks from some moment on. */
  fails: (asked: { readonly from: number }) => boolean = () => false;
  readonly #now: () => number;
  readonly #forgotten = new Set<number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Jobs that sacct has told of since this was emptied, as ended before the end of what it was asked about. */
  readonly told = new Set<number>();

  /** Forgets the jobs of which sacct has told, as a database does that is purged. */
  forget(): void {
    for (const id of this.told) this.#forgotten.add(id);
  }

  /** A job as the server shows it now. */
  shown(job: ClusterJob): string {
    const over = job.known <= this.#now();
    return `${job.id} ${over ? job.state : "RUNNING"} ${job.submit} ${job.start} ${over ? job.end : "-"}`;
  }

  /** Jobs of which the accounting knows the end by now, and which ended in some time. */
  ended({ start, end }: { readonly start: number; readonly end: number }): readonly ClusterJob[] {
    return this.jobs.filter((job) => job.known <= this.#now() && job.end >= start && job.end < end);
  }

  /** The commands of this cluster's Slurm. */
  readonly start: StartCommand = (command) => {
    const { program, args } = command;
    if (program !== "sacct") {
      return running({ stdout: program === "scontrol" ? "ClusterName = alpha\n" : "" });
    }
    if (args.includes("--version") || args.includes("-V")) return running({ stdout: "slurm 22.05.8\n" });
    if (args.includes("--helpformat") || args.includes("-e")) return running({ stdout: FIELDS });
    if (this.fails({ from: secondsOf(optionOf(args, "--starttime", "-S")) })) {
      return running({ code: 1, stderr: "sacct: error: Connection refused" });
    }
    return running({ stdout: this.#selected(command).map((job) => this.#row(job, command)).join("") });
  };

  #selected({ args }: Command): readonly ClusterJob[] {
    const states = optionOf(args, "--state", "-s");
    const from = secondsOf(optionOf(args, "--starttime", "-S"));
    const to = secondsOf(optionOf(args, "--endtime", "-E"));
    const now = this.#now();
    const known = this.jobs.filter(({ id, submit }) => submit <= now && !this.#forgotten.has(id));
    const runs = (job: ClusterJob) => job.known > now && job.start <= now;
    if (/\b(?:R|RUNNING)\b/.test(states)) return known.filter(runs);
    if (states !== "" && !/\b(?:CD|COMPLETED)\b/.test(states)) return [];
    const ended = (job: ClusterJob) => job.known <= now && job.end >= from && job.end <= to;
    return known.filter((job) => ended(job) || (states === "" && runs(job) && job.start < to));
  }

  #row(job: ClusterJob, { args }: Command): string {
    const over = job.known <= this.#now();
    const from = secondsOf(optionOf(args, "--starttime", "-S"));
    const to = secondsOf(optionOf(args, "--endtime", "-E"));
    // A look at one moment is not asked for what has ended.
    if (over && job.end < to && to - from > 1) this.told.add(job.id);
    const values: Readonly<Record<string, string>> = {
      JobID: `${job.id}`,
      JobIDRaw: `${job.id}`,
      User: "alice",
      State: over ? job.state : "RUNNING",
      Submit: `${job.submit}`,
      Eligible: `${job.submit}`,
      Start: `${job.start}`,
      End: over ? `${job.end}` : "Unknown",
      ElapsedRaw: `${(over ? job.end : this.#now()) - job.start}`,
      AllocCPUS: "2",
      AllocTRES: "cpu=2",
      NodeList: "n1",
    };
    const delimiter = optionOf(args, "--delimiter", "");
    return optionOf(args, "--format", "-o").split(",").map((name) => (values[name] ?? "") + delimiter).join(
      "",
    ) + "\n";
  }
}

function optionOf(args: readonly string[], long: string, short: string): string {
  const joined = args.find((arg) => arg.startsWith(`${long}=`));
  if (joined !== undefined) return joined.slice(long.length + 1);
  const at = args.findIndex((arg) => arg === long || arg === short);
  return at === -1 ? "" : args[at + 1];
}

function secondsOf(text: string): number {
  return Number(text.replace("uts", ""));
}
