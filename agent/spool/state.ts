/** What the agent remembers from run to run: `state.json` in its folder, and `state.json.previous` as the last run found it. */
import { join } from "node:path";
import * as z from "zod";
import { writeDurably } from "../../lib/disk/durable.ts";
import type { FileSystem } from "../../lib/disk/file_system.ts";
import { seal, unseal } from "../../lib/disk/sealed.ts";
import type { Log } from "../log.ts";

const DAY_S = 86_400;
const TIME = z.number().int();
const WINDOWS = z.array(z.object({ start: TIME, end: TIME }));

const SCHEMA = z.object({
  version: z.literal(1),
  /** Whom all of this is about. */
  destination: z.object({ api_url: z.string(), cluster: z.string() }),
  /** From when on all time is to be collected. */
  origin_s: TIME,
  /** Time whose jobs the server has acknowledged. */
  covered: WINDOWS,
  /** The part of it that was read so late that no more records of it are expected. */
  settled: WINDOWS,
  /** Time that is covered as soon as the server takes the files set aside that hold some of its jobs. */
  owed: z.array(z.object({ files: z.array(z.string()), covers: WINDOWS, read_s: TIME })),
  /** Numbers of the batches that need not be sent any more, since they were stored or set aside, as spans. */
  acknowledged: WINDOWS,
  /** Name of the file set aside that was tried again last. */
  aside_tried: z.string().default(""),
  /** Before this moment the server asked not to be disturbed. */
  knock_after_s: TIME.nullable(),
  /** When the server last acknowledged something. */
  answered_s: TIME.nullable(),
  verified_s: TIME.nullable(),
  inventory_s: TIME.nullable(),
  /** Digest of the hardware that the last inventory told of. */
  inventory_digest: z.string().nullable(),
  /** Fingerprint of the key that pseudonyms are made with, so that another one is noticed. */
  pseudonyms: z.string().nullable(),
  /** The fields that a version of sacct has. */
  sacct: z.object({ version: z.string(), fields: z.array(z.string()) }).nullable(),
  /** How the last run ended that collected. */
  last_run: z.object({ began_s: TIME, ended_s: TIME, status: z.number().int() }).nullable(),
});

/** What the agent remembers; times in epoch seconds. */
export type State = Readonly<z.infer<typeof SCHEMA>>;

/** To whom the jobs of which cluster go. */
export type Destination = State["destination"];

/** The clock of this host cannot be right, so nothing is collected by it. */
export class ClockError extends Error {
  override readonly name = "ClockError";
}

/** What a state is opened for. */
export interface StateOptions {
  readonly destination: Destination;
  readonly now_s: number;
  /** How far a first run reaches back. */
  readonly window_days: number;
  readonly log: Log;
}

/** The state of an agent that has not run yet. */
export function firstState({ destination, now_s, window_days }: Omit<StateOptions, "log">): State {
  return {
    version: 1,
    destination,
    origin_s: now_s - window_days * DAY_S,
    covered: [],
    settled: [],
    owed: [],
    acknowledged: [],
    aside_tried: "",
    knock_after_s: null,
    answered_s: null,
    verified_s: null,
    inventory_s: null,
    inventory_digest: null,
    pseudonyms: null,
    sacct: null,
    last_run: null,
  };
}

/** Path of the state in its folder. */
export function statePath(folder: string): string {
  return join(folder, "state.json");
}

function previousPath(folder: string): string {
  return `${statePath(folder)}.previous`;
}

/**
 * The state in a folder as it is written there; null if there is none.
 *
 * @throws {SyntaxError} if it is damaged
 */
export async function readState(folder: string): Promise<State | null> {
  return await readFile(statePath(folder));
}

async function readFile(path: string): Promise<State | null> {
  const text = await Deno.readTextFile(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  });
  if (text === null) return null;
  const { data } = SCHEMA.safeParse(unseal(text));
  // A text without a digest would pass as sealed.
  if (data && /"digest":"[0-9a-f]{64}"\}$/.test(text)) return data;
  throw new SyntaxError("it is damaged: it is no state of this agent");
}

/** Writes the state durably. */
export async function writeState(folder: string, state: State, disk: FileSystem): Promise<void> {
  await writeDurably(statePath(folder), new TextEncoder().encode(seal(state)), { disk });
}

/**
 * The state to begin a run with. A damaged one is set aside, and the one that the run before began with takes its
 * place: it covers less, so some jobs are sent again, which changes nothing. If that is damaged as well, or if the
 * jobs go elsewhere than they did, the agent begins anew.
 *
 * @throws {ClockError} if the time from which on jobs are collected is still to come
 */
export async function openState(folder: string, disk: FileSystem, options: StateOptions): Promise<State> {
  const { log } = options;
  let found: State | null = null;
  for (const path of [statePath(folder), previousPath(folder)]) {
    try {
      found = await readFile(path);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      await disk.rename(path, `${path}.damaged`).catch(() => {});
      log(
        "warning",
        `${path} was damaged and is now ${path}.damaged: jobs may be sent again, which is harmless`,
      );
    }
    if (found !== null) break;
  }
  return begun(found, options);
}

/** Keeps a state that was opened for the case that the next one is damaged. */
export async function keepPrevious(folder: string, state: State, disk: FileSystem): Promise<void> {
  await writeDurably(previousPath(folder), new TextEncoder().encode(seal(state)), { disk });
}

function begun(found: State | null, options: StateOptions): State {
  const { destination, now_s, window_days, log } = options;
  const first = firstState(options);
  if (found === null) return first;
  if (now_s < found.origin_s) {
    const [now, origin] = [now_s, found.origin_s].map((at_s) => new Date(at_s * 1000).toISOString());
    throw new ClockError(
      `The clock of this host says ${now}, but the agent collects from ${origin} on: set the clock. If it was that one ` +
        "which was wrong, remove state.json and state.json.previous from the state folder. Nothing was changed",
    );
  }
  const origin_s = Math.min(found.origin_s, now_s - window_days * DAY_S);
  const { api_url, cluster } = found.destination;
  if (address(api_url) === address(destination.api_url) && cluster === destination.cluster) {
    return { ...found, destination, origin_s };
  }
  log(
    "warning",
    `The jobs of ${destination.cluster} go to ${destination.api_url} now, no longer those of ${cluster} to ${api_url}: ` +
      "collecting begins anew",
  );
  // What the other server had not got yet, this one is to get.
  const reached_s =
    found.covered.find(({ start, end }) => start <= found.origin_s && found.origin_s < end)?.end ??
      found.origin_s;
  // Which batches that one has got says nothing of this one. Their numbers may come again: batches that wait have higher
  // ones than any they refer to.
  const { pseudonyms, sacct } = found;
  return { ...first, pseudonyms, sacct, origin_s: Math.min(first.origin_s, reached_s) };
}

/** An address as it is compared: a slash at its end leads nowhere else. */
function address(url: string): string {
  return URL.parse(url)?.href.replace(/\/+$/, "") ?? url;
}
