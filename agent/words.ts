import { PROGRAM } from "./version.ts";

/** An error in one line for people; where this program was not given a right, what to do about it. */
export function wordsOf(error: unknown): string {
  if (error instanceof Deno.errors.NotCapable) return refusal(error.message);
  // fetch() says only that it failed; its cause says why, behind what is known anyhow.
  if (error instanceof TypeError && error.message === "fetch failed" && error.cause instanceof Error) {
    return wordsOf(error.cause).replace(
      /^error sending request(?: for url \(.*?\))?: (?:client error \(\w+\): )?/,
      "",
    );
  }
  const words = error instanceof Error ? error.message || error.name : String(error);
  return words.replace(/ \(os error \d+\)(?:: \w+ '[^']*')?/, "").replace(/\s*\n\s*/g, " ");
}

/** A number with what it counts: `1 job`, `2 jobs`, `1 batch`, `2 batches`. */
export function counted(number: number, what: string): string {
  if (number === 1) return `1 ${what}`;
  return `${number} ${what}${/(?:ch|s)$/.test(what) ? "es" : "s"}`;
}

/** Deno's refusal (`Requires read access to "/x", run again with the --allow-read flag`) in words. */
function refusal(message: string): string {
  const [, kind = "", what = "that"] = /^Requires (\w+) access(?: to "?([^"]*?)"?)?(?:,|$)/.exec(message) ??
    [];
  if (kind === "net") {
    return `This program was built for another server and may not reach ${what}: build it again for the address ` +
      `in api_url (deno task agent:compile ADDRESS)`;
  }
  if (kind === "read" || kind === "write") {
    return `This program was built so that it may not ${kind} ${what}: it may read /etc/${PROGRAM}, ` +
      `/var/lib/${PROGRAM} and the system's certificates, and write /var/lib/${PROGRAM}; use these folders`;
  }
  if (kind === "run") {
    return `This program may start only Slurm's client commands that are on PATH, not ${what}`;
  }
  return `This program was built without a right that it needs: ${message.replace(/, run again.*$/s, "")}`;
}
