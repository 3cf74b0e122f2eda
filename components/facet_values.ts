import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { paramsOf } from "../lib/pages/paths.ts";
import type { FacetModel, OptionModel } from "../lib/pages/facet_model.ts";

/** Most values of one dimension that a view can have chosen. */
export const MOST_CHOSEN = 500;
const MOST_LISTED = 50;
const PAUSE_MS = 150;

/** Values of a dimension that the server found. */
export interface FoundValues {
  readonly values: readonly OptionModel[];
  /** How many there are, listed or not. */
  readonly total: number;
}

/** What `GET /api/dashboard/values` answers. */
interface ValuesAnswer {
  readonly values: readonly { readonly value: string; readonly jobs: number }[];
  readonly count: number;
}

/** Asks the server for the values of a dimension that have a part in their name, the commonest first. */
export async function findValues(
  dimension: string,
  find: string,
  { limit, signal }: { readonly limit: number; readonly signal?: AbortSignal },
): Promise<FoundValues> {
  const params = paramsOf(new URL(location.href));
  for (const [name, value] of Object.entries({ dimension, find, limit: String(limit) })) {
    params.set(name, value);
  }
  const response = await fetch(`/api/dashboard/values?${params}`, { signal });
  if (!response.ok) throw new Error(`The server answered ${response.status}`);
  const { values, count }: ValuesAnswer = await response.json();
  return {
    total: count,
    values: values.map(({ value, jobs }) => ({
      value,
      jobs: jobs.toLocaleString("en"),
      selected: false,
    })),
  };
}

/** The values of a facet that match what is typed: those that the page lists, and what the server knows besides. */
export function useFacetValues({ name, values, more }: FacetModel) {
  const typed = useSignal("");
  const found = useSignal<FoundValues | null>(null);
  /** The address whose values were found. */
  const found_at = useRef("");
  const asked = useRef<AbortController | null>(null);
  const part = typed.value.trim().toLowerCase();

  const load = (find: string, pause_ms: number) => {
    asked.current?.abort();
    const mine = asked.current = new AbortController();
    setTimeout(async () => {
      if (mine.signal.aborted) return;
      try {
        const answer = await findValues(name, find, { limit: MOST_LISTED, signal: mine.signal });
        if (mine.signal.aborted) return;
        found.value = answer;
        found_at.current = location.href;
      } catch {
        // What the page lists is still there, and a value can be named in full.
      }
    }, pause_ms);
  };
  useEffect(() => () => asked.current?.abort(), []);

  const own = values.filter(({ value }) => value.toLowerCase().includes(part));
  const extra = (found.value?.values ?? []).filter((entry) =>
    entry.value.toLowerCase().includes(part) && !values.some(({ value }) => value === entry.value)
  );
  return {
    typed,
    part,
    /** All that stand in the list; those that do not match stay in the form, unseen. */
    listed: [...values, ...extra],
    matches: own.length + extra.length,
    /** Whether the server, or the whole list, has no value that matches. */
    unknown: own.length + extra.length === 0 && (more === 0 || found.value?.total === 0),
    /** How many match, listed or not. */
    total: Math.max(found.value?.total ?? 0, own.length + extra.length),
    opened() {
      if (more === null && found_at.current !== location.href) load(typed.value.trim(), 0);
    },
    type(text: string) {
      typed.value = text;
      if (more !== 0) load(text.trim(), PAUSE_MS);
    },
    /** Every value that matches, or what is typed itself where none does. */
    async all(): Promise<readonly string[]> {
      const text = typed.value.trim();
      const here = [...own, ...extra].map(({ value }) => value);
      if (more === 0 || (found.value?.total ?? 0) <= here.length) return here.length > 0 ? here : [text];
      try {
        return (await findValues(name, text, { limit: MOST_CHOSEN })).values.map(({ value }) => value);
      } catch {
        return here;
      }
    },
  };
}
