import type { Command, Outcome, Running, StartCommand } from "../../agent/slurm/command.ts";
import type { Config } from "../../agent/config.ts";
import { MACHINE } from "../../lib/disk/file_system.ts";
import type { World } from "../../agent/world.ts";

/** Bytes as a command prints them, `size` at a time. */
export async function* bytes(all: Uint8Array | string, size = 64): AsyncGenerator<Uint8Array> {
  const whole = typeof all === "string" ? new TextEncoder().encode(all) : all;
  for (let at = 0; at < whole.length; at += size) yield await Promise.resolve(whole.subarray(at, at + size));
}

/** What a faked command does. */
export interface Answer extends Partial<Outcome> {
  readonly stdout?: string;
}

/** A running command that prints and ends as told. */
export function running(
  { stdout = "", code = 0, stderr = "", silent = false, signal = null }: Answer,
): Running {
  return { stdout: bytes(stdout), outcome: Promise.resolve({ code, stderr, silent, signal }) };
}

/** Starts commands that are answered by a function; keeps note of them. */
export function fakeStart(answer: (command: Command) => Answer): { start: StartCommand; calls: Command[] } {
  const calls: Command[] = [];
  return {
    calls,
    start: (command) => {
      calls.push(command);
      return running(answer(command));
    },
  };
}

/** A world in which nothing happens by itself, and what was said and slept in it. */
export interface FakeWorld extends World {
  readonly printed: string[];
  readonly logged: string[];
  readonly slept_ms: number[];
}

/** A world with a fixed clock, without chance, whose sleep is short. */
export function fakeWorld(parts: Partial<World> = {}): FakeWorld {
  const printed: string[] = [];
  const logged: string[] = [];
  const slept_ms: number[] = [];
  let uuids = 0;
  return {
    now: () => Date.UTC(2026, 0, 8, 12) / 1000,
    random: () => 0.5,
    uuid: () => `uuid-${++uuids}`,
    random_bytes: (length) => new Uint8Array(length).fill(7),
    ca_bundles: [],
    sleep: (milliseconds) => {
      slept_ms.push(milliseconds);
      return Promise.resolve();
    },
    fetch,
    fetchTrusting: () => fetch,
    start: () => running({}),
    disk: MACHINE,
    terminal: false,
    screen: null,
    user: null,
    uid: null,
    read: () => Promise.reject(new Deno.errors.NotFound("no such file")),
    stat: () => Promise.reject(new Deno.errors.NotFound("no such file")),
    print: (line) => printed.push(line),
    log: (level, event) => logged.push(level === "info" ? event : `${level}: ${event}`),
    ...parts,
    printed,
    logged,
    slept_ms,
  };
}

/** All that an async iterable yields. */
export async function all<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of iterable) found.push(one);
  return found;
}

/** A configuration with some settings. */
export function configOf(parts: Partial<Config> = {}): Config {
  return {
    api_url: "http://127.0.0.1:9",
    api_key: "the-key-of-alpha",
    cluster_name: null,
    timeout_s: 5,
    collection_window_days: 7,
    late_margin_s: 48 * 3600,
    ca_file: null,
    state_folder: "/nowhere",
    spool_limit_bytes: 1e9,
    job_names: false,
    pseudonymise_users: "off",
    send_full_names: false,
    ...parts,
  };
}
