/** Events in the order of their time; those of the same time in the order in which they were added. */
export class EventQueue<T> {
  readonly #heap: { readonly at_s: number; readonly turn: number; readonly event: T }[] = [];
  #turns = 0;

  /** Time of the next event, infinity if there is none. */
  get next_s(): number {
    return this.#heap[0]?.at_s ?? Infinity;
  }

  add(at_s: number, event: T): void {
    const heap = this.#heap;
    const added = { at_s, turn: this.#turns++, event };
    let i = heap.length;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (isBefore(heap[parent], added)) break;
      heap[i] = heap[parent];
      i = parent;
    }
    heap[i] = added;
  }

  /**
   * Removes the next event.
   *
   * @throws {RangeError} if there is none.
   */
  take(): T {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined) throw new RangeError("Cannot take an event: the queue is empty");
    if (heap.length === 0) return last.event;
    const { event } = heap[0];
    let i = 0;
    while (true) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++;
      if (isBefore(last, heap[child])) break;
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = last;
    return event;
  }
}

interface Turn {
  readonly at_s: number;
  readonly turn: number;
}

function isBefore(a: Turn, b: Turn): boolean {
  return a.at_s < b.at_s || (a.at_s === b.at_s && a.turn < b.turn);
}
