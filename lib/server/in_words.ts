import { TooManyValuesError } from "../engine/every_value.ts";
import { TooManyBucketsError } from "../query/steps.ts";
import { UnanswerableError } from "../query/unanswerable.ts";
import { Problem } from "./problem.ts";

/**
 * The answer to a question, or why it has none.
 *
 * @throws {Problem} 422 naming the key of the URL that asks what has no answer
 */
export async function inWords<T>(ask: () => T | Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const field = error instanceof UnanswerableError
      ? error.field
      : error instanceof TooManyBucketsError
      ? "step"
      : error instanceof TooManyValuesError
      ? "by"
      : null;
    if (field === null || !(error instanceof Error)) throw error;
    throw new Problem(422, error.message, { errors: [{ field, message: error.message }] });
  }
}
