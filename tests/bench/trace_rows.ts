/** Writes the jobs of a submission into a table, column by column. */
import type { Random } from "../../lib/demo/random.ts";
import { ID_KINDS } from "../../lib/job/ids.ts";
import type { JobTable } from "../../lib/job/table.ts";
import { PARTITIONS, type Population, QOS, type Template } from "./population.ts";
import { bracketed, type Sizes, Texts } from "./texts.ts";

const STATES = [
  "COMPLETED",
  "FAILED",
  "CANCELLED",
  "TIMEOUT",
  "OUT_OF_MEMORY",
  "NODE_FAIL",
  "PREEMPTED",
  "RUNNING",
  "PENDING",
] as const;
const STATE = Object.fromEntries(STATES.map((name, at) => [name, at])) as Record<
  (typeof STATES)[number],
  number
>;
const EXIT_CODES = ["0:0", "1:0", "0:15", "0:0", "0:125", "1:0", "0:15", "0:0", "0:0"] as const;
const REASONS = ["None", "Priority", "Resources", "QOSMaxCpuPerUserLimit", "Dependency"] as const;
/** How many neighbouring nodes a job may have, beside one. */
const WIDTHS = [1, 2, 4, 8, 16];
const MB = 1024 ** 2;

/** Where and when a submission of one or more tasks happens. */
interface Submitted {
  readonly submit_s: number;
  readonly tasks: number;
  readonly id: number;
}

/** Makes what becomes of submissions and writes it down. */
export class RowWriter {
  readonly #random: Random;
  readonly #population: Population;
  readonly #sizes: Sizes;
  readonly #now_s: number;
  readonly #texts;
  #table: JobTable | null = null;
  /** Jobs so far. */
  #written = 0;

  constructor(
    random: Random,
    { population, sizes, now_s }: {
      readonly population: Population;
      readonly sizes: Sizes;
      readonly now_s: number;
    },
  ) {
    this.#random = random;
    this.#population = population;
    this.#sizes = sizes;
    this.#now_s = now_s;
    const { tres, node_names } = population;
    const list = (number: number) => nodeList(number, { node_names, sizes });
    const lists = node_names.length * WIDTHS.length + 1 + sizes.scattered_lists;
    this.#texts = {
      user: new Texts("User", { size: sizes.users, textOf: (user) => `user${padded(user, 5)}` }),
      group: new Texts("Group", { size: 64, textOf: (group) => `group${padded(group, 2)}` }),
      account: new Texts("Account", { size: sizes.accounts, textOf: (one) => `acct${padded(one, 4)}` }),
      partition: new Texts("Partition", { size: PARTITIONS.length, textOf: (one) => PARTITIONS[one].name }),
      qos: new Texts("QOS", { size: QOS.length, textOf: (one) => QOS[one] }),
      name: new Texts("JobName", { size: sizes.names, textOf: (name) => `run_${name.toString(36)}.sh` }),
      state: new Texts("State", { size: STATES.length, textOf: (state) => STATES[state] }),
      cancelled: new Texts("CancelledBy", { size: sizes.users, textOf: (user) => String(10_000 + user) }),
      exit: new Texts("ExitCode", { size: EXIT_CODES.length, textOf: (code) => EXIT_CODES[code] }),
      reason: new Texts("Reason", { size: REASONS.length, textOf: (reason) => REASONS[reason] }),
      nodes: new Texts("NodeList", { size: lists, textOf: list }),
      requested: new Texts("ReqTRES", { size: tres.length, textOf: (one) => untyped(tres[one]) }),
      allocated: new Texts("AllocTRES", { size: tres.length, textOf: (one) => tres[one] }),
    } as const;
  }

  /** From now on jobs go into this table. */
  turnTo(table: JobTable): void {
    this.#table = table;
    for (const texts of Object.values(this.#texts)) texts.turnTo(table);
  }

  /** Writes all tasks of a submission. */
  write(template: Template, { submit_s, tasks, id }: Submitted): void {
    const random = this.#random;
    const wait_s = Math.min(7 * 86_400, template.median_wait_s * Math.exp(1.5 * random.normal()));
    const run_s = template.median_run_s * Math.exp(0.9 * random.normal());
    // However many tasks there are, the last starts within half a day of the first.
    const pause_s = 40 * random.next() * Math.min(1, 1000 / tasks);
    for (let task = 0; task < tasks; task++) {
      const row = this.#table?.length ?? 0;
      this.#identify(row, { id, task, tasks });
      const draw = random.next();
      // Failures show early, a cancellation any time.
      const part = draw < 0.87 ? 1 + 0.04 * random.normal() : random.next();
      this.#job(row, template, {
        submit_s,
        start_s: submit_s + Math.floor(wait_s + task * pause_s),
        run_s: Math.max(1, Math.round(run_s * part)),
        draw,
      });
    }
  }

  #identify(row: number, { id, task, tasks }: { id: number; task: number; tasks: number }): void {
    const { ids } = this.#must();
    ids.JobID.kinds[row] = tasks === 1 ? ID_KINDS.job : ID_KINDS.task;
    ids.JobID.numbers[row] = id;
    ids.JobID.parts[row] = task;
    ids.JobIDRaw.kinds[row] = ID_KINDS.job;
    ids.JobIDRaw.numbers[row] = id + task;
  }

  #job(
    row: number,
    template: Template,
    { submit_s, start_s, run_s, draw }: { submit_s: number; start_s: number; run_s: number; draw: number },
  ): void {
    const table = this.#must();
    table.length = row + 1;
    this.#written++;
    const { numbers } = table;
    const texts = this.#texts;
    const limited_s = Math.min(run_s, template.limit_min * 60);
    const pending = start_s >= this.#now_s;
    const never = !pending && draw >= 0.985;
    const ran = !pending && !never;
    const running = ran && start_s + limited_s > this.#now_s;
    const state = pending ? STATE.PENDING : running ? STATE.RUNNING : outcome(draw, run_s > limited_s);
    texts.user.set(row, template.user);
    texts.group.set(row, template.account % 64);
    texts.account.set(row, template.account);
    texts.partition.set(row, template.partition);
    texts.qos.set(row, template.qos);
    texts.name.set(row, this.#varied ? this.#written % this.#sizes.names : template.name);
    texts.state.set(row, state);
    if (state === STATE.CANCELLED) texts.cancelled.set(row, template.user);
    texts.exit.set(row, EXIT_CODES[state] === undefined ? 0 : state);
    texts.reason.set(row, pending ? 1 + (row % 4) : 0);
    texts.requested.set(row, template.tres);
    if (ran) texts.allocated.set(row, template.tres);
    texts.nodes.set(row, ran ? this.#placeOf(template) : 0);
    numbers.Submit[row] = submit_s;
    numbers.Eligible[row] = submit_s;
    numbers.Start[row] = ran ? start_s : NaN;
    numbers.End[row] = pending || running ? NaN : never ? start_s : start_s + limited_s;
    const span_s = running ? this.#now_s - start_s : limited_s;
    // Some were suspended for a while.
    const elapsed_s = !ran ? 0 : draw < 0.003 && !running ? Math.ceil(span_s * 0.7) : span_s;
    numbers.ElapsedRaw[row] = elapsed_s;
    numbers.TimelimitRaw[row] = template.limit_min;
    numbers.AllocCPUS[row] = template.cpus;
    numbers.AllocGPUS[row] = ran ? template.gpus : 0;
    numbers.AllocNodes[row] = template.nodes;
    numbers.ReqMem[row] = template.mem_mb * MB;
    numbers.Restarts[row] = 0;
    const measured = ran && !running && elapsed_s >= 30;
    const noise = 0.8 + 0.2 * this.#random.next();
    numbers.MaxRSS[row] = measured ? Math.floor(template.mem_efficiency * noise * template.mem_mb) * MB : NaN;
    numbers.TotalCPU[row] = measured
      ? Math.round(template.cpu_efficiency * noise * template.cpus * elapsed_s * 1000) / 1000
      : NaN;
    // As the ingest derives them: rate × length of the run.
    const share = running ? 1 : Math.min(1, elapsed_s / span_s);
    numbers.CPUHours[row] = ran ? template.cpus * share * span_s / 3600 : NaN;
    numbers.GPUHours[row] = ran ? template.gpus * share * span_s / 3600 : NaN;
  }

  /** Number of a node list; 0 is that of jobs without nodes. */
  #placeOf({ partition, nodes }: Template): number {
    const random = this.#random;
    const { node_names, ranges } = this.#population;
    const { first, count } = ranges[partition];
    const neighbours = node_names.length * WIDTHS.length;
    if (this.#varied && this.#written % 16 > 0) {
      return 1 + neighbours + this.#written % this.#sizes.scattered_lists;
    }
    // The first nodes are filled first.
    const place = Math.floor((count - nodes + 1) * random.next() ** 1.3);
    return 1 + WIDTHS.indexOf(nodes) * node_names.length + first + place;
  }

  /** Whether nearly every job has a name and a node list of its own. */
  get #varied(): boolean {
    return this.#sizes.scattered_lists > 0;
  }

  #must(): JobTable {
    if (this.#table === null) throw new Error("No table was given to write into");
    return this.#table;
  }
}

function outcome(draw: number, cut: boolean): number {
  if (cut) return STATE.TIMEOUT;
  if (draw < 0.87) return STATE.COMPLETED;
  if (draw < 0.945) return STATE.FAILED;
  if (draw < 0.97) return STATE.CANCELLED;
  if (draw < 0.977) return STATE.OUT_OF_MEMORY;
  if (draw < 0.978) return STATE.NODE_FAIL;
  return draw < 0.985 ? STATE.PREEMPTED : STATE.CANCELLED;
}

function nodeList(
  number: number,
  { node_names, sizes }: { readonly node_names: readonly string[]; readonly sizes: Sizes },
): string {
  if (number === 0) return "None assigned";
  const place = number - 1;
  const width = WIDTHS[Math.floor(place / node_names.length)];
  if (width === undefined) {
    const scattered = place - node_names.length * WIDTHS.length;
    // A step that has no factor in common with the number of nodes visits all of them.
    const at = (step: number) => 1 + (scattered * step) % (sizes.nodes - 8);
    const [a, b] = [at(7919), at(104_729)].sort((x, y) => x - y);
    return bracketed("cn", [[a, a], [b + 1, b + 1 + (scattered >> 4) % 7], [
      sizes.nodes,
      sizes.nodes + scattered % 50,
    ]]);
  }
  const name = node_names[place % node_names.length];
  if (width === 1) return name;
  const first = Number(name.slice(2));
  return bracketed(name.slice(0, 2), [[first, first + width - 1]]);
}

function untyped(tres: string): string {
  return tres.replace(/gres\/gpu:\w+=\d+,/, "");
}

function padded(number: number, digits: number): string {
  return String(number).padStart(digits, "0");
}
