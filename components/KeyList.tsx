import { SHORTCUTS } from "./shortcut_list.ts";

/** Every key of the pages and what it does. */
export function KeyList() {
  return (
    <dl class="keys">
      {SHORTCUTS.map(({ keys, label }) => (
        <div key={label}>
          <dt>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</dt>
          <dd>{label}</dd>
        </div>
      ))}
    </dl>
  );
}
