import { computed, Signal } from "@preact/signals";
import { isValidElement } from "preact";
import { DevalueError, stringify } from "devalue";
import type { FoundIsland } from "./islands.ts";

/** Stands in for an element, so that the refusal names the way to it. */
class JsxElement {}

/** The class of computed signals is not exported. */
const COMPUTED: object = Object.getPrototypeOf(computed(() => null));

const REDUCERS = {
  Computed: (value: unknown) =>
    isSignal(value) && Object.getPrototypeOf(value) === COMPUTED && [value.peek()],
  Signal: (value: unknown) => isSignal(value) && [value.peek()],
  Jsx: (value: unknown) => isElement(value) && new JsxElement(),
};

/**
 * The props of all islands of a page as one devalue array, so that what two islands share stays shared.
 * @throws {TypeError} for a prop that cannot be sent to a browser, with the way to it
 */
export function serializeProps(found: readonly FoundIsland[]): string {
  for (const { island, props } of found) {
    if (props.children !== undefined) {
      throw refusal(island.name, { path: "children", what: "JSX or children" });
    }
  }
  try {
    return stringify(found.map(({ props }) => ({ ...props })), REDUCERS);
  } catch (error) {
    if (!(error instanceof DevalueError)) throw error;
    const [, index = "0", path = ""] = /^\[(\d+)\]\.?(.*)$/s.exec(error.path) ?? [];
    throw refusal(found[Number(index)]?.island.name ?? "", {
      path,
      what: describe(error.value),
      cause: error,
    });
  }
}

/**
 * The same as plain JSON; null where that would lose something. Objects that two islands share are then two.
 */
export function plainProps(found: readonly FoundIsland[]): string | null {
  const props = found.map(({ props }) => props);
  const childless = props.every(({ children }) => children === undefined);
  return childless && isPlain(props, new Set()) ? JSON.stringify(props) : null;
}

/** Whether JSON keeps all of a value; a property that is undefined may as well be absent. */
function isPlain(value: unknown, around: Set<object>): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== "object" || around.has(value) || isElement(value)) return false;
  const list = Array.isArray(value);
  if (!list && Object.getPrototypeOf(value) !== Object.prototype || "toJSON" in value) return false;
  if (Object.hasOwn(value, "__proto__")) return false;
  around.add(value);
  // Holes of an array are no values of an iteration, so they are looked at as undefined.
  const plain = list
    ? Array.from(value).every((item) => isPlain(item, around))
    : Object.values(value).every((item) => item === undefined || isPlain(item, around));
  around.delete(value);
  return plain;
}

function refusal(
  island: string,
  { path, what, cause }: { path: string; what: string; cause?: unknown },
): TypeError {
  const message = `The island ${island} cannot take its prop "${path}": ${what} cannot be sent to a browser`;
  return new TypeError(message, { cause });
}

function describe(value: unknown): string {
  if (value instanceof JsxElement) return "JSX";
  if (typeof value === "function") return "a function";
  if (typeof value === "symbol") return "a symbol";
  const name = typeof value === "object" ? value?.constructor?.name : undefined;
  return name === undefined || name === "Object" ? "an object with unusual keys" : `an instance of ${name}`;
}

/** Objects without a prototype pass preact's own check, which asks only for a missing constructor. */
function isElement(value: unknown): boolean {
  return isValidElement(value) && !isSignal(value) && Object.getPrototypeOf(value) !== null;
}

function isSignal(value: unknown): value is Signal<unknown> {
  return value instanceof Signal;
}
