import { betweenPieces } from "./event_loop.ts";
import { Problem } from "./problem.ts";

/** Most requests that wait. */
const MAX_WAITING = 1000;
const RETRY_AFTER_S = 2;

interface Waiting {
  readonly start: () => void;
}

/**
 * Lets work through one piece at a time, first come, first served. Between two pieces the event loop has a turn, so
 * that what does not pass here (health, static files, batches) never waits for more than one.
 */
export class Turnstile {
  readonly #max_waiting: number;
  readonly #queue = new Set<Waiting>();
  #busy = false;

  constructor({ max_waiting = MAX_WAITING }: { readonly max_waiting?: number } = {}) {
    this.#max_waiting = max_waiting;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#queue.size;
  }

  /**
   * Does the work when its turn has come.
   *
   * @param signal whoever asked goes away: work that has not begun is left out
   * @throws {Problem} 503 if too many wait, or if whoever asked has gone
   */
  async pass<T>(work: () => T | Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#turn(signal);
    try {
      return await work();
    } finally {
      // Not awaited: whoever is through goes on while the event loop has its turn.
      betweenPieces().then(() => this.#next());
    }
  }

  /** Resolves when the turn has come; then it is busy. */
  #turn(signal: AbortSignal | undefined): Promise<void> | undefined {
    if (signal?.aborted) throw gone();
    if (!this.#busy) {
      this.#busy = true;
      return;
    }
    if (this.#queue.size >= this.#max_waiting) {
      throw new Problem(503, "Too many requests wait for their answer: ask again in a moment", {
        retry_after_s: RETRY_AFTER_S,
      });
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = () => {
      this.#queue.delete(waiting);
      reject(gone());
    };
    const waiting: Waiting = {
      start: () => {
        signal?.removeEventListener("abort", leave);
        resolve();
      },
    };
    signal?.addEventListener("abort", leave, { once: true });
    this.#queue.add(waiting);
    return promise;
  }

  #next(): void {
    const [first] = this.#queue;
    if (first === undefined) {
      this.#busy = false;
      return;
    }
    this.#queue.delete(first);
    first.start();
  }
}

function gone(): Problem {
  return new Problem(503, "Whoever asked did not wait for the answer");
}
