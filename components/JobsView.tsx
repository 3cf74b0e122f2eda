import type { ChooserModel, JobsModel } from "../lib/pages/jobs.ts";
import { DataTable } from "./DataTable.tsx";
import { jobCell } from "./JobCells.tsx";
import { Pager } from "./Pager.tsx";

/** The jobs of a view: how many, one page of them as a table, and the way through the pages. */
export function JobsView({ model }: { readonly model: JobsModel }) {
  if (model.rows.length === 0) return null;
  return (
    <section class="panel panel-table panel-jobs" id="table">
      <header class="panel-head">
        <h2 id="table-title">
          {model.count} {model.count === "1" ? "job" : "jobs"}
        </h2>
        <div class="panel-tools">
          <Chooser model={model.chooser} />
          {model.files.map(({ label, href }) => <a key={label} href={href} download="">{label}</a>)}
        </div>
      </header>
      <DataTable
        caption={model.caption}
        hide_caption
        columns={model.columns}
        rows={model.rows.map(({ key, cells }) => ({ key, cells: cells.map(jobCell) }))}
      />
      <Pager pages={model.pages} span={model.span} />
    </section>
  );
}

/** A form, so that columns can be chosen without scripts; it is sent when all are ticked. */
function Chooser({ model }: { readonly model: ChooserModel }) {
  return (
    <details class="menu chooser">
      <summary>Columns</summary>
      <form
        class="menu-panel chooser-panel"
        method="get"
        action="/jobs"
        onChange={(event) => event.stopPropagation()}
      >
        {model.hidden.map(({ name, value }, index) => (
          <input key={`${name} ${index}`} type="hidden" name={name} value={value} />
        ))}
        <p class="menu-note">Those shown come first, in their order; new ones are added behind them.</p>
        <ul class="chooser-list">
          {model.columns.map(({ key, label, meaning, shown }) => (
            <li key={key}>
              <label title={meaning}>
                <input type="checkbox" name="column" value={key} checked={shown} />
                {label}
              </label>
            </li>
          ))}
        </ul>
        <p class="chooser-actions">
          <button type="submit" class="button">Show these columns</button>
          {model.usual_href !== null && <a href={model.usual_href}>The usual ones</a>}
        </p>
      </form>
    </details>
  );
}
