/** One story: a cluster, an agent that dies and starts again, and a server in trouble, as a seed says. */
import assert from "node:assert/strict";
import { collectCommand } from "../../../agent/commands/collect.ts";
import type { Config } from "../../../agent/config.ts";
import { parseOptions } from "../../../agent/options.ts";
import type { ExitStatus } from "../../../agent/run.ts";
import { coveredUntil } from "../../../agent/spool/spans.ts";
import { readState, type State } from "../../../agent/spool/state.ts";
import type { FileSystem } from "../../../lib/disk/file_system.ts";
import { MACHINE } from "../../../lib/disk/file_system.ts";
import { FaultyDisk } from "../../lib/disk/faulty_disk.ts";
import { KEY } from "../../lib/server/test_server.ts";
import { fakeWorld } from "../fakes.ts";
import { Accounting } from "./accounting.ts";
import { Front, type Trouble } from "./front.ts";

const HOUR_S = 3600;
const DAY_S = 86_400;
const MARGIN_S = 6 * HOUR_S;
const WINDOW_DAYS = 2;
const FIRST_S = Date.UTC(2026, 0, 8) / 1000;

/** Numbers as a seed says. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761 + 12_345) >>> 0;
  }

  readonly next = (): number => {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }
}

const TROUBLES: readonly Trouble[] = [
  "500",
  "503",
  "503 wait",
  "429 wait",
  "507",
  "cut before",
  "cut after",
  "cut after",
  "garbage before",
  "garbage after",
  "wrong counts",
  "half",
  "half",
  "restart before",
  "restart after",
];
const MOODS = [
  "calm",
  "flaky",
  "flaky",
  "flaky",
  "down",
  "down",
  "down",
  "picky",
  "small",
  "denied",
  "patient",
  "stalls",
] as const;
const FAULTS = [
  "none",
  "none",
  "late power cut",
  "late power cut",
  "death",
  "death",
  "power cut",
  "power cut",
  "error",
  "full",
] as const;

/** How often each thing happened, to see that the stories tell of everything. */
export type Events = Map<string, number>;

/** Plays a story of some rounds to its end and fails unless the server then has what the cluster has. */
export async function playStory(
  seed: number,
  { rounds, folder, events }: { readonly rounds: number; readonly folder: string; readonly events: Events },
): Promise<void> {
  const chance = new Chance(seed);
  let now_s = FIRST_S;
  const accounting = new Accounting(() => now_s);
  const front = await Front.open(`${folder}/data`, () => now_s * 1000);
  const count = (event: string) => events.set(event, (events.get(event) ?? 0) + 1);
  const state_folder = `${folder}/agent`;
  // Where the disk loses what was written, what Slurm has forgotten is lost: a story tells of one of both.
  const rots = seed % 2 === 0;
  try {
    for (let round = 0; round < rounds; round++) {
      now_s = Math.floor(now_s) + 300 + chance.below(5 * HOUR_S);
      addJobs();
      await playRound();
      await check(`round ${round}`);
      if (rots && chance.next() < 0.3) rot();
    }
    // The server has got over everything, and does not want to be left alone any more.
    now_s = Math.floor(now_s) + DAY_S;
    calm();
    let began_s = now_s;
    for (let tries = 0; await run(MACHINE) !== 0; tries++) {
      assert.ok(tries < 3, "a calm run leaves nothing to be done");
      began_s = now_s += HOUR_S;
    }
    await checkEnd(Math.floor(began_s));
  } finally {
    await front.close();
  }

  function addJobs(): void {
    for (let jobs = chance.below(16); jobs > 0; jobs--) {
      const end = now_s - chance.below(3 * HOUR_S) + chance.below(2 * HOUR_S);
      const start = end - 60 - chance.below(chance.next() < 0.1 ? 3 * DAY_S : 4 * HOUR_S);
      const late_s = chance.next() < 0.3 ? chance.below(MARGIN_S) : 0;
      // Nothing gets known of a moment that is past.
      const known = Math.max(end + late_s, now_s);
      if (known >= end + MARGIN_S) continue;
      accounting.jobs.push({
        id: accounting.jobs.length + 1,
        submit: start - chance.below(600),
        start,
        end,
        known,
        state: chance.of(["COMPLETED", "FAILED", "TIMEOUT"]),
      });
    }
  }

  function calm(): void {
    front.trouble = () => "none";
    front.most_jobs = Infinity;
    accounting.fails = () => false;
  }

  async function playRound(): Promise<void> {
    calm();
    const mood = chance.of(MOODS);
    if (mood === "flaky") front.trouble = () => chance.next() < 0.4 ? chance.of(TROUBLES) : "none";
    if (mood === "down") front.trouble = () => chance.of(["503", "cut before", "500"]);
    if (mood === "picky") {
      const bad = chance.below(7);
      const answer = chance.of(["400", "500"] as const);
      front.trouble = (ids) => ids.some((id) => Number(id) % 7 === bad) ? answer : "none";
    }
    if (mood === "small") {
      const bad = chance.below(5);
      front.most_jobs = 1 + chance.below(2);
      front.trouble = (ids) =>
        chance.next() < 0.2 ? "cut after" : ids.some((id) => Number(id) % 5 === bad) ? "400" : "none";
    }
    if (mood === "denied") {
      front.trouble = () => chance.next() < 0.3 ? chance.of(["401", "redirect"]) : "none";
    }
    if (mood === "patient") front.trouble = () => chance.next() < 0.3 ? "503 long wait" : "none";
    if (mood === "stalls") {
      let left = 1;
      front.trouble = () => left-- > 0 ? "stall" : "none";
    }
    const fails_never = chance.next() < 0.85;
    accounting.fails = fails_never ? () => false : () => chance.next() < 0.3;
    const fault = chance.of(FAULTS);
    const at = fault === "late power cut" ? Infinity : chance.below(chance.of([20, 80, 320]));
    let dead = false;
    const disk = fault === "none"
      ? MACHINE
      : fault === "full"
      ? fullFrom(at)
      : new FaultyDisk(at, fault === "late power cut" ? "power cut" : fault, { died: () => dead = true });
    const limit_bytes = chance.next() < 0.1 ? 1500 + chance.below(4000) : 1e9;
    accounting.told.clear();
    const status = await run(disk, { is_dead: () => dead, limit_bytes });
    const died = dead;
    // Whatever a run has said is kept must be, even if the power fails after it.
    if (disk instanceof FaultyDisk && fault.endsWith("power cut") && !died) {
      disk.failNext();
      await assert.rejects(async () => await disk.freeBytes());
      count("power cut after the run");
    }
    const kept = !died && (status === 0 || status === 75) && fails_never && limit_bytes === 1e9;
    if (!rots && kept && fault !== "error" && fault !== "full") {
      accounting.forget();
      count("Slurm forgot");
    }
    count(`server ${mood}`);
    count(died ? `died: ${fault}` : `disk ${fault}`);
    count(`status ${died ? "none" : status}`);
  }

  /** Lets the disk damage or lose one of the agent's files. */
  function rot(): void {
    const state = `${state_folder}/state.json`;
    const there = (path: string) => names(path).map((name) => `${path}/${name}`);
    if (!names(folder).includes("agent")) return;
    const files = there(state_folder).filter((path) => path === state || path === `${state}.previous`);
    const spool = ["spool", "set-aside"].filter((name) => names(state_folder).includes(name))
      .flatMap((name) => there(`${state_folder}/${name}`));
    // Either of both states may be lost, but not both.
    const path = chance.of([...(files.length === 2 ? files : []), ...spool, ...spool]);
    if (path === undefined) return;
    const bytes = Deno.readFileSync(path);
    const damage = chance.of(["flipped", "cut", "lost"]);
    if (damage === "lost") Deno.removeSync(path);
    else if (damage === "cut") Deno.truncateSync(path, chance.below(bytes.length));
    else {
      bytes[chance.below(bytes.length)] ^= 1 << chance.below(8);
      Deno.writeFileSync(path, bytes);
    }
    count(`rot: ${path.startsWith(state) ? "state" : "batch"} ${damage}`);
  }

  async function run(
    disk: FileSystem,
    { is_dead = () => false, limit_bytes = 1e9 }: {
      readonly is_dead?: () => boolean;
      readonly limit_bytes?: number;
    } = {},
  ): Promise<ExitStatus | "dead"> {
    const world = fakeWorld({
      now: () => Math.floor(now_s),
      random: chance.next,
      uuid: () => `${seed}-${chance.next()}`,
      sleep: (milliseconds) => {
        now_s += milliseconds / 1000;
        return Promise.resolve();
      },
      fetch: (input: Parameters<typeof fetch>[0], init?: RequestInit) =>
        is_dead() ? Promise.reject(new Error("the process has ended")) : fetch(input, init),
      start: accounting.start,
      disk,
    });
    const config: Config = {
      api_url: front.api_url,
      api_key: KEY,
      cluster_name: "alpha",
      timeout_s: 0.25,
      collection_window_days: WINDOW_DAYS,
      late_margin_s: MARGIN_S,
      ca_file: null,
      state_folder,
      spool_limit_bytes: limit_bytes,
      job_names: false,
      pseudonymise_users: "off",
      send_full_names: false,
    };
    const limits = { jobs: 1 + chance.below(4), bytes: 1e6 };
    now_s = Math.floor(now_s);
    try {
      const options = parseOptions([]);
      return await collectCommand({ world, config, options, cluster: "alpha" }, { limits });
    } catch (error) {
      if (is_dead()) return "dead";
      // A folder that cannot even be opened; nothing is lost.
      if (error instanceof Error && error.message.startsWith("state_folder")) return 1;
      throw error;
    }
  }

  /** What must hold at any time: the server has nothing that is not so, nothing twice, and all of what is settled. */
  async function check(when: string): Promise<void> {
    const found = await front.jobs();
    const there = new Set(found.map((job) => job.split(" ")[0]));
    assert.equal(there.size, found.length, `${when}: nothing is there twice`);
    const state = await stateThere();
    if (state === null) return;
    for (const span of state.settled) {
      for (const job of accounting.ended(span)) {
        assert.ok(there.has(`${job.id}`), `${when}: job ${job.id} is settled and not on the server`);
      }
    }
  }

  async function stateThere(): Promise<State | null> {
    return await readState(state_folder).catch((error) => {
      if (error instanceof Deno.errors.NotFound || (rots && error instanceof SyntaxError)) return null;
      throw error;
    });
  }

  /** On a busy machine something may be tried again, which takes time: the last run began at `began_s`. */
  async function checkEnd(began_s: number): Promise<void> {
    const state = await stateThere();
    assert.ok(state !== null);
    const covered_s = coveredUntil(state.covered, state.origin_s);
    assert.ok(covered_s >= began_s && covered_s <= now_s, `covered to ${covered_s}, not to now, ${now_s}`);
    assert.equal(front.collected_until_s, covered_s, "and the server knows");
    assert.deepEqual(names(`${state_folder}/spool`), [], "the spool is empty");
    assert.deepEqual(names(`${state_folder}/set-aside`), [], "nothing is set aside");
    const due = accounting.jobs.filter(({ end, start, known }) =>
      known <= now_s ? end >= FIRST_S - WINDOW_DAYS * DAY_S + 6 * HOUR_S : start <= now_s
    ).map((job) => accounting.shown(job));
    const found = new Set(await front.jobs());
    assert.deepEqual(due.filter((job) => !found.has(job)), [], "the server has all that the cluster has");
    const all = new Set(accounting.jobs.map((job) => accounting.shown(job)));
    assert.deepEqual([...found].filter((job) => !all.has(job)), [], "and nothing else");
  }
}

function names(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name);
}

/** A disk without room for anything new from its n-th call on. */
function fullFrom(at: number): FileSystem {
  let calls = 0;
  return {
    ...MACHINE,
    create: async (path) => {
      if (calls++ >= at) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
      return await MACHINE.create(path);
    },
  };
}
