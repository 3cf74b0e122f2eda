import type { FailedSpec } from "../lib/view/chart_spec.ts";
import type { PersonalModel } from "../lib/pages/personal.ts";
import { DataTable } from "./DataTable.tsx";
import { Figure } from "./Figure.tsx";
import { Tiles } from "./Tiles.tsx";

/** What one user's jobs used and how well, in numbers, and what could be done better, in words. */
export function PersonalHead({ model }: { readonly model: PersonalModel | FailedSpec }) {
  if ("kind" in model) return <Figure spec={model} />;
  return (
    <>
      <p class="headline">{model.headline}</p>
      <section aria-label="Headline numbers">
        <Tiles tiles={model.tiles} kind="many" />
        <p class="tiles-note">{model.against}</p>
        {model.beside !== "" && <p class="tiles-note">{model.beside}</p>}
      </section>
      <section class="panel" aria-labelledby="advice-title">
        <h2 id="advice-title">What could be better</h2>
        {model.no_advice !== "" && <p class="panel-note">{model.no_advice}</p>}
        <ul class="advice">
          {model.advice.map(({ rule, title, text, hint, href, link }) => (
            <li key={rule}>
              <h3>{title}</h3>
              <p>{text}</p>
              <p>{hint}</p>
              <p class="advice-link">
                <a href={href}>{link}</a>
              </p>
            </li>
          ))}
        </ul>
        <details class="advice-rules">
          <summary>How this is found</summary>
          <p>{model.rules}</p>
        </details>
      </section>
    </>
  );
}

const COLUMNS = [
  { key: "id", label: "Job" },
  { key: "name", label: "Name" },
  { key: "partition", label: "Partition" },
  { key: "state", label: "State" },
  { key: "submitted", label: "Submitted" },
  { key: "wait", label: "Wait", numeric: true },
  { key: "elapsed", label: "Run time", numeric: true },
  { key: "cpu_hours", label: "CPU-hours", numeric: true },
];

/** The newest jobs of one user. */
export function RecentJobs({ model }: { readonly model: PersonalModel }) {
  return (
    <section class="panel panel-table">
      <header class="panel-head">
        <h2 id="recent-title">Recent jobs</h2>
        <a href={model.all_jobs_href}>All jobs</a>
      </header>
      <DataTable
        caption="Recent jobs, newest first"
        hide_caption
        columns={COLUMNS}
        rows={model.recent.map((job) => ({
          key: job.key,
          href: job.href,
          cells: [
            job.id,
            <span key="name" class="cut" title={job.name}>{job.name}</span>,
            job.partition,
            <span key="state" class="state">
              <span class={`state-mark state-${job.mark}`} aria-hidden="true" />
              {job.state}
            </span>,
            job.submitted,
            job.wait,
            job.elapsed,
            job.cpu_hours,
          ],
        }))}
      />
      {model.recent_note !== "" && <p class="panel-note">{model.recent_note}</p>}
    </section>
  );
}
