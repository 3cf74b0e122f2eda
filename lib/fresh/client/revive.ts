import { computed, signal } from "@preact/signals";
import { unflatten } from "devalue";

const REVIVERS = {
  Computed: ([value]: [unknown]) => computed(() => value),
  Signal: ([value]: [unknown]) => signal(value),
};

/** The props of all islands of a page, from the array that devalue made of them. */
export function revive(props: number | unknown[]): readonly Readonly<Record<string, unknown>>[] {
  return unflatten(props, REVIVERS);
}
