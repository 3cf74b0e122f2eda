import type { LinkModel } from "../lib/pages/filter_bar.ts";
import type { UsageModel } from "../lib/pages/usage.ts";
import { DataTable } from "./DataTable.tsx";
import { Figure } from "./Figure.tsx";
import { figuresClass } from "./figures_class.ts";
import { Segmented } from "./FilterBar.tsx";
import { PersonalHead, RecentJobs } from "./PersonalView.tsx";

/** Who used what: the measure and what it is split by as links, the chart, and every value as a table. */
export function UsageView({ model }: { readonly model: UsageModel }) {
  const { table, personal, figure } = model;
  return (
    <>
      {personal !== null && <PersonalHead model={personal} />}
      <div class="switches">
        <div class="switch">
          <span class="switch-label" aria-hidden="true">Measure</span>
          <Segmented label="Measure" links={model.measures} />
          <More links={model.more_measures} />
        </div>
        <div class="switch">
          <span class="switch-label" aria-hidden="true">Split by</span>
          <Segmented label="Split by" links={model.groupings} />
          <More links={model.more_groupings} />
        </div>
        {model.account_forms.length > 0 && (
          <div class="switch">
            <span class="switch-label" aria-hidden="true">Accounts by</span>
            <Segmented label="Accounts by" links={model.account_forms} />
          </div>
        )}
      </div>
      {personal === null && model.not_compared !== "" && <p class="tiles-note">{model.not_compared}</p>}
      {figure !== null && <Figure spec={figure} dates_href={model.dates_href} />}
      {table !== null && (
        <section class="panel panel-table" id="table">
          <header class="panel-head">
            <h2 id="table-title">{table.caption}</h2>
            <span class="panel-files">
              <a href={model.csv_href} download="">CSV</a>
              <a href={model.parquet_href} download="">Parquet</a>
            </span>
          </header>
          <DataTable
            caption={table.caption}
            hide_caption
            columns={table.columns}
            rows={table.rows}
            footer={table.footer}
          />
          {table.left_out !== "" && <p class="panel-note">{table.left_out}</p>}
        </section>
      )}
      {model.below.length > 0 && (
        <div class={`${figuresClass(model.below)} figures-below`}>
          {model.below.map((spec) => <Figure key={spec.id} spec={spec} dates_href={model.dates_href} />)}
        </div>
      )}
      {personal !== null && !("kind" in personal) && personal.recent.length > 0 && (
        <RecentJobs model={personal} />
      )}
    </>
  );
}

/** What is not asked for often, as a menu that is named after what is chosen of it. */
function More({ links }: { readonly links: readonly LinkModel[] }) {
  const chosen = links.find((link) => link.selected);
  return (
    <details class="menu" name="filter-menu">
      <summary class={chosen === undefined ? undefined : "chosen"}>{chosen?.label ?? "More"}</summary>
      <ul class="menu-panel menu-links">
        {links.map(({ label, title, href, selected }) => (
          <li key={label}>
            <a href={href} title={title} aria-current={selected ? "true" : undefined}>{label}</a>
          </li>
        ))}
      </ul>
    </details>
  );
}
