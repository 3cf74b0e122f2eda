/** The bench's parts run in processes of their own, so that none uses the memory or the heat of another. */
import { fileURLToPath } from "node:url";
import type { Answers } from "./cases.ts";

/** How long something took: the fastest and the middle run, after one that does not count. */
export interface Timing {
  readonly min_ms: number;
  readonly median_ms: number;
  readonly runs: number;
}

/** What a part of the bench found out. */
export interface Findings {
  readonly timings: Record<string, Timing>;
  readonly answers: Record<string, Answers>;
  /** Other numbers, their units in their names. */
  readonly facts: Record<string, number>;
  /** Version of the program that answered, if it is not ours. */
  version: string;
}

export function noFindings(): Findings {
  return { timings: {}, answers: {}, facts: {}, version: "" };
}

const ROUNDS = 5;
/** Beyond this time three runs are enough. */
const ENOUGH_MS = 8000;

/** Times work that is told how often it ran before; unless it is `warm`, it runs once before. */
export async function timed(
  work: (round: number) => unknown,
  { warm = false }: { readonly warm?: boolean } = {},
): Promise<Timing> {
  if (!warm) await work(0);
  const times_ms: number[] = [];
  const begin_ms = performance.now();
  while (times_ms.length < (performance.now() - begin_ms > ENOUGH_MS ? 3 : ROUNDS)) {
    const start_ms = performance.now();
    await work(times_ms.length + 1);
    times_ms.push(performance.now() - start_ms);
  }
  times_ms.sort((a, b) => a - b);
  return { min_ms: times_ms[0], median_ms: times_ms[times_ms.length >> 1], runs: times_ms.length };
}

/** Runs one of the bench's modules with a task; it answers by {@link answer}. */
export async function run<T>(module: string, task: unknown): Promise<T> {
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--quiet",
      `--v8-flags=--expose-gc,--max-old-space-size=${Math.floor(available_bytes() * 0.8 / 2 ** 20)}`,
      fileURLToPath(new URL(module, import.meta.url)),
      JSON.stringify(task),
    ],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const { stdout, code } = await process.output();
  const text = new TextDecoder().decode(stdout);
  if (!text.endsWith("\n")) throw new Error(`${module} ended with ${code} before it could answer`);
  return JSON.parse(text);
}

/** The task that {@link run} gave this process. */
export function task<T>(): T {
  return JSON.parse(Deno.args[0]);
}

/** Hands the result to {@link run} and ends the process at once: DuckDB's usual end is a crash. */
export function answer(result: unknown): void {
  const bytes = new TextEncoder().encode(`${JSON.stringify(result)}\n`);
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
  Deno.kill(Deno.pid, "SIGKILL");
}

/** Memory of this process now, garbage collected. */
export function memory(): {
  readonly rss_bytes: number;
  readonly heap_bytes: number;
  readonly array_bytes: number;
} {
  const { gc } = globalThis as { gc?: () => void };
  gc?.();
  gc?.();
  const { rss, heapUsed, external } = Deno.memoryUsage();
  return { rss_bytes: rss, heap_bytes: heapUsed, array_bytes: external };
}

/** The most memory this process ever had, or has had since {@link forgetPeak}. */
export function peak_bytes(): number {
  const line = /VmHWM:\s*(\d+) kB/.exec(Deno.readTextFileSync("/proc/self/status"));
  return line === null ? NaN : Number(line[1]) * 1024;
}

/** Lets the peak begin anew. */
export function forgetPeak(): void {
  Deno.writeTextFileSync("/proc/self/clear_refs", "5");
}

/** Memory that the machine could still give. */
export function available_bytes(): number {
  return Deno.systemMemoryInfo().available;
}
