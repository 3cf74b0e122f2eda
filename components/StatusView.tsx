import type { ClusterStatus, StatusModel } from "../lib/pages/status.ts";
import { DataTable } from "./DataTable.tsx";
import { PageHead } from "./PageHead.tsx";
import { SetupGuide } from "./SetupGuide.tsx";
import { Sparkline } from "./Sparkline.tsx";

/** Whether each cluster's reports arrive, and what of them could not be used. */
export function StatusView({ model }: { readonly model: StatusModel }) {
  return (
    <>
      <PageHead title={model.title} question={model.question} />
      {model.setup && <SetupGuide />}
      {model.clusters.map((cluster) => <Cluster key={cluster.name} cluster={cluster} />)}
    </>
  );
}

function Cluster({ cluster }: { readonly cluster: ClusterStatus }) {
  return (
    <section class="panel cluster" id={cluster.name} aria-label={`Cluster ${cluster.name}`}>
      <header class="panel-head">
        <h2>
          {cluster.name}
          <span class={`pill pill-${cluster.state}`}>{cluster.state_text}</span>
        </h2>
        <a href={cluster.usage_href}>Usage</a>
      </header>
      <Sparkline values={cluster.jobs_by_day} text={cluster.jobs_by_day_text} />
      <dl class="facts">
        {cluster.facts.map(({ label, value, note, href }) => (
          <div key={label} class="fact">
            <dt>{label}</dt>
            <dd>
              {value}
              {note !== "" && (
                <span class="fact-note">{href === undefined ? note : <a href={href}>{note}</a>}</span>
              )}
            </dd>
          </div>
        ))}
      </dl>
      <p class="panel-note">{cluster.rejected_text}</p>
      {cluster.rejected.length > 0 && (
        <DataTable
          caption={`Rejected rows of ${cluster.name}, newest first`}
          columns={[{ key: "job", label: "Job" }, { key: "at", label: "Received" }, {
            key: "why",
            label: "Reason",
          }]}
          rows={cluster.rejected.map(({ at, job_id, reason, stored_href }, index) => ({
            key: String(index),
            cells: [
              job_id,
              at,
              stored_href === null ? reason : (
                <span key="reason">
                  {`${reason} – `}
                  <a href={stored_href}>stored by now</a>
                </span>
              ),
            ],
          }))}
        />
      )}
      {cluster.set_aside.length > 0 && (
        <DataTable
          caption={`Files of ${cluster.name} that cannot be read`}
          columns={[{ key: "file", label: "File" }, { key: "why", label: "Reason" }]}
          rows={cluster.set_aside.map(({ file, reason }) => ({ key: file, cells: [file, reason] }))}
        />
      )}
    </section>
  );
}
