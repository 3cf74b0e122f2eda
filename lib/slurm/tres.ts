/** GPUs of a TRES list: all of them, and how many are said to be of which type. */
export interface Gpus {
  readonly count: number;
  /** Counts by type as given; they may add up to less than `count`, the rest is of no named type. */
  readonly types: ReadonlyMap<string, number>;
}

const GPU = "gres/gpu";
/** From here on a 32-bit count is one of Slurm's marks for "unlimited" or "not set". */
const NO_COUNT = 0xfffffffd;

/**
 * Trackable resources by name, values as printed: `cpu=4,mem=62.50G,gres/gpu:a100=2`. Entries without a `=` are left
 * out; of a name given twice the last value stands.
 */
export function parseTres(text: string): ReadonlyMap<string, string> {
  const tres = new Map<string, string>();
  for (const entry of text.split(",")) {
    const equals = entry.indexOf("=");
    if (equals > 0) tres.set(entry.slice(0, equals).trim(), entry.slice(equals + 1).trim());
  }
  return tres;
}

/**
 * GPUs in a TRES list: the untyped `gres/gpu` where it is present (Slurm prints it beside the typed ones, so adding
 * both would count twice), else the sum of the typed ones. `gres/gpumem`, `gres/gpuutil`, `gres/shard` and `gres/mps`
 * are no GPUs.
 */
export function gpusOf(text: string | null): Gpus {
  const types = new Map<string, number>();
  let untyped: number | null = null;
  let typed = 0;
  for (const [name, value] of parseTres(text ?? "")) {
    if (!/^\d+$/.test(value) || Number(value) >= NO_COUNT) continue;
    if (name === GPU) untyped = Number(value);
    if (!name.startsWith(GPU + ":")) continue;
    types.set(name.slice(GPU.length + 1), Number(value));
    typed += Number(value);
  }
  return { count: untyped ?? typed, types };
}
