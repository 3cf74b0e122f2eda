import { basename } from "node:path";
import { coveredUntil } from "../spool/spans.ts";
import { withCovered } from "../spool/coverage.ts";
import type { StateFolder } from "../spool/folder.ts";
import { batchName, gzip, type Held } from "../spool/batch_file.ts";
import { SpoolError } from "../spool/spool.ts";
import type { State } from "../spool/state.ts";
import { type Connection, StoppedError, TRIES } from "../sending/exchange.ts";
import { FEW_TRIES, sendBatch, type Sent } from "../sending/send.ts";
import { AGENT } from "../version.ts";
import type { World } from "../world.ts";

/** Batches set aside that are tried again in a run. */
const ASIDE_TRIED = 20;
/** So many refused batches in a row, and it is not the batches. */
const REFUSED_IN_A_ROW = 10;
/** So many batches in a row of which the server stores nothing, as it fails at them, and it is not the batches. */
const FAILED_IN_A_ROW = 3;
const LONGEST_SILENCE_S = 86_400;

/** What a courier works with. */
export interface CourierOptions {
  readonly folder: StateFolder;
  readonly connection: Connection;
  readonly world: World;
  readonly cluster: string;
  readonly margin_s: number;
}

/**
 * Takes what the spool holds to the server, in order, and notes in the state what has arrived, before it removes
 * anything. Once it is stopped it sends nothing more in this run.
 */
export class Courier {
  readonly #options: CourierOptions;
  #stopped: StoppedError | null;
  #rejected = 0;
  #trouble: string | null = null;
  #in_a_row = 0;
  #tried_aside = false;
  /** Tries of a batch that the server fails at: fewer as soon as one has shown that this may be the batch. */
  #tries = TRIES;
  /** Whether a batch could be neither sent nor set aside: were the next ones sent, its time would pass for sent, too. */
  #stuck = false;

  constructor(options: CourierOptions) {
    this.#options = options;
    this.#stopped = notYet(options.folder.state, options.world.now());
  }

  /** Why nothing more is sent, null if it is. */
  get stopped(): StoppedError | null {
    return this.#stopped;
  }

  /** Jobs that the server read and rejected so far. */
  get rejected(): number {
    return this.#rejected;
  }

  /** What could not be written, in words; null if everything was. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Sends all that waits; what was set aside first, once in a run. */
  async deliver(): Promise<void> {
    await this.#unlessStopped(async () => {
      await this.#retryAside();
      for (const batch of this.#options.folder.spool.waiting) {
        if (this.#stuck) return;
        await this.#deliverOne(batch);
      }
    });
  }

  /** Tells the server up to when the accounting was seen without a gap, with a batch that holds no jobs. */
  async tell(): Promise<void> {
    const { folder, world, cluster, connection } = this.#options;
    await this.#unlessStopped(async () => {
      const collected_until = Math.max(0, coveredUntil(folder.state.covered, folder.state.origin_s));
      const batch = { hostname: cluster, agent: AGENT, collected_until, jobs: [] };
      const body = await gzip(new TextEncoder().encode(JSON.stringify(batch)));
      const { refused } = await sendBatch({ key: world.uuid(), body, jobs: 0 }, connection);
      if (refused.length > 0) throw new StoppedError(refused[0].reason, { kind: "refused" });
      await this.#save({ answered_s: world.now() });
    });
  }

  async #unlessStopped(work: () => Promise<void>): Promise<void> {
    if (this.#stopped !== null) return;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof StoppedError)) throw error;
      this.#stopped = error;
      const { knock_after_s } = error;
      this.#options.world.log("warning", `Nothing more is sent in this run: ${error.message}`);
      if (knock_after_s !== null) await this.#save({ knock_after_s });
    }
  }

  async #retryAside(): Promise<void> {
    const { folder, world } = this.#options;
    if (this.#tried_aside) return;
    this.#tried_aside = true;
    const { aside } = folder.spool;
    // Each run goes on after the last one, so that each file has its turn.
    const at = aside.findIndex(({ path }) => basename(path) > folder.state.aside_tried);
    const in_turn = at === -1 ? aside : [...aside.slice(at), ...aside.slice(0, at)];
    for (const batch of in_turn.slice(0, ASIDE_TRIED)) {
      if (aside.length > 1) await this.#save({ aside_tried: basename(batch.path) });
      const sent = await this.#post(batch, { tries: FEW_TRIES, halve: false });
      // Each of these may take the server's time up to the limit.
      if (sent?.failed) break;
      if (sent === null || sent.refused.length > 0) continue;
      world.log("info", `${batch.path} was refused before and is stored now`);
      await this.#arrived(batch);
      await folder.spool.remove(batch);
    }
  }

  async #deliverOne(batch: Held): Promise<void> {
    const { spool } = this.#options.folder;
    const sent = await this.#post(batch, { tries: this.#tries });
    if (sent === null) return;
    if (sent.failed) this.#tries = FEW_TRIES;
    if (batch.header.kind === "active") {
      // The next look is worth more than this one.
      this.#rejected += sent.refused.reduce((sum, { jobs }) => sum + jobs, 0);
      return await spool.remove(batch);
    }
    const all = sent.refused.some(({ from, to }) => from === 0 && to === batch.header.jobs);
    try {
      if (all) await spool.setAside(batch, sent.refused[0].reason);
      else await this.#setPartsAside(batch, sent);
    } catch (error) {
      if (!(error instanceof SpoolError)) throw error;
      this.#note(error.message);
      this.#stuck = true;
      return;
    }
    this.#in_a_row = all ? this.#in_a_row + 1 : 0;
    if (!all) {
      await this.#arrived(batch);
      await spool.remove(batch);
    }
    if (this.#in_a_row < (sent.failed ? FAILED_IN_A_ROW : REFUSED_IN_A_ROW)) return;
    const words = `The server ${sent.failed ? "failed at" : "refused"} ${this.#in_a_row} batches in a row, ` +
      `the last with: ${sent.refused[0].reason}`;
    throw new StoppedError(words, { kind: sent.failed ? "unreachable" : "refused" });
  }

  async #setPartsAside({ header, sequence }: Held, { refused }: Sent): Promise<void> {
    const { spool } = this.#options.folder;
    for (const { from, to, body, key, jobs, unread, reason } of refused) {
      const name = batchName(sequence, { from, to });
      const batch = { ...header, key, jobs, unread, reason, covers: [], first: sequence };
      await spool.setPartAside(name, { batch, body, sequence });
    }
  }

  /** Sends a batch; null if there is nothing left of it to send. */
  async #post(
    batch: Held,
    options: { readonly tries: number; readonly halve?: boolean },
  ): Promise<Sent | null> {
    const { folder, connection } = this.#options;
    const { key, jobs, unread } = batch.header;
    const body = await folder.spool.body(batch);
    if (body === null) return null;
    if (jobs + unread === 0) return { rejected_jobs: 0, refused: [], failed: false };
    const sent = await sendBatch({ key, body, jobs }, connection, options);
    this.#rejected += sent.rejected_jobs;
    return sent;
  }

  /**
   * Notes that the server has a batch, but for what is set aside of it: the time that it completes is covered, or as
   * soon as that is stored, too.
   */
  async #arrived(batch: Held): Promise<void> {
    const { folder, world, margin_s } = this.#options;
    const { spool } = folder;
    const times = { now_s: world.now(), margin_s };
    const name = basename(batch.path);
    const aside = spool.asideOf(batch).filter((file) => file !== name);
    const reading = { covers: [...spool.coversOf(batch)], read_s: batch.header.read_s };
    // One without jobs completes some time, but was not posted.
    const answer = batch.header.jobs + batch.header.unread > 0
      ? { answered_s: times.now_s, knock_after_s: null }
      : {};
    let state: State = { ...folder.state, owed: [], ...answer };
    const owed = [...folder.owed, { files: [...aside], ...reading }]
      .map((entry) => ({ ...entry, files: entry.files.filter((file) => file !== name) }));
    for (const entry of owed) {
      if (entry.files.length === 0) state = withCovered(state, entry, times);
      else if (entry.covers.length > 0) state.owed.push(entry);
    }
    const whole = !spool.aside.some(({ sequence, path }) =>
      sequence === batch.sequence && path !== batch.path
    );
    await this.#save({
      ...state,
      acknowledged: whole ? [...spool.acknowledge(batch)] : folder.state.acknowledged,
    });
  }

  /** Saves the state; on a full disk what has arrived is just sent again by the next run, or collected again. */
  async #save(changes: Partial<State>): Promise<void> {
    const { folder } = this.#options;
    try {
      await folder.save(changes);
    } catch (error) {
      this.#note(
        `The state in ${folder.path} cannot be written: ${error instanceof Error ? error.message : error}`,
      );
    }
  }

  #note(words: string): void {
    if (this.#trouble === null) this.#options.world.log("warning", words);
    this.#trouble ??= words;
  }
}

/** A server that asked for more patience than the last run had is not disturbed earlier. */
function notYet({ knock_after_s }: State, now_s: number): StoppedError | null {
  if (knock_after_s === null || knock_after_s <= now_s || knock_after_s > now_s + LONGEST_SILENCE_S) {
    return null;
  }
  const moment = new Date(knock_after_s * 1000).toISOString().slice(0, 19) + "Z";
  const words = `The server has asked not to be disturbed before ${moment}`;
  return new StoppedError(words, { kind: "unreachable", knock_after_s });
}
