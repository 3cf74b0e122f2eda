import type { BatchSteps } from "./batch_reader.ts";
import { BatchReader } from "./batch_reader.ts";
import { BatchThread, ThreadDiedError } from "./batch_thread.ts";
import { type RawBody, receiveBody } from "./body.ts";
import { noteArrival } from "./event_loop.ts";
import type { Log } from "./log.ts";
import { Problem } from "./problem.ts";

/** Most batches that are received or wait at a time. */
const MAX_WAITING = 64;
const RETRY_AFTER_S = 5;
/** Bodies up to this size are read at once, in this thread: sending them to another takes longer. */
const SMALL_BYTES = 64 * 1024;
const SMALL_GZIP_BYTES = 4 * 1024;

/**
 * The door for batches: large ones are read in a thread of their own, one at a time, and those behind wait as they
 * came, compressed if they were; how many may wait, and with how many bytes, is bounded.
 */
export class Intake {
  readonly #thread: BatchThread;
  readonly #max_bytes: number;
  readonly #max_waiting: number;
  readonly #log: Log;
  #waiting = 0;
  #bytes = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    { max_bytes, log, thread = new BatchThread(), max_waiting = MAX_WAITING }: {
      /** Most bytes of a body, decompressed, and of all that wait together. */
      readonly max_bytes: number;
      readonly log: Log;
      readonly thread?: BatchThread;
      readonly max_waiting?: number;
    },
  ) {
    this.#max_bytes = max_bytes;
    this.#max_waiting = max_waiting;
    this.#log = log;
    this.#thread = thread;
  }

  /** Batches that are received, wait or are read, and the bytes that were received of those not read yet. */
  get load(): { readonly batches: number; readonly bytes: number; readonly limit_bytes: number } {
    return { batches: this.#waiting, bytes: this.#bytes, limit_bytes: this.#max_bytes };
  }

  /**
   * Receives a request's body and, when its turn has come, lets `use` take the steps of a batch with it.
   *
   * @param options `always_in_turn` lets no small one go ahead
   * @throws {Problem} 503 if too many wait, or if the thread died; 413, 415 or 400 for the body
   */
  async take<T>(
    request: Request,
    use: (steps: BatchSteps, body: RawBody) => Promise<T>,
    { always_in_turn = false }: { readonly always_in_turn?: boolean } = {},
  ): Promise<T> {
    if (this.#waiting >= this.#max_waiting) throw tooMany();
    let held_bytes = 0;
    const release = () => {
      this.#bytes -= held_bytes;
      held_bytes = 0;
    };
    this.#waiting++;
    try {
      const body = await receiveBody(request, {
        max_bytes: this.#max_bytes,
        taken: (bytes) => {
          noteArrival();
          // Whoever is alone may be as large as one body can be.
          if (this.#bytes > held_bytes && this.#bytes + bytes > this.#max_bytes) throw tooMany();
          held_bytes += bytes;
          this.#bytes += bytes;
        },
      });
      const small_bytes = body.gzip ? SMALL_GZIP_BYTES : SMALL_BYTES;
      if (!always_in_turn && body.bytes.length <= small_bytes) return await use(new BatchReader(), body);
      return await this.#inTurn(async () => {
        release();
        try {
          return await use(this.#thread, body);
        } finally {
          this.#thread.rest();
        }
      });
    } catch (error) {
      if (error instanceof ThreadDiedError) {
        this.#log("error", `The thread that reads batches ended: ${error.reason}`);
      }
      throw error;
    } finally {
      this.#waiting--;
      release();
    }
  }

  close(): void {
    this.#thread.close();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work, work);
    this.#last = done.catch(() => {});
    return done;
  }
}

function tooMany(): Problem {
  return new Problem(503, "Too many batches wait to be read: send this one again later", {
    retry_after_s: RETRY_AFTER_S,
  });
}
