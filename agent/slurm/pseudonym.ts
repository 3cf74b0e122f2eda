import { createHash, createHmac } from "node:crypto";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import type { UnreadRow, WireJob } from "../../lib/job/batch.ts";
import { JOB_COLUMNS } from "../../lib/job/columns.ts";
import { writeDurably } from "../../lib/disk/durable.ts";
import type { FileSystem } from "../../lib/disk/file_system.ts";
import { seal, unseal } from "../../lib/disk/sealed.ts";
import { parseState } from "../../lib/slurm/state.ts";
import type { JobOrUnread } from "./record.ts";

/** Name of the key's file in the state folder. */
export const KEY_FILE = "pseudonym.key";

const KEY_BYTES = 32;
const DIGITS = 16;
const OWNER_ONLY = 0o600;

/** Texts in which the name of the user may stand among others: a reservation for somebody. */
const MAY_REPEAT_NAMES = ["WCKey", "Reservation", "JobName", "Reason"];
const COLUMNS: ReadonlySet<string> = new Set(JOB_COLUMNS.map(({ name }) => name));

/** Puts texts in the place of users and groups that stand for the same one in every run, as long as the key is kept. */
export class Pseudonyms {
  readonly #key: Uint8Array;
  readonly #known = new Map<string, string>();

  /** @param key 32 random bytes */
  constructor(key: Uint8Array) {
    if (key.length !== KEY_BYTES) {
      throw new RangeError(`The key has ${key.length} bytes instead of ${KEY_BYTES}`);
    }
    this.#key = key;
  }

  /** A short text that only this key has, and that does not tell it. */
  get fingerprint(): string {
    return createHash("sha256").update("fingerprint").update(this.#key).digest("hex").slice(0, DIGITS);
  }

  /** The text for a user: `u-` and 16 hexadecimal digits of HMAC-SHA-256. */
  user(name: string): string {
    return `u-${this.#digits(name)}`;
  }

  /** The text for a group, which differs from that of the user of the same name in its first letter only. */
  group(name: string): string {
    return `g-${this.#digits(name)}`;
  }

  /**
   * The account, or the pseudonym of the user that it is named after.
   *
   * @param users names of users in small letters, in which Slurm keeps accounts
   */
  account(name: string, users: ReadonlySet<string>): string {
    return users.has(lower(name)) ? this.user(name) : name;
  }

  /** The same stream without names. */
  async *all(found: AsyncIterable<JobOrUnread>): AsyncGenerator<JobOrUnread> {
    for await (const one of found) {
      yield "job" in one ? { job: this.job(one.job) } : { unread: this.unread(one.unread) };
    }
  }

  /**
   * A job whose user and group are pseudonyms, without the uid of whoever cancelled it, and without fields that are no
   * columns. The user's pseudonym stands also for an account of their own, and where another text repeats their name.
   * Whatever else is called as a user or a group is left: it must be the same in the jobs of all users.
   */
  job(job: WireJob): WireJob {
    const named = Object.fromEntries(Object.entries(job).filter(([field]) => COLUMNS.has(field)));
    if (typeof job.User === "string" && job.User !== "") {
      const pattern = patternOf(job.User);
      for (const field of MAY_REPEAT_NAMES) {
        const text = named[field];
        if (typeof text === "string") named[field] = text.replace(pattern, this.user(job.User));
      }
      const { Account } = named;
      if (typeof Account === "string") named.Account = this.account(Account, new Set([lower(job.User)]));
    }
    if (job.User !== undefined) named.User = known(job.User, (name) => this.user(name));
    if (job.Group !== undefined) named.Group = known(job.Group, (name) => this.group(name));
    if (typeof job.State === "string") named.State = parseState(job.State).state;
    if (job.CancelledBy !== undefined) named.CancelledBy = null;
    return named;
  }

  /** What cannot name a person of a row that is no job: the reason as far as it quotes nothing, and the job's id. */
  unread({ line, reason }: UnreadRow): UnreadRow {
    const id = /^\d{1,10}(?=\||$)/.exec(line)?.[0] ?? "";
    return { line: id, reason: /^[^:"'`|]*/.exec(reason)?.[0].trim() ?? "" };
  }

  #digits(name: string): string {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const digits = createHmac("sha256", this.#key).update(name).digest("hex").slice(0, DIGITS);
    this.#known.set(name, digits);
    return digits;
  }
}

type Value = WireJob[string];

function known(name: Value, of: (name: string) => string): Value {
  return name === null || name === "" ? null : of(String(name));
}

function lower(name: string): string {
  return name.toLowerCase();
}

/** Finds a name where it stands by itself. */
function patternOf(name: string): RegExp {
  const literal = name.replace(
    /[^\p{L}\p{N}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
  return new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, "giu");
}

/**
 * Opens the key of the state folder; makes it, readable by its owner alone, if there was none before.
 *
 * @param options `fingerprint` is that of the key used before, null if none was
 * @throws {Error} if the key used before is lost, damaged or another, with words for the operator: with a new one every
 * user would become a second person.
 */
export async function openPseudonyms(
  { folder, disk, random_bytes, fingerprint }: {
    readonly folder: string;
    readonly disk: FileSystem;
    /** So many random bytes, fit for a key. */
    readonly random_bytes: (length: number) => Uint8Array;
    readonly fingerprint: string | null;
  },
): Promise<Pseudonyms> {
  const path = join(folder, KEY_FILE);
  const text = await readKey(path);
  if (text === null) {
    if (fingerprint !== null) throw lost(path, "is not there any more");
    const key = random_bytes(KEY_BYTES);
    const content = seal({ version: 1, key: Buffer.from(key).toString("hex") });
    await writeDurably(path, new TextEncoder().encode(content), { disk, mode: OWNER_ONLY });
    // In case that the disk in between knows of no permissions.
    await Deno.chmod(path, OWNER_ONLY);
    return new Pseudonyms(key);
  }
  const key = keyIn(text);
  if (key === null) throw lost(path, "is damaged");
  const pseudonyms = new Pseudonyms(key);
  if (fingerprint !== null && pseudonyms.fingerprint !== fingerprint) {
    throw lost(path, "is not the one that was used before");
  }
  return pseudonyms;
}

async function readKey(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The key of the pseudonyms, ${path}, cannot be read: ${reason}`, { cause: error });
  }
}

function keyIn(text: string): Uint8Array | null {
  try {
    const content = unseal(text);
    if (typeof content !== "object" || content === null || !("key" in content)) return null;
    const { key, ...rest } = content;
    // Any other name may be that of the digest, damaged.
    if (Object.keys(rest).join() !== "version" || !/^[0-9a-f]{64}$/.test(String(key))) return null;
    return Buffer.from(String(key), "hex");
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function lost(path: string, what: string): Error {
  return new Error(
    `The key of the pseudonyms, ${path}, ${what}: put it back from a backup. If there is none, every user will appear ` +
      "under a second name from now on: to accept that, remove the file if it is there, and state.json beside it",
  );
}
