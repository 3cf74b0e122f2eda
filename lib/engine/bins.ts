/** Values from 0 on, finely divided where they are small: 32 bins to each power of two, the last for all the rest. */
export const BINS = 29 * 32;

/** So many of the first bins hold one whole number each, which is the number of the bin. */
export const SINGLE_BINS = 64;

/** Stands beside the bins for no value. */
export const NO_BIN = BINS;

/** A number that rises with the value, or stays; {@link NO_BIN} for NaN. */
export function binOf(value: number): number {
  if (value !== value) return NO_BIN;
  if (value >= 0xffff_ffff) return BINS - 1;
  const whole = value >>> 0;
  if (whole < 32) return whole;
  const power = 31 - Math.clz32(whole);
  return (power - 4) * 32 + ((whole >>> (power - 5)) & 31);
}

/** The place, from 0, of the quantile among so many sorted values: at least the share `q` of them do not exceed it. */
export function rankOf(q: number, count: number): number {
  return Math.max(0, Math.ceil(q * count) - 1);
}
