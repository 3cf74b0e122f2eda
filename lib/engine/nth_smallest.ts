/** Shorter stretches are sorted: that is faster than dividing them on. */
const SHORT = 32;

/**
 * The value that would be at place `n` (from 0) if the values were sorted, found without sorting them all; they are
 * left in another order. None may be NaN.
 */
export function nthSmallest(values: Float64Array, n: number): number {
  let low = 0;
  let high = values.length - 1;
  while (high - low >= SHORT) {
    const pivot = middleOf(values[low], values[(low + high) >> 1], values[high]);
    let left = low;
    let right = high;
    // Equal values stop both sides: many equal ones then divide in halves as well.
    while (left <= right) {
      while (values[left] < pivot) left++;
      while (values[right] > pivot) right--;
      if (left > right) break;
      const value = values[left];
      values[left++] = values[right];
      values[right--] = value;
    }
    if (n <= right) high = right;
    else if (n >= left) low = left;
    else return values[n];
  }
  values.subarray(low, high + 1).sort();
  return values[n];
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
