/** The thread that reads batches and encodes their files: one message in, one message out. */
import { type TableMessage, tableMessage } from "../job/table_message.ts";
import type { SegmentMeta } from "../store/segment.ts";
import { type BatchHead, type BatchJobs, BatchReader, type BodyToOpen } from "./batch_reader.ts";
import { Problem, type ProblemStatus } from "./problem.ts";

/** What the thread is asked to do. */
export type BatchOrder =
  | { readonly step: "open"; readonly body: BodyToOpen }
  | { readonly step: "read"; readonly zone: string }
  | { readonly step: "encode"; readonly rows: Uint32Array; readonly meta: SegmentMeta };

/** What it answers to each step. */
export interface BatchReplies {
  readonly open: BatchHead;
  readonly read: Omit<BatchJobs, "table"> & { readonly table: TableMessage };
  readonly encode: Uint8Array<ArrayBuffer>;
}

/** An answer: what was asked for, or why there is none, in words for the sender or for the log. */
export type BatchReply =
  | { readonly kind: "done"; readonly value: BatchReplies[keyof BatchReplies] }
  | {
    readonly kind: "problem";
    readonly status: ProblemStatus;
    readonly message: string;
    readonly details: Readonly<Record<string, unknown>>;
  }
  | { readonly kind: "failed"; readonly reason: string };

/** What a module in a thread of its own can do. */
interface Thread {
  onmessage: (event: MessageEvent<BatchOrder>) => void;
  postMessage(message: BatchReply, transfer: Transferable[]): void;
}

const thread = self as unknown as Thread;
const reader = new BatchReader();

async function carryOut(order: BatchOrder): Promise<BatchReplies[keyof BatchReplies]> {
  switch (order.step) {
    case "open":
      return await reader.open(order.body);
    case "read": {
      const { table, ...rest } = reader.read(order.zone);
      return { ...rest, table: tableMessage(table) };
    }
    case "encode":
      return new Uint8Array(reader.encode(order.rows, order.meta));
  }
}

async function reply(order: BatchOrder): Promise<void> {
  try {
    const value = await carryOut(order);
    thread.postMessage({ kind: "done", value }, value instanceof Uint8Array ? [value.buffer] : []);
  } catch (error) {
    if (error instanceof Problem) {
      const { status, message, details } = error;
      thread.postMessage({ kind: "problem", status, message, details }, []);
    } else {
      const reason = error instanceof Error ? error.stack ?? error.message : String(error);
      thread.postMessage({ kind: "failed", reason }, []);
    }
  }
}

thread.onmessage = ({ data }) => void reply(data);
