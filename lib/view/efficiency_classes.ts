/** Classes of the shares that jobs used of what they were given, and of memory. */

/** What the use of can be looked at: CPUs, memory, the time limit, GPUs; and memory asked for against memory used. */
export const EFFICIENCIES = ["cpu", "memory", "limit", "gpu", "memory-bins"] as const;
export type EfficiencyOf = (typeof EFFICIENCIES)[number];

/** A class of shares: those of at least `from`, less than `to`; the last has what is beyond 100 %. */
export interface ShareClass {
  readonly key: string;
  readonly from: number;
  readonly to: number | null;
}

const STEPS = 20;

/** Steps of 5 %, 100 % among the last of them, and what is beyond. */
export const SHARE_CLASSES: readonly ShareClass[] = [
  ...Array.from({ length: STEPS }, (_, step) => ({
    key: `${step * 5}-${step * 5 + 5}`,
    from: step / STEPS,
    to: (step + 1) / STEPS,
  })),
  { key: ">100", from: 1, to: null },
];

/** A class of memory: at least `from_gib`, less than `to_gib`. */
export interface MemoryClass {
  readonly key: string;
  readonly from_gib: number;
  readonly to_gib: number | null;
}

const LEAST = -4;
const MOST = 12;

/** Powers of two from under 64 MiB to 4 TiB and more. */
export const MEMORY_CLASSES: readonly MemoryClass[] = [
  { key: `<${memoryText(2 ** LEAST)}`, from_gib: 0, to_gib: 2 ** LEAST },
  ...Array.from({ length: MOST - LEAST }, (_, at) => {
    const [from_gib, to_gib] = [2 ** (LEAST + at), 2 ** (LEAST + at + 1)];
    return { key: `${memoryText(from_gib)}-${memoryText(to_gib)}`, from_gib, to_gib };
  }),
  { key: `>=${memoryText(2 ** MOST)}`, from_gib: 2 ** MOST, to_gib: null },
];

/** A power of two of GiB: "64 MiB", "1 GiB", "4 TiB". */
export function memoryText(gib: number): string {
  if (gib < 1) return `${gib * 1024} MiB`;
  return gib < 1024 ? `${gib} GiB` : `${gib / 1024} TiB`;
}
