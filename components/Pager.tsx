import type { PagingModel } from "../lib/pages/paging.ts";

type Turn = "first" | "previous" | "next" | "last";

/** How each way through the pages is shown, and the one that takes its focus at the end of the way. */
const TURNS: readonly (readonly [turn: Turn, label: string, mark: string, back: Turn])[] = [
  ["first", "First page", "«", "next"],
  ["previous", "Previous page", "‹", "next"],
  ["next", "Next page", "›", "previous"],
  ["last", "Last page", "»", "previous"],
];

/** The way through the pages of a table. */
export function Pager({ pages, span }: PagingModel) {
  return (
    <nav class="pager" aria-label="Pages of the table">
      <p>
        {span} <span class="pager-at">{pages.at}</span>
      </p>
      <div class="pager-turns">
        {TURNS.map(([turn, label, mark, back]) =>
          pages[turn] === null
            ? <span key={turn} class="button button-off" aria-hidden="true">{mark}</span>
            : (
              <a
                key={turn}
                class="button"
                href={`${pages[turn]}#table`}
                aria-label={label}
                title={label}
                data-turn={turn}
                data-instead={`[data-turn=${back}]`}
              >
                {mark}
              </a>
            )
        )}
      </div>
    </nav>
  );
}
