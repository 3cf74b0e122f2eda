import { signal } from "@preact/signals";

/** What the reader chose for the theme. */
export type ThemeChoice = "system" | "light" | "dark";

/** Instant under the pointer or cursor, epoch ms: the crosshair that all charts of a page share. */
export const hover = signal<number | null>(null);

/** Key of the series that is pointed at or focused in a legend; charts dim the others. */
export const focus_key = signal<string | null>(null);

/** The theme chosen; the document's `data-theme` is what counts for drawing. */
export const theme = signal<ThemeChoice>("system");

/** Whether an answer is awaited; what is on show stays until then. */
export const pending = signal(false);
