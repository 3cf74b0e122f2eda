import type { FilterProblem } from "./filters.ts";
import { DIMENSIONS } from "./measures.ts";

/** Every key of a view's URL. */
const KEYS: readonly string[] = [
  ...DIMENSIONS,
  ...DIMENSIONS.map((dimension) => `not.${dimension}`),
  "period",
  "from",
  "to",
  "compare",
  "by",
  "measure",
  "step",
  "basis",
  "complete",
  "tz",
  "weight",
  "column",
  "unused",
  "q",
  "sort",
  "page",
  "view_name",
];

/** Names that other programs have for the same. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  hostname: "cluster",
  project: "account",
  queue: "partition",
  username: "user",
  start_date: "from",
  end_date: "to",
};

/** Shorter keys are too easily alike; longer ones are no slips. */
const SHORTEST = 4;
const LONGEST = 24;

/**
 * Keys that are not known but look like ones that are, `usr` or `Accounts`: whoever wrote them believes that the view
 * is filtered. All other unknown keys, as trackers add them, are passed over.
 */
export function strangeKeys(params: URLSearchParams): readonly FilterProblem[] {
  const problems: FilterProblem[] = [];
  for (const field of new Set(params.keys())) {
    if (KEYS.includes(field)) continue;
    const meant = meantBy(field);
    if (meant !== undefined) problems.push({ field, message: `is not known; perhaps "${meant}" is meant` });
  }
  return problems;
}

function meantBy(field: string): string | undefined {
  if (field.length > LONGEST) return undefined;
  if (Object.hasOwn(OTHER_NAMES, field.toLowerCase())) return OTHER_NAMES[field.toLowerCase()];
  return KEYS.find((key) => folded(key) === folded(field)) ??
    KEYS.find((key) => key.length >= SHORTEST && isNear(key, field.toLowerCase()));
}

function folded(key: string): string {
  return key.toLowerCase().replace(/[^a-z0-9]/g, "").replace(/s$/, "");
}

/** Whether one letter too many, too few, wrong or changed with its neighbour is all in which two words differ. */
function isNear(word: string, other: string): boolean {
  let start = 0;
  while (start < word.length && word[start] === other[start]) start++;
  const [rest, other_rest] = [word.slice(start), other.slice(start)];
  const swapped = rest.length > 1 && other_rest.slice(0, 2) === rest[1] + rest[0];
  return rest.slice(1) === other_rest || rest === other_rest.slice(1) ||
    rest.slice(1) === other_rest.slice(1) ||
    swapped && rest.slice(2) === other_rest.slice(2);
}
