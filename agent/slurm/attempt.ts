/** The text read, or null if it cannot be: one odd value is no reason to lose a job. */
export function attempt<T>(text: string | undefined, parse: (text: string) => T): T | null {
  try {
    return text === undefined ? null : parse(text);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
}
