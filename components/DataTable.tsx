import type { ComponentChildren } from "preact";

/** One column of a table. */
export interface DataColumn {
  readonly key: string;
  readonly label: string;
  /** Numbers stand to the right, digits under digits. */
  readonly numeric?: boolean;
  /** The view sorted by this column. */
  readonly sort_href?: string;
  readonly sorted?: "ascending" | "descending";
  /** What the column means. */
  readonly title?: string;
}

/** One row of a table; its first cell names it. */
export interface DataRow {
  readonly key: string;
  readonly cells: readonly ComponentChildren[];
  /** Where the name of the row leads. */
  readonly href?: string;
  readonly selected?: boolean;
}

/** A table of plain rows. */
export interface DataTableProps {
  readonly caption: string;
  readonly columns: readonly DataColumn[];
  readonly rows: readonly DataRow[];
  /** Last row, as totals; its first cell names it. */
  readonly footer?: readonly ComponentChildren[];
  /** Whether the caption is for screen readers only, where a heading says the same. */
  readonly hide_caption?: boolean;
}

/** Shorter texts have room in any column. */
const MOST_LETTERS = 26;

/** A table in a region of its own that scrolls by pointer and keys, with its first column kept in sight. */
export function DataTable({ caption, columns, rows, footer, hide_caption = false }: DataTableProps) {
  return (
    <div class="table-region" role="region" aria-label={caption} tabindex={0}>
      <table class="data-table">
        <caption class={hide_caption ? "visually-hidden" : undefined}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                class={cellClass(column)}
                aria-sort={column.sorted}
                title={column.title ?? wholeOf(column.label)}
              >
                {column.sort_href === undefined ? column.label : (
                  <a href={column.sort_href}>
                    {column.label}
                    <span class="sort-mark" aria-hidden="true">{sortMark(column)}</span>
                  </a>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key} class={row.selected ? "row-selected" : undefined}>
              {row.cells.map((cell, index) =>
                index === 0
                  ? (
                    <th key={index} scope="row" class={cellClass(columns[index])} title={wholeOf(cell)}>
                      {row.href === undefined ? cell : <a href={row.href}>{cell}</a>}
                    </th>
                  )
                  : <td key={index} class={cellClass(columns[index])}>{cell}</td>
              )}
            </tr>
          ))}
        </tbody>
        {footer && (
          <tfoot>
            <tr>
              {footer.map((cell, index) =>
                index === 0
                  ? <th key={index} scope="row">{cell}</th>
                  : <td key={index} class={cellClass(columns[index])}>{cell}</td>
              )}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}

/** A text that may be cut, to be told on hover. */
function wholeOf(cell: ComponentChildren): string | undefined {
  return typeof cell === "string" && cell.length > MOST_LETTERS ? cell : undefined;
}

function cellClass(column: DataColumn | undefined): string | undefined {
  return column?.numeric ? "num" : undefined;
}

function sortMark({ sorted }: DataColumn): string {
  if (sorted === undefined) return " ↕";
  return sorted === "ascending" ? " ↑" : " ↓";
}
