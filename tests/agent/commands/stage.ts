/** A server and a cluster for the commands to work with, which do as they are told and keep account of it. */
import { backfillCommand } from "../../../agent/commands/backfill.ts";
import { type Afterwards, collectCommand } from "../../../agent/commands/collect.ts";
import type { BatchLimits } from "../../../agent/commands/pack.ts";
import type { Config } from "../../../agent/config.ts";
import { parseOptions } from "../../../agent/options.ts";
import type { ExitStatus, Run } from "../../../agent/run.ts";
import { readState, type State } from "../../../agent/spool/state.ts";
import type { World } from "../../../agent/world.ts";
import type { Batch } from "../../../lib/job/batch.ts";
import { withFolder } from "../../helpers.ts";
import { configOf, type FakeWorld, fakeWorld } from "../fakes.ts";
import { Accounting } from "../faults/accounting.ts";

const HOUR_S = 3600;

/** What a run differs in. */
export interface Differences {
  readonly world?: Partial<World>;
  readonly config?: Partial<Config>;
  readonly cluster?: string;
}

/** A server and a cluster. */
export class Stage {
  now_s = Date.UTC(2026, 0, 8, 12) / 1000;
  readonly accounting = new Accounting(() => this.now_s);
  /** Batches that the server has stored. */
  readonly stored: Batch[] = [];
  requests = 0;
  /** What the server answers, where it does not store a batch. */
  respond: (batch: Batch) => Response | Error | undefined = () => undefined;
  world: FakeWorld = fakeWorld();
  readonly #config: Config;

  constructor(folder: string) {
    this.#config = configOf({ state_folder: folder, late_margin_s: 6 * HOUR_S });
  }

  /** Adds a job that ended some hours ago, and got known then unless said otherwise. */
  job(id: number, hours_ago: number, known_hours_ago = hours_ago): void {
    const end = this.now_s - hours_ago * HOUR_S;
    const known = this.now_s - known_hours_ago * HOUR_S;
    const submit = end - 4 * HOUR_S;
    this.accounting.jobs.push({ id, submit, start: submit, end, known, state: "COMPLETED" });
  }

  collect(
    { afterwards, limits, ...differences }: Differences & {
      readonly afterwards?: readonly Afterwards[];
      readonly limits?: BatchLimits;
    } = {},
  ): Promise<ExitStatus> {
    return collectCommand(this.#run([], differences), { afterwards, limits });
  }

  backfill(args: readonly string[], differences: Differences = {}): Promise<ExitStatus> {
    return backfillCommand(this.#run(["backfill", ...args], differences));
  }

  state(): Promise<State | null> {
    return readState(this.#config.state_folder);
  }

  /** Ids of the jobs that the server has stored, as often as it was sent them. */
  get ids(): readonly string[] {
    return this.stored.flatMap(({ jobs }) => jobs.map(({ JobID }) => String(JobID)));
  }

  #run(args: readonly string[], { world = {}, config = {}, cluster = "alpha" }: Differences = {}): Run {
    this.world = fakeWorld({
      now: () => this.now_s,
      start: this.accounting.start,
      fetch: async (_url: Parameters<typeof fetch>[0], init?: RequestInit) => {
        this.requests++;
        const body = new Blob([init?.body as Uint8Array<ArrayBuffer>]).stream()
          .pipeThrough(new DecompressionStream("gzip"));
        const batch: Batch = await new Response(body).json();
        const answer = this.respond(batch) ?? this.#store(batch);
        if (answer instanceof Error) throw answer;
        return answer;
      },
      ...world,
    });
    const options = parseOptions(args);
    return { world: this.world, config: { ...this.#config, ...config }, options, cluster };
  }

  #store(batch: Batch): Response {
    this.stored.push(batch);
    const accepted = batch.jobs.length;
    const counts = { jobs_processed: accepted, accepted, updated: 0, duplicates: 0, rejected: [] };
    return Response.json({ success: true, message: "", hostname: batch.hostname, ...counts });
  }
}

/** A refusal with a reason. */
export function refusal(status: number, detail = "not this"): Response {
  return Response.json({ title: "No", detail }, { status });
}

/** Batches of two jobs, so that a few jobs are several. */
export const FEW: BatchLimits = { jobs: 2, bytes: 1e6 };

/** A stage in a folder of its own. */
export async function withStage(use: (stage: Stage, folder: string) => Promise<void>): Promise<void> {
  await withFolder((folder) => use(new Stage(folder), folder));
}

/** Names of what is in a folder. */
export function names(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();
}

/** What a fetch fails with while the server is gone. */
export function gone(): Error {
  return new TypeError("connection refused");
}
