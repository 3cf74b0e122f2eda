/**
 * The first `count` of `rows` in rising or falling order of their keys; unknown keys (NaN) come last either way,
 * and rows with equal keys in the order given.
 *
 * @param keys key by place in `rows`
 */
export function topRows(
  rows: Uint32Array,
  { keys, count, descending }: {
    readonly keys: Float64Array;
    readonly count: number;
    readonly descending: boolean;
  },
): Uint32Array {
  const sign = descending ? -1 : 1;
  const before = (a: number, b: number): boolean => {
    const left = keys[a];
    const right = keys[b];
    if (Number.isNaN(left) || Number.isNaN(right)) {
      return Number.isNaN(left) === Number.isNaN(right) ? a < b : Number.isNaN(right);
    }
    return left === right ? a < b : (left - right) * sign < 0;
  };
  const size = Math.min(count, rows.length);
  // A heap of the best so far with the worst of them at its root: most places are turned away by one look.
  const heap = new Uint32Array(size);
  let filled = 0;
  for (let place = 0; place < rows.length && size > 0; place++) {
    if (filled < size) {
      heap[filled] = place;
      for (let at = filled++; at > 0;) {
        const parent = (at - 1) >> 1;
        if (!before(heap[parent], heap[at])) break;
        [heap[parent], heap[at]] = [heap[at], heap[parent]];
        at = parent;
      }
    } else if (before(place, heap[0])) {
      heap[0] = place;
      for (let at = 0;;) {
        let worst = at;
        for (const child of [2 * at + 1, 2 * at + 2]) {
          if (child < size && before(heap[worst], heap[child])) worst = child;
        }
        if (worst === at) break;
        [heap[worst], heap[at]] = [heap[at], heap[worst]];
        at = worst;
      }
    }
  }
  return Uint32Array.from([...heap].sort((a, b) => before(a, b) ? -1 : 1), (place) => rows[place]);
}
