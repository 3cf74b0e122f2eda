/** An amount of memory and what it is meant for: the whole job, each CPU or each node. */
export interface Memory {
  readonly bytes: number;
  readonly per: "job" | "cpu" | "node";
}

const AMOUNT = /^(\d+(?:\.\d+)?)([KMGTPE]?)([cn]?)$/i;
const EXPONENT: Readonly<Record<string, number>> = { "": 0, K: 1, M: 2, G: 3, T: 4, P: 5, E: 6 };
/** Marks a value per CPU in old databases: Slurm set the highest bit of a 32-bit count of megabytes. */
const PER_CPU_BIT = 2 ** 31;

/**
 * Memory as Slurm prints it: `62.50G`, `1000M`, `1234K`, `4000Mc` (each CPU), `31000Mn` (each node; ReqMem until
 * Slurm 20.11), `2147486648Mn` (2³¹ + megabytes of each CPU). Units are powers of 1024; a number without a unit is
 * bytes, which is what `sacct --noconvert` prints for MaxRSS. Null for `''` and for zero, Slurm's "not known" here
 * (`--mem=0` asks for whatever the node has; a MaxRSS of 0 was never sampled), and for more than any machine has, which
 * is its mark for "not set" (`18446744073709551614M`, seen in 22.05 of a job submitted just now).
 *
 * @throws {SyntaxError} if the text is no amount of memory.
 */
export function parseMemory(text: string): Memory | null {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  const match = AMOUNT.exec(trimmed);
  if (!match) {
    throw new SyntaxError(
      `Cannot parse memory ${JSON.stringify(text)}: expected a number with K, M, G, T, P or E, then c or n`,
    );
  }
  const unit = match[2].toUpperCase();
  const suffix = match[3].toLowerCase();
  const amount = Number(match[1]);
  if (amount === 0) return null;
  const flagged = unit === "M" && amount >= PER_CPU_BIT;
  const bytes = Math.round((flagged ? amount - PER_CPU_BIT : amount) * 1024 ** EXPONENT[unit]);
  if (!Number.isSafeInteger(bytes)) return null;
  return { bytes, per: flagged || suffix === "c" ? "cpu" : suffix === "n" ? "node" : "job" };
}
