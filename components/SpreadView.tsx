import type { SpreadTable } from "../lib/pages/spread_table.ts";
import type { PanelModel, SpreadModel, SwitchModel } from "../lib/pages/spread_page.ts";
import { DataTable } from "./DataTable.tsx";
import { Figure } from "./Figure.tsx";
import { figuresClass } from "./figures_class.ts";
import { Pager } from "./Pager.tsx";
import { Switch } from "./Switch.tsx";
import { Tiles } from "./Tiles.tsx";

/** How waits, run times or sizes are spread: headline numbers, curves, histogram, over time, and as tables. */
export function SpreadView({ model }: { readonly model: SpreadModel }) {
  return (
    <>
      {model.tiles.length > 0 && (
        <section aria-label="Headline numbers">
          <Tiles tiles={model.tiles} kind="five" />
          <p class="tiles-note">{model.against}</p>
        </section>
      )}
      {model.switches.length > 0 && <Switches switches={model.switches} />}
      {model.panels.length > 0 && (
        <div class={figuresClass(model.panels)}>
          {model.panels.map((panel) => (
            <SpreadPanel key={panel.figure.id} panel={panel} dates_href={model.dates_href} />
          ))}
        </div>
      )}
      {model.tables.map((table) =>
        "kind" in table ? <Figure key={table.id} spec={table} /> : <TablePanel key={table.id} table={table} />
      )}
    </>
  );
}

function Switches({ switches }: { readonly switches: readonly SwitchModel[] }) {
  return <div class="switches">{switches.map((entry) => <Switch key={entry.label} {...entry} />)}</div>;
}

function SpreadPanel(
  { panel: { figure, note, wide, switch: chosen }, dates_href }: {
    readonly panel: PanelModel;
    readonly dates_href: string;
  },
) {
  return (
    <div class={wide ? "figure-panel figure-wide" : "figure-panel"}>
      <Figure
        spec={figure}
        dates_href={dates_href}
        controls={chosen === null ? undefined : <Switch {...chosen} />}
        note={note}
      />
    </div>
  );
}

function TablePanel({ table }: { readonly table: SpreadTable }) {
  const title = `${table.id}-title`;
  return (
    <section class="panel panel-table" id={table.id}>
      <header class="panel-head">
        <h2 id={title}>{table.caption}</h2>
        <span class="panel-files">
          <a href={table.csv_href} download="">CSV</a> <a href={table.parquet_href} download="">Parquet</a>
        </span>
      </header>
      <DataTable
        caption={table.caption}
        hide_caption
        columns={table.columns}
        rows={table.rows}
        footer={table.footer}
      />
      {table.paging !== null && <Pager {...table.paging} />}
    </section>
  );
}
