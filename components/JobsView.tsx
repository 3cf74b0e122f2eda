import type { JobCell, JobsModel } from "../lib/pages/jobs.ts";
import { DataTable } from "./DataTable.tsx";

/** The jobs of a view: how many, one page of them as a table, and the way through the pages. */
export function JobsView({ model }: { readonly model: JobsModel }) {
  if (model.rows.length === 0) return null;
  return (
    <section class="panel panel-table panel-jobs" id="table" aria-labelledby="table-title">
      <header class="panel-head">
        <h2 id="table-title">
          {model.count} {model.count === "1" ? "job" : "jobs"}
        </h2>
        <a href={model.csv_href} download="">CSV</a>
      </header>
      <DataTable
        caption={model.caption}
        hide_caption
        columns={model.columns}
        rows={model.rows.map(({ key, cells }) => ({ key, cells: cells.map(cellOf) }))}
      />
      <Pager model={model} />
    </section>
  );
}

function cellOf({ text, href, title, mark }: JobCell) {
  const content = href === undefined ? text : <a href={href}>{text}</a>;
  if (mark !== undefined) {
    return (
      <span class="state">
        <span class={`state-mark state-${mark}`} aria-hidden="true" />
        {content}
      </span>
    );
  }
  return title === undefined ? content : <span class="cut" title={title}>{content}</span>;
}

type Turn = "first" | "previous" | "next" | "last";

/** How each way through the pages is shown, and the one that takes its focus at the end of the way. */
const TURNS: readonly (readonly [turn: Turn, label: string, mark: string, back: Turn])[] = [
  ["first", "First page", "«", "next"],
  ["previous", "Previous page", "‹", "next"],
  ["next", "Next page", "›", "previous"],
  ["last", "Last page", "»", "previous"],
];

function Pager({ model: { pages, span } }: { readonly model: JobsModel }) {
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
