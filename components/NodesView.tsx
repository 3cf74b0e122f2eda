import type { NodeRowModel, NodesTable } from "../lib/pages/nodes_table.ts";
import type { NodesModel } from "../lib/pages/nodes.ts";
import { DataTable } from "./DataTable.tsx";
import { Figure } from "./Figure.tsx";
import { Pager } from "./Pager.tsx";
import { Switch } from "./Switch.tsx";
import { Tiles } from "./Tiles.tsx";

/** Which nodes work: how much of all is in use, the nodes by time, and each of them in a table. */
export function NodesView({ model }: { readonly model: NodesModel }) {
  const { table } = model;
  return (
    <>
      {model.tiles.length > 0 && (
        <section aria-label="Headline numbers">
          <Tiles tiles={model.tiles} />
          <p class="tiles-note">{model.against}</p>
        </section>
      )}
      {model.switches.length > 0 && (
        <div class="switches">
          {model.switches.map((entry) => <Switch key={entry.label} {...entry} />)}
        </div>
      )}
      {model.figure !== null && <Figure spec={model.figure} dates_href={model.dates_href} />}
      {table !== null && (
        <section class="panel panel-table" id="table">
          <header class="panel-head">
            <h2 id="table-title">{table.caption}</h2>
            <span class="panel-files">
              <a href={model.csv_href} download="">CSV</a>{" "}
              <a href={model.parquet_href} download="">Parquet</a>
            </span>
          </header>
          <DataTable
            caption={table.caption}
            hide_caption
            columns={table.columns}
            rows={table.rows.map((row) => ({ key: row.key, href: row.href, cells: cellsOf(row, table) }))}
          />
          <Pager pages={model.pages} span={model.span} />
        </section>
      )}
    </>
  );
}

function cellsOf({ cells, share, state, why }: NodeRowModel, { share_at, state_at }: NodesTable) {
  return cells.map((text, at) => {
    if (at === share_at && share !== null) {
      return (
        <span key={at} class="share-cell">
          <ShareBar share={share} label="In use" />
          <span>{text}</span>
        </span>
      );
    }
    return at === state_at && state === "out"
      ? (
        <span key={at} class="node-out">
          <strong>{text}</strong>
          <span class="fact-note">{why}</span>
        </span>
      )
      : text;
  });
}

/** A share as a bar; more than all fills it. */
function ShareBar({ share, label }: { readonly share: number; readonly label: string }) {
  return <progress class="share-bar" max={1} value={Math.min(1, share)} aria-label={label} />;
}
