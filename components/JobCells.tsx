import type { JobCell } from "../lib/pages/job_cells.ts";

/** Longer texts are cut, and told in whole on hover. */
const MOST_LETTERS = 26;

/** What stands in a cell of a table of jobs. */
export function jobCell({ text, href, title, mark }: JobCell) {
  const content = href === undefined ? text : <a href={href}>{text}</a>;
  const whole = title ?? (text.length > MOST_LETTERS ? text : undefined);
  if (mark !== undefined) {
    return (
      <span class="state">
        <span class={`state-mark state-${mark}`} aria-hidden="true" />
        {content}
      </span>
    );
  }
  return whole === undefined ? content : <span class="cut" title={whole}>{content}</span>;
}
