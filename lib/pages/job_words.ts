/** What became of a job, in words. */
import { THRESHOLDS } from "../query/advice.ts";
import { limitFor, memorySize } from "../query/asked_groups.ts";
import type { JobRow } from "../query/answers.ts";
import { formatBytes, formatDuration, formatPercent, formatValue } from "../view/format.ts";
import type { JobUse } from "./job_use.ts";

const STATES: Readonly<Record<string, string>> = {
  BOOT_FAIL: "A node of the job could not be booted.",
  CANCELLED: "It was cancelled by its user or by an administrator.",
  COMPLETED: "It ended by itself, and its program reported success.",
  COMPLETING: "Its program has ended; Slurm is cleaning up.",
  CONFIGURING: "Its nodes are being made ready.",
  DEADLINE: "It could no longer end before its deadline, so Slurm ended it.",
  FAILED: "Its program ended with an error.",
  LAUNCH_FAILED: "Slurm could not start its program.",
  NODE_FAIL: "A node it ran on failed.",
  OUT_OF_MEMORY: "It needed more memory than it had been given, so the system ended it.",
  PENDING: "It waits to be started.",
  PREEMPTED: "Another job of higher priority took its place.",
  REQUEUED: "This run ended, and the job went back into the queue.",
  REQUEUE_HOLD: "It went back into the queue and is held there.",
  RESIZING: "Its size was changed; it goes on in another record.",
  REVOKED: "Another cluster of the federation ran it.",
  RUNNING: "It was running at the newest report.",
  STOPPED: "Its processes are stopped; its nodes are kept for it.",
  SUSPENDED: "It is suspended; its nodes serve others.",
  TIMEOUT: "It reached its time limit, so Slurm ended it.",
};

/** What a state means, and what the exit code adds to it. */
export function stateWords({ State, CancelledBy, ExitCode, User }: JobRow): string {
  const known = STATES[State ?? ""] ??
    (State === null ? "Its state is not known." : `Slurm calls this ${State}.`);
  const by = State === "CANCELLED" && CancelledBy !== null
    ? CancelledBy === "0"
      ? "It was cancelled by root."
      : `It was cancelled by the user with the id ${CancelledBy}${
        User === null ? "" : `; it belongs to ${User}`
      }.`
    : known;
  return [by, exitWords(ExitCode)].filter((part) => part !== "").join(" ");
}

const SIGNALS: Readonly<Record<string, string>> = {
  6: "it aborted itself",
  7: "it could not reach its memory",
  8: "it divided by zero or the like",
  9: "it was killed",
  11: "it used memory that was not its own",
  15: "it was asked to end",
};

function exitWords(code: string | null): string {
  const [, exit, signal] = /^(\d+):(\d+)$/.exec(code ?? "") ?? [];
  if (exit === undefined || exit === "0" && (signal === "0" || signal === "125")) return "";
  if (signal !== "0") {
    const known = SIGNALS[signal];
    return `A signal ended it: ${signal}${known === undefined ? "" : ` (${known})`}.`;
  }
  return exit === "127"
    ? "Its exit code was 127: a command was not found."
    : exit === "137"
    ? "Its exit code was 137: it was killed, often for want of memory."
    : `Its exit code was ${exit}.`;
}

/** How long it waited and ran, in one sentence. */
export function courseWords(
  { wait_s, elapsed_s, limit_s, over }: {
    readonly wait_s: number | null;
    readonly elapsed_s: number | null;
    readonly limit_s: number | null;
    readonly over: boolean;
  },
): string {
  if (elapsed_s === null) {
    return wait_s === null
      ? "It has not started."
      : `It left the queue after ${formatDuration(wait_s)}, without running.`;
  }
  const waited = wait_s === null
    ? ""
    : wait_s === 0
    ? "It started at once and "
    : `It waited ${formatDuration(wait_s)} and `;
  const ran = over ? "ran for" : "has been running for";
  const limit = limit_s === null ? "" : ` of ${formatDuration(limit_s)} allowed`;
  const text = `${waited === "" ? "It " : waited}${ran} ${formatDuration(elapsed_s)}${limit}.`;
  return text;
}

/** Below this run time, what was used says little. */
const TELLING_S = 60;

/** What could be done better next time, as far as this one job shows it. */
export function adviceFor(
  row: JobRow,
  { cpus, memory, limit, gpus, elapsed_s }: JobUse,
): readonly string[] {
  const advice: string[] = [];
  if (row.State === "OUT_OF_MEMORY") {
    const asked = memory?.asked ?? null;
    advice.push(
      asked === null
        ? "Ask for more memory, or find out what of the program needs so much."
        : `${
          formatBytes(asked)
        } were not enough: ask for more memory, or find out what of the program needs so much.`,
    );
  }
  if (row.State === "TIMEOUT") {
    advice.push("Ask for more time, or let the program save its work now and then and go on from there.");
  }
  if (row.End === null || elapsed_s === null || elapsed_s < TELLING_S || row.State !== "COMPLETED") {
    return advice;
  }
  const { enough_share, gpu_use, limit_use } = THRESHOLDS;
  if (memory !== null && memory.one_node) {
    const enough = memorySize(memory.used);
    if (enough <= enough_share * memory.asked) {
      advice.push(
        `It used ${formatPercent(memory.used / memory.asked)} of its memory: ${
          formatBytes(enough)
        } would have been enough.`,
      );
    }
  }
  if (cpus !== null && cpus.asked > 1) {
    const enough = Math.max(1, Math.ceil(cpus.used));
    if (enough <= enough_share * cpus.asked) {
      const busy = formatValue(cpus.used, "hours", "full");
      advice.push(
        `Of its ${formatValue(cpus.asked, "count", "full")} CPUs, ${busy} ${
          busy === "1" ? "was" : "were"
        } busy on average: does the program know how many it has?`,
      );
    }
  }
  if (gpus !== null && gpus.share <= gpu_use) {
    advice.push(
      gpus.share === 0
        ? "Its GPUs did nothing: is the program built for them?"
        : `Its GPUs were busy for ${formatPercent(gpus.share)} of the time: what did they wait for?`,
    );
  }
  if (limit !== null && limit.used <= limit_use * limit.asked) {
    const enough = formatDuration(limitFor(limit.used));
    advice.push(
      `It used ${
        formatPercent(limit.used / limit.asked)
      } of its time limit: with ${enough} it might have started sooner.`,
    );
  }
  return advice;
}
