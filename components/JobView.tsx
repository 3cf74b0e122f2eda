import type { JobModel } from "../lib/pages/job.ts";
import type { JobTableModel } from "../lib/pages/job_table.ts";
import type { TimelineModel } from "../lib/pages/job_times.ts";
import type { UseModel } from "../lib/pages/job_use.ts";
import { DataTable } from "./DataTable.tsx";
import { jobCell } from "./JobCells.tsx";
import { PageHead } from "./PageHead.tsx";

/** What happened to one job. */
export function JobView({ model }: { readonly model: JobModel }) {
  const { state, timeline } = model;
  return (
    <>
      <PageHead title={model.title} question={model.question} />
      <div class="view">
        <section class="panel" aria-labelledby="course-title">
          <header class="panel-head">
            <h2 id="course-title" class="job-state">
              <span class={`state-mark state-${state.mark}`} aria-hidden="true" />
              {state.text}
            </h2>
          </header>
          <p class="prose">{model.words} {model.course}</p>
          {model.advice.length > 0 && (
            <ul class="job-advice" aria-label="Next time">
              {model.advice.map((text) => <li key={text}>{text}</li>)}
            </ul>
          )}
          <Timeline timeline={timeline} />
          <dl class="facts">
            {model.facts.map(({ label, value, href }) => (
              <div key={label} class="fact">
                <dt>{label}</dt>
                <dd>{href === undefined ? value : <a href={href}>{value}</a>}</dd>
              </div>
            ))}
          </dl>
        </section>
        {model.uses.length > 0 && <Uses uses={model.uses} />}
        {model.tables.map((table) => <JobTable key={table.id} table={table} />)}
        <section class="panel panel-table" aria-label="Stored fields">
          <details>
            <summary>{`All ${model.fields.length} stored fields`}</summary>
            <DataTable
              caption="Stored fields of the job"
              hide_caption
              columns={[
                { key: "name", label: "Field" },
                { key: "value", label: "Value" },
                { key: "meaning", label: "Meaning" },
              ]}
              rows={model.fields.map(({ name, value, meaning }) => ({
                key: name,
                cells: [
                  name,
                  <span key="value" class="job-value">{value}</span>,
                  <span key="meaning" class="job-meaning">{meaning}</span>,
                ],
              }))}
            />
          </details>
        </section>
      </div>
    </>
  );
}

const WIDTH = 1000;

function Timeline({ timeline: { moments, stretches, notes } }: { readonly timeline: TimelineModel }) {
  return (
    <div class="course">
      {stretches.length > 0 && (
        <>
          <svg
            class="course-bar"
            viewBox={`0 0 ${WIDTH} 1`}
            preserveAspectRatio="none"
            aria-hidden="true"
            focusable="false"
          >
            {stretches.map(({ key, from, to }) => (
              <rect
                key={key}
                class={`course-${key}`}
                x={tenths(from * WIDTH)}
                width={tenths((to - from) * WIDTH)}
                height={1}
              />
            ))}
          </svg>
          <ul class="course-words">
            {stretches.map(({ key, words }) => (
              <li key={key}>
                <svg class="swatch" viewBox="0 0 1 1" aria-hidden="true" focusable="false">
                  <rect class={`course-${key}`} width={1} height={1} />
                </svg>
                {words}
              </li>
            ))}
          </ul>
        </>
      )}
      <ol class="moments">
        {moments.map(({ key, label, text, time, note }) => (
          <li key={key}>
            <span class="moment-label">{label}</span>
            <time dateTime={time}>{text}</time>
            {note !== "" && <span class="fact-note">{note}</span>}
          </li>
        ))}
      </ol>
      {notes.map((note) => <p key={note} class="panel-note">{note}</p>)}
    </div>
  );
}

function Uses({ uses }: { readonly uses: readonly UseModel[] }) {
  return (
    <section class="panel" aria-labelledby="use-title">
      <h2 id="use-title">{uses.some(({ held }) => held) ? "Requested and used" : "Requested"}</h2>
      <dl class="uses">
        {uses.map(({ key, label, held, share, share_text, words }) => (
          <div key={key} class="use">
            <dt>{label}</dt>
            <dd>
              {held && (
                <svg class="use-bar" aria-hidden="true" focusable="false">
                  <rect class="use-whole" width="100%" height="100%" rx="2" />
                  {share !== null && (
                    <rect
                      class="use-part"
                      width={`${tenths(Math.min(1, share) * 100)}%`}
                      height="100%"
                      rx="2"
                    />
                  )}
                </svg>
              )}
              {held && <span class="use-share">{share_text}</span>}
              <span class="use-words">{words}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}

function JobTable({ table }: { readonly table: JobTableModel }) {
  return (
    <section class="panel panel-table" id={table.id}>
      <header class="panel-head">
        <h2 id={`${table.id}-title`}>{table.title}</h2>
        {table.href !== undefined && <a href={table.href}>All of them</a>}
      </header>
      <p class="panel-note">{table.note}</p>
      <DataTable
        caption={table.title}
        hide_caption
        columns={table.columns}
        rows={table.rows.map(({ key, selected, cells }) => ({ key, selected, cells: cells.map(jobCell) }))}
      />
    </section>
  );
}
