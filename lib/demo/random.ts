/** A stream of numbers that look random and are the same for the same seed. */
export interface Random {
  /** Evenly from [0, 1). */
  next(): number;
  /** A whole number evenly from 0 to `limit` − 1. */
  below(limit: number): number;
  /** Normally distributed, mean 0 and standard deviation 1. */
  normal(): number;
  /** One of the items, each as likely as the others. */
  pick<T>(items: readonly T[]): T;
}

/** Makes a stream from any whole number (the generator "mulberry32"). */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  let spare: number | null = null;

  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  // Box and Muller's method yields two numbers at a time.
  function normal(): number {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  return {
    next,
    normal,
    below: (limit) => Math.floor(next() * limit),
    pick: (items) => items[Math.floor(next() * items.length)],
  };
}

/** A number from [0, 1) that looks random and depends on nothing but the two keys. */
export function noise(key: number, salt: number): number {
  let mixed = Math.imul(key ^ Math.imul(salt + 1, 0x9e3779b1), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x27d4eb2f);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}

/** Running totals of weights, for {@link pickByWeight}. */
export function cumulate(weights: readonly number[]): Float64Array {
  const totals = new Float64Array(weights.length);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) totals[i] = sum += weights[i];
  return totals;
}

/** Index into running totals that `share` (from [0, 1)) of their last falls into. */
export function pickByWeight(totals: Float64Array, share: number): number {
  const wanted = share * totals[totals.length - 1];
  let low = 0;
  let high = totals.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (totals[middle] > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}
