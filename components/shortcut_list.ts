/** What a key does: opens a link of the page, or acts on the page itself. */
export interface Shortcut {
  /** Keys in the order they are pressed, as `KeyboardEvent.key` names them. */
  readonly keys: readonly string[];
  readonly label: string;
  /** Selector of the link or button it clicks. */
  readonly click?: string;
  readonly act?: "find" | "tables" | "close" | "list";
}

/** Every shortcut: the dialog, the titles of controls and the listener all read this list. */
export const SHORTCUTS: readonly Shortcut[] = [
  { keys: ["/"], label: "Find a job, user, account and more", act: "find" },
  { keys: ["["], label: "Previous period", click: "[data-key='[']" },
  { keys: ["]"], label: "Next period", click: "[data-key=']']" },
  { keys: ["c"], label: "Compare with another period", click: "[data-key='c']" },
  { keys: ["v"], label: "Saved views", click: ".saved-views > summary" },
  { keys: ["t"], label: "Open or close the data tables", act: "tables" },
  { keys: ["g", "o"], label: "Overview", click: "[data-page='overview']" },
  { keys: ["g", "u"], label: "Usage", click: "[data-page='usage']" },
  { keys: ["g", "w"], label: "Wait", click: "[data-page='wait']" },
  { keys: ["g", "d"], label: "Durations", click: "[data-page='durations']" },
  { keys: ["g", "z"], label: "Sizes", click: "[data-page='sizes']" },
  { keys: ["g", "e"], label: "Efficiency", click: "[data-page='efficiency']" },
  { keys: ["g", "n"], label: "Nodes", click: "[data-page='nodes']" },
  { keys: ["g", "j"], label: "Jobs", click: "[data-page='jobs']" },
  { keys: ["g", "s"], label: "Status", click: "[data-page='status']" },
  { keys: ["g", "h"], label: "Help", click: "[data-page='help']" },
  { keys: ["Escape"], label: "Close what is open", act: "close" },
  { keys: ["?"], label: "This list", act: "list" },
];

/** A control's title with the key that does the same, as "Previous period ([)". */
export function withKey(key: string): string {
  const found = SHORTCUTS.find((shortcut) => shortcut.keys.length === 1 && shortcut.keys[0] === key);
  return found === undefined ? "" : `${found.label} (${key})`;
}

/**
 * The shortcut that a row of pressed keys means, or whether it may become one with another key.
 * Only Escape has a meaning when single keys are switched off.
 */
export function shortcutFor(
  pressed: readonly string[],
  { single_keys }: { readonly single_keys: boolean },
): Shortcut | "partial" | null {
  const active = SHORTCUTS.filter(({ keys }) => single_keys || keys[0] === "Escape");
  const begun = active.filter(({ keys }) => pressed.every((key, index) => keys[index] === key));
  const whole = begun.find(({ keys }) => keys.length === pressed.length);
  return whole ?? (begun.length > 0 ? "partial" : null);
}
