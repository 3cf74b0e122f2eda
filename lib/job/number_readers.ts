import type { ColumnType } from "./columns.ts";
import { type FieldReader, wireValue } from "./record.ts";
import { timeReader } from "./time_reader.ts";

const MAX_COUNT = 2 ** 31 - 1;
const MAX_NUMBER = 1e15;

/** A field as a number, NaN where unknown; throws where it is no number of its kind. */
export type NumberReader = (value: unknown) => number;

/** Readers of numbers by type: those of a field, with a short cut for what is usual. */
export function numberReaders(
  fields: Readonly<Record<ColumnType, FieldReader>>,
): Readonly<Record<Exclude<ColumnType, "text">, NumberReader>> {
  const read = (type: ColumnType, value: unknown) => (fields[type](wireValue(value)) ?? NaN) as number;
  const amount = (type: ColumnType): NumberReader => (value) => {
    // Not `value` itself: a negative zero becomes zero.
    if (typeof value === "number" && value >= 0 && value <= MAX_NUMBER) return value + 0;
    if (value === null || value === undefined) return NaN;
    const digits = typeof value === "string" ? digitsOf(value) : -1;
    return digits >= 0 ? digits : read(type, value);
  };
  return {
    time: timeReader((value) => read("time", value)),
    count: (value) => {
      if (typeof value === "number" && value >= 0 && value <= MAX_COUNT && Number.isInteger(value)) {
        return value + 0;
      }
      if (value === null || value === undefined) return NaN;
      const digits = typeof value === "string" ? digitsOf(value) : -1;
      return digits >= 0 && digits <= MAX_COUNT ? digits : read("count", value);
    },
    seconds: amount("seconds"),
    minutes: amount("minutes"),
    hours: amount("hours"),
    percent: amount("percent"),
    bytes: (value) => {
      if (typeof value === "number" && value > 0 && Number.isSafeInteger(value)) return value;
      return value === null || value === undefined ? NaN : read("bytes", value);
    },
  };
}

/** The number that a text of 1 to 15 digits is, -1 for any other text. */
function digitsOf(text: string): number {
  const { length } = text;
  if (length === 0 || length > 15) return -1;
  let number = 0;
  for (let at = 0; at < length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}
