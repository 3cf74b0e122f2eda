/** Work in pieces: between two of them something else may be done. */
export type Work<T> = Generator<void, T, void>;

/** Does work without a break. */
export function atOnce<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Does work with a break between two pieces where one is due. */
export async function withBreaks<T>(work: Work<T>, breathe?: () => Promise<void> | undefined): Promise<T> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    const pause = breathe?.();
    if (pause !== undefined) await pause;
  }
}
