import type { HelpModel, TermModel } from "../lib/pages/help.ts";
import { PageHead } from "./PageHead.tsx";
import { KeyList } from "./KeyList.tsx";

/** What each number and each column means, and how to find one's way. */
export function HelpView({ model }: { readonly model: HelpModel }) {
  return (
    <>
      <PageHead title={model.title} question={model.question} />
      <nav class="contents" aria-label="On this page">
        <a href="#measures">Measures</a>
        <a href="#reading">Reading the pages</a>
        <a href="#columns">Columns of a job</a>
        <a href="#keys">Keys</a>
      </nav>
      <section class="panel" id="measures" aria-labelledby="measures-title">
        <h2 id="measures-title">Measures</h2>
        <p class="prose">
          A job is one accounting record: an array task, a part of a heterogeneous job or a requeued run each
          is a job of its own. The same question gives the same answer by hour, day, week or month, in a tile,
          a chart, a table and an export.
        </p>
        <Terms terms={model.measures} />
      </section>
      <section class="panel" id="reading" aria-labelledby="reading-title">
        <h2 id="reading-title">Reading the pages</h2>
        <dl class="terms">
          <Term id="basis" term="Basis" note="in every subtitle">
            Hours are apportioned: a job that ran from Monday to Wednesday counts on each of the three days
            for as long as it ran there. Jobs are counted when they are submitted, start or end, as the
            measure says.
          </Term>
          <Term id="zone" term="Days and zones" note="">
            Days, weeks and months are those of the cluster’s time zone, and of UTC where clusters differ.
            Both days of a range are included; weeks start on Monday.
          </Term>
          <Term id="incomplete" term="Incomplete" note="">
            A day for which reports are still missing is marked: it can only grow. A job that still runs
            counts up to the newest report of its cluster.
          </Term>
          <Term id="capacity" term="Capacity" note="">
            What the nodes of a cluster had, less the time for which they were down, drained, in maintenance
            or only planned. It is known from the first inventory that the agent sent; before that it is
            unknown.
          </Term>
          <Term id="change" term="Change" note="">
            Against the range of the same length just before; whole months against whole months. Shares change
            by percentage points.
          </Term>
          <Term id="failed" term="Failed jobs" note="share of the jobs that ended">
            Jobs that ran and ended as FAILED, NODE_FAIL, OUT_OF_MEMORY or TIMEOUT. Cancellations are no
            failures.
          </Term>
          <Term id="other" term="Other" note="">
            A chart shows the seven largest; the rest is Other, so that the whole stays whole. The table below
            lists them.
          </Term>
          <Term id="address" term="The address is the view" note="">
            Every filter is in the address of the page. Copy it to show others what you see; a bookmark of the
            last 30 days stays the last 30 days.
          </Term>
        </dl>
      </section>
      <section class="panel" id="columns" aria-labelledby="columns-title">
        <h2 id="columns-title">Columns of a job</h2>
        <p class="prose">
          What is stored of each job and stands in exports, under the names that sacct uses.
        </p>
        <Terms terms={model.columns} />
      </section>
      <section class="panel" id="keys" aria-labelledby="keys-title">
        <h2 id="keys-title">Keys</h2>
        <KeyList />
      </section>
    </>
  );
}

function Terms({ terms }: { readonly terms: readonly TermModel[] }) {
  return (
    <dl class="terms">
      {terms.map(({ id, term, meaning, note }) => (
        <Term key={id} id={id} term={term} note={note}>{meaning}</Term>
      ))}
    </dl>
  );
}

function Term(
  { id, term, note, children }: {
    readonly id: string;
    readonly term: string;
    readonly note: string;
    readonly children: string;
  },
) {
  return (
    <div class="term" id={id}>
      <dt>
        <a href={`#${id}`}>{term}</a>
      </dt>
      <dd>
        {children}
        {note !== "" && <span class="term-note">{note}</span>}
      </dd>
    </div>
  );
}
