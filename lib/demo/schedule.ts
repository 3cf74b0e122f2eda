import type { Span } from "./calendar.ts";
import { nodesOf } from "./hardware.ts";
import type { Cluster, Partition } from "./hardware.ts";
import { EventQueue } from "./event_queue.ts";
import { Machine, OVERRUN_S } from "./machine.ts";
import { Quota } from "./quota.ts";
import type { Fate, Request } from "./requests.ts";
import type { Run } from "./run.ts";

/** A run in the making. */
type Ticket = { -readonly [K in keyof Run]: Run[K] } & {
  readonly priority: number;
  readonly fate: Fate;
  phase: "coming" | "waiting" | "running" | "over";
  /** When something happens to it next; an event of another time is out of date. */
  due_s: number;
};

const REQUEUE_DELAY_S = 121;
/** How many waiting jobs of a partition are looked at when something has changed. */
const DEPTH = 150;
/** Later tasks of an array stand back, so that one array does not fill the queue. */
const TASK_HANDICAP_S = 120;
/** How long nodes stay kept for a job before they are chosen anew. */
const REPLAN_S = 600;
/** A job runs this long before another may push it out (Slurm's PreemptExemptTime). */
const EXEMPT_S = 7_200;
const USER_LIMIT = "QOSMaxCpuPerUserLimit";

/**
 * Runs the jobs on the cluster: first come, first served in each partition, where a job that must wait keeps the
 * nodes that are free soonest and smaller ones are filled in around it. Nothing starts during the outage, and
 * what was running when it began is lost. Yields what has ended up to now in the order of the ends, then what runs
 * and what waits.
 *
 * @param requests in the order of their submission
 */
export function* simulate(
  cluster: Cluster,
  context: { readonly requests: readonly Request[]; readonly outage: Span; readonly now_s: number },
): Generator<Run> {
  const { requests, outage, now_s } = context;
  const scheduler = new Scheduler(cluster);
  const turns = [outage.from_s, outage.to_s, Infinity];
  let next = 0;
  while (true) {
    const arrival_s = requests[next]?.submit_s ?? Infinity;
    const at_s = Math.min(arrival_s, scheduler.next_s, turns[0]);
    if (at_s > now_s) break;
    if (at_s === turns[0]) turns.shift() === outage.from_s ? scheduler.close(at_s) : scheduler.open(at_s);
    else if (at_s === arrival_s) scheduler.submit(requests[next++]);
    else scheduler.step();
    if (scheduler.ended.length > 0) yield* scheduler.ended.splice(0);
  }
  yield* scheduler.unfinished();
}

class Scheduler {
  /** What has ended since it was last emptied. */
  readonly ended: Run[] = [];
  readonly #cluster: Cluster;
  readonly #machine: Machine;
  readonly #quota: Quota;
  readonly #events = new EventQueue<Ticket>();
  readonly #coming = new Set<Ticket>();
  readonly #running = new Set<Ticket>();
  /** Those of the running ones that may be pushed out. */
  readonly #preemptible = new Set<Ticket>();
  /** The queue of each partition. */
  readonly #waiting: readonly Ticket[][];
  /** The job of each partition that nodes are kept for, and since when. */
  readonly #kept = new Map<Partition, { readonly ticket: Ticket; readonly since_s: number }>();
  #closed = false;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#machine = new Machine(nodesOf(cluster));
    this.#quota = new Quota(cluster);
    this.#waiting = cluster.partitions.map(() => []);
  }

  get next_s(): number {
    return this.#events.next_s;
  }

  submit(request: Request): void {
    this.#admit(request, { submit_s: request.submit_s, ready_s: request.ready_s, restarts: 0 });
  }

  /** Lets the next event happen. */
  step(): void {
    const at_s = this.#events.next_s;
    const ticket = this.#events.take();
    if (ticket.phase === "over" || ticket.due_s !== at_s) return;
    if (ticket.phase === "running") this.#finish(ticket, ticket.state, at_s);
    else if (ticket.phase === "coming" && ticket.request.ready_s < Infinity) this.#enqueue(ticket, at_s);
    else this.#giveUp(ticket, at_s);
  }

  close(at_s: number): void {
    this.#closed = true;
    for (const ticket of [...this.#running]) this.#finish(ticket, "NODE_FAIL", at_s);
  }

  open(at_s: number): void {
    this.#closed = false;
    for (const partition of this.#cluster.partitions) this.#pass(partition, at_s);
  }

  unfinished(): readonly Run[] {
    for (const ticket of this.#running) {
      ticket.state = "RUNNING";
      ticket.end_s = null;
    }
    const waiting = [...this.#coming, ...this.#waiting.flat()];
    return [...this.#running, ...waiting.sort((a, b) => a.submit_s - b.submit_s)];
  }

  #admit(
    request: Request,
    run: { readonly submit_s: number; readonly ready_s: number; readonly restarts: number },
  ): void {
    const again = run.restarts > 0;
    const ticket: Ticket = {
      request,
      submit_s: run.submit_s,
      eligible_s: again ? run.submit_s + REQUEUE_DELAY_S - 1 : request.eligible_s,
      restarts: run.restarts,
      state: "PENDING",
      start_s: null,
      end_s: null,
      nodes: [],
      reason: request.obstacle ?? (request.eligible_s === request.submit_s ? "None" : "BeginTime"),
      priority: run.submit_s + TASK_HANDICAP_S * (request.array?.task ?? 0),
      fate: again ? "COMPLETED" : request.fate,
      phase: "coming",
      due_s: run.ready_s < Infinity ? run.ready_s : request.gives_up_s,
    };
    this.#coming.add(ticket);
    if (ticket.due_s < Infinity) this.#events.add(ticket.due_s, ticket);
  }

  #enqueue(ticket: Ticket, at_s: number): void {
    this.#coming.delete(ticket);
    const { request } = ticket;
    const queue = this.#queueOf(request.partition);
    if (this.#start(ticket, at_s)) return;
    ticket.phase = "waiting";
    ticket.reason = this.#closed ? "ReqNodeNotAvail" : this.#quota.allows(request) ? "Priority" : USER_LIMIT;
    ticket.due_s = ticket.restarts > 0 ? Infinity : Math.max(at_s + 1, request.gives_up_s);
    if (ticket.due_s < Infinity) this.#events.add(ticket.due_s, ticket);
    let place = queue.length;
    while (place > 0 && queue[place - 1].priority > ticket.priority) place--;
    queue.splice(place, 0, ticket);
    if (place === 0) this.#keepFor(ticket, at_s);
  }

  #giveUp(ticket: Ticket, at_s: number): void {
    this.#coming.delete(ticket);
    const queue = this.#queueOf(ticket.request.partition);
    const place = queue.indexOf(ticket);
    if (place >= 0) queue.splice(place, 1);
    this.#forget(ticket);
    this.#end(ticket, ticket.request.gives_up_as, at_s);
  }

  /** Starts a job if it fits, perhaps in the place of others. */
  #start(ticket: Ticket, at_s: number): boolean {
    const { request, fate } = ticket;
    if (this.#closed || !this.#quota.allows(request)) return false;
    const nodes = this.#machine.fit(request, at_s) ?? this.#preempt(request, at_s);
    if (nodes === null) return false;
    this.#machine.take(nodes, request, at_s);
    this.#quota.take(request);
    const lasts_s = fate === "COMPLETED" ? request.run_s : request.fate_s;
    const in_time = lasts_s <= request.limit_s;
    ticket.phase = "running";
    ticket.start_s = at_s;
    ticket.nodes = nodes;
    ticket.state = in_time ? fate : "TIMEOUT";
    ticket.due_s = at_s + (in_time ? lasts_s : request.limit_s + request.id % OVERRUN_S);
    this.#events.add(ticket.due_s, ticket);
    this.#running.add(ticket);
    if (request.partition.preemptible) this.#preemptible.add(ticket);
    this.#forget(ticket);
    return true;
  }

  /** Nodes that a job fits on once the preemptible jobs there are gone, which it then ends; null if there are none. */
  #preempt(request: Request, at_s: number): readonly number[] | null {
    if (request.partition.preemptible || this.#preemptible.size === 0) return null;
    const { first, end } = request.partition;
    const others = [...this.#preemptible].filter(({ nodes: [node], start_s }) =>
      node >= first && node < end && start_s !== null && at_s - start_s >= EXEMPT_S
    );
    if (others.length === 0) return null;
    for (const other of others) this.#machine.give(other.nodes, other.request);
    const nodes = this.#machine.fit(request, at_s);
    for (const other of others) this.#machine.take(other.nodes, other.request, other.start_s ?? at_s);
    if (nodes === null) return null;
    for (const other of others) {
      if (nodes.includes(other.nodes[0])) this.#finish(other, "PREEMPTED", at_s);
    }
    return nodes;
  }

  #finish(ticket: Ticket, state: Run["state"], at_s: number): void {
    const { request } = ticket;
    this.#machine.give(ticket.nodes, request);
    this.#quota.give(request);
    this.#running.delete(ticket);
    this.#preemptible.delete(ticket);
    this.#end(ticket, state, at_s);
    if (state === "PREEMPTED" || state === "REQUEUED" || (state === "NODE_FAIL" && request.id % 5 < 3)) {
      this.#admit(request, {
        submit_s: at_s,
        ready_s: at_s + REQUEUE_DELAY_S,
        restarts: ticket.restarts + 1,
      });
    }
    // Whoever preempted takes the nodes.
    if (this.#closed || state === "PREEMPTED") return;
    const lowest = ticket.nodes[0];
    const highest = ticket.nodes[ticket.nodes.length - 1];
    for (const partition of this.#cluster.partitions) {
      if (partition.first <= highest && lowest < partition.end) this.#pass(partition, at_s);
    }
  }

  #end(ticket: Ticket, state: Run["state"], at_s: number): void {
    ticket.phase = "over";
    ticket.state = state;
    ticket.end_s = at_s;
    this.ended.push(ticket);
  }

  /** Starts what it can of a partition's queue. */
  #pass(partition: Partition, at_s: number): void {
    const queue = this.#queueOf(partition);
    let refused: Request | null = null;
    for (let i = 0; i < queue.length && i < DEPTH; i++) {
      const { request } = queue[i];
      if (!this.#quota.allows(request) || (refused !== null && asksNoLess(request, refused))) continue;
      if (this.#start(queue[i], at_s)) {
        queue.splice(i--, 1);
        continue;
      }
      if (refused === null) this.#keepFor(queue[i], at_s);
      if (refused === null || asksNoLess(refused, request)) refused = request;
    }
  }

  /** Keeps nodes for the first job of a queue that does not fit. */
  #keepFor(ticket: Ticket, at_s: number): void {
    const { request } = ticket;
    const kept = this.#kept.get(request.partition);
    const settled = kept?.ticket === ticket && at_s - kept.since_s < REPLAN_S;
    if (settled || this.#closed || request.partition.preemptible || !this.#quota.allows(request)) return;
    if (kept !== undefined) this.#machine.release(kept.ticket.request);
    ticket.reason = "Resources";
    this.#machine.keep(request, at_s);
    this.#kept.set(request.partition, { ticket, since_s: at_s });
  }

  #forget(ticket: Ticket): void {
    const { request } = ticket;
    if (this.#kept.get(request.partition)?.ticket !== ticket) return;
    this.#machine.release(request);
    this.#kept.delete(request.partition);
  }

  #queueOf(partition: Partition): Ticket[] {
    return this.#waiting[this.#cluster.partitions.indexOf(partition)];
  }
}

/** Whether a job cannot fit where the other did not. */
function asksNoLess(job: Request, other: Request): boolean {
  return job.nodes >= other.nodes && job.cpus >= other.cpus && job.gpus >= other.gpus &&
    job.mem_mb >= other.mem_mb && job.limit_s >= other.limit_s;
}
