import type { ClusterModel, ClusterParts } from "../lib/pages/cluster.ts";
import type { ClusterFact } from "../lib/pages/cluster_facts.ts";
import { BarList } from "./BarList.tsx";
import { DataTable } from "./DataTable.tsx";
import { Figure } from "./Figure.tsx";
import { figuresClass } from "./figures_class.ts";
import { Tiles } from "./Tiles.tsx";

/** What is this cluster and how busy? */
export function ClusterView({ model }: { readonly model: ClusterModel }) {
  const { cluster } = model;
  if (cluster === null) return null;
  return (
    <>
      {cluster.tiles.length > 0 && (
        <section aria-label="Headline numbers">
          <Tiles tiles={cluster.tiles} />
          <p class="tiles-note">{cluster.against}</p>
        </section>
      )}
      <Hardware cluster={cluster} />
      {cluster.figures.length > 0 && (
        <div class={figuresClass(cluster.figures)}>
          {cluster.figures.map((spec) => <Figure key={spec.id} spec={spec} dates_href={model.dates_href} />)}
        </div>
      )}
      {cluster.partitions !== null && (
        <section class="panel panel-table">
          <header class="panel-head">
            <h2 id="partitions-title">{cluster.partitions.caption}</h2>
            <a href={cluster.wait_href}>Wait by partition</a>
          </header>
          <DataTable
            caption="Partitions: what they consist of, how much they were used and how long jobs waited"
            hide_caption
            columns={cluster.partitions.columns}
            rows={cluster.partitions.rows}
          />
        </section>
      )}
      {cluster.hardware !== null && <NodesOut cluster={cluster} />}
      {cluster.rankings.length > 0 && (
        <div class="rankings">
          {cluster.rankings.map((ranking) => (
            <div key={ranking.id} class="panel">
              <BarList {...ranking} />
            </div>
          ))}
        </div>
      )}
      <section class="panel" aria-labelledby="agent-title">
        <header class="panel-head">
          <h2 id="agent-title">Reports</h2>
          <a href={cluster.status_href}>Status</a>
        </header>
        <Facts facts={cluster.agent} />
      </section>
    </>
  );
}

function Hardware({ cluster }: { readonly cluster: ClusterParts }) {
  const { hardware } = cluster;
  return (
    <section class="panel" aria-labelledby="hardware-title">
      <header class="panel-head">
        <h2 id="hardware-title">What it consists of</h2>
        {hardware !== null && <a href={cluster.nodes_href}>Nodes</a>}
      </header>
      {hardware !== null ? <Facts facts={hardware} /> : (
        <p class="prose">
          Not known: this cluster has sent no inventory, so there is no capacity to hold its use against. An
          agent that may run <code>scontrol</code> and <code>sacctmgr</code> sends one with its jobs.
        </p>
      )}
    </section>
  );
}

function NodesOut({ cluster: { nodes_out, nodes_out_note } }: { readonly cluster: ClusterParts }) {
  return (
    <section class="panel panel-table">
      <header class="panel-head">
        <h2 id="out-title">Nodes out of service</h2>
      </header>
      {nodes_out.length > 0 && (
        <DataTable
          caption="Nodes out of service, those that are longest first"
          hide_caption
          columns={[
            { key: "node", label: "Node" },
            { key: "state", label: "State" },
            { key: "since", label: "Since" },
            { key: "reason", label: "Reason" },
          ]}
          rows={nodes_out.map(({ node, href, state, since, reason }) => ({
            key: node,
            href,
            cells: [node, state, since, reason],
          }))}
        />
      )}
      {nodes_out_note !== "" && <p class="panel-note">{nodes_out_note}</p>}
    </section>
  );
}

function Facts({ facts }: { readonly facts: readonly ClusterFact[] }) {
  return (
    <dl class="facts">
      {facts.map(({ label, value, note }) => (
        <div key={label} class="fact">
          <dt>{label}</dt>
          <dd>
            {value}
            {note !== "" && <span class="fact-note">{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
