import { tableFrom } from "../job/table_message.ts";
import type { SegmentMeta } from "../store/segment.ts";
import type { BatchHead, BatchJobs, BatchSteps, BodyToOpen } from "./batch_reader.ts";
import type { BatchOrder, BatchReplies, BatchReply } from "./batch_worker.ts";
import { Problem } from "./problem.ts";

/** It reads no files, speaks to nobody and sees no environment: it turns bytes into bytes. */
const NO_PERMISSIONS: WorkerOptions = { type: "module", deno: { permissions: "none" } };

/** A thread without work for so long is ended: that gives its memory back. */
const IDLE_MS = 30_000;
/** When a batch is worth sending again that the thread died of. */
const RETRY_AFTER_S = 10;

interface Waiting {
  readonly done: (reply: BatchReply) => void;
  readonly died: (reason: string) => void;
}

/** The steps of a batch in a thread of its own, which is started when it is first needed and whenever it has died. */
export class BatchThread implements BatchSteps {
  #worker: Worker | null = null;
  #waiting: Waiting | null = null;
  #closed = false;
  #idle: ReturnType<typeof setTimeout> | undefined;
  readonly #idle_ms: number;

  constructor({ idle_ms = IDLE_MS }: { readonly idle_ms?: number } = {}) {
    this.#idle_ms = idle_ms;
  }

  /** Whether there is a thread at the moment. */
  get running(): boolean {
    return this.#worker !== null;
  }

  /** What the thread runs. */
  get module(): URL {
    return new URL("./batch_worker.ts", import.meta.url);
  }

  open(body: BodyToOpen): Promise<BatchHead> {
    return this.#order({ step: "open", body }, [body.bytes.buffer]);
  }

  async read(zone: string): Promise<BatchJobs> {
    const { table, ...rest } = await this.#order({ step: "read", zone });
    return { ...rest, table: tableFrom(table) };
  }

  encode(rows: Uint32Array, meta: SegmentMeta): Promise<Uint8Array> {
    return this.#order({ step: "encode", rows, meta });
  }

  /** Tells that a batch is through: after some time without another the thread is ended. */
  rest(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#end("it had nothing to do"), this.#idle_ms);
    Deno.unrefTimer(this.#idle);
  }

  /** Ends the thread for good; what it was asked for fails. */
  close(): void {
    this.#closed = true;
    this.#end("the server is closing");
  }

  async #order<S extends BatchOrder["step"]>(
    order: BatchOrder & { readonly step: S },
    transfer: Transferable[] = [],
  ): Promise<BatchReplies[S]> {
    if (this.#waiting !== null) throw new Error("The thread is still at its last order");
    if (this.#closed) throw new ThreadDiedError("the server is closing");
    clearTimeout(this.#idle);
    const worker = this.#worker ??= this.#start();
    const reply = await new Promise<BatchReply>((resolve, reject) => {
      this.#waiting = {
        done: resolve,
        died: (reason) => reject(new ThreadDiedError(reason)),
      };
      worker.postMessage(order, transfer);
    });
    if (reply.kind === "problem") throw new Problem(reply.status, reply.message, reply.details);
    if (reply.kind === "failed") throw new Error(`A batch could not be read: ${reply.reason}`);
    return reply.value as BatchReplies[S];
  }

  #start(): Worker {
    const worker = new Worker(this.module, NO_PERMISSIONS);
    worker.onmessage = ({ data }: MessageEvent<BatchReply>) => {
      const waiting = this.#waiting;
      this.#waiting = null;
      waiting?.done(data);
    };
    worker.onerror = (event) => {
      // Otherwise this process would end as well.
      event.preventDefault();
      if (this.#worker === worker) this.#end(event.message);
    };
    worker.onmessageerror = () => this.#end("its answer could not be read");
    return worker;
  }

  #end(reason: string): void {
    const waiting = this.#waiting;
    clearTimeout(this.#idle);
    this.#worker?.terminate();
    this.#worker = this.#waiting = null;
    waiting?.died(reason);
  }
}

/** The thread ended in the middle of a batch. */
export class ThreadDiedError extends Problem {
  /** Why, for the log. */
  readonly reason: string;

  constructor(reason: string) {
    super(
      503,
      "The batch was not stored, as the thread that reads batches ended. Send it again, in smaller parts if that happens again",
      { retry_after_s: RETRY_AFTER_S },
    );
    this.reason = reason;
  }
}
