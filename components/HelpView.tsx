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
        <a href="#user">The page of one user</a>
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
            by percentage points. What more than tripled is told as a multiple: × 15 is 15 times as much.
          </Term>
          <Term id="comparing" term="Comparing" note="Compare in the filter bar">
            “Period before” and “Year before” draw the earlier values behind the chart, bucket by bucket, and
            take the changes against them. Where jobs are known of a part of the earlier days only, nothing is
            compared, and the page says from when on they are known.
          </Term>
          <Term id="off" term="Anything off?" note="on the overview">{model.standing_out}</Term>
          <Term id="ran" term="Jobs that ran" note="in exports">
            A job that was cancelled while it waited never ran. Slurm gives it the same time as Start and End,
            the CPUs that it asked for as AllocCPUS and “None assigned” as NodeList; that NodeList tells it
            from a job that ran. A job that waits has no Start. Such jobs have no hours and no run time, and
            are not among the waits of jobs that started.
          </Term>
          <Term id="expansion" term="Expansion factor" note="">
            Wait and run time together over the run time, weighted by node-hours: 1 is a job that started at
            once, 2 one that waited as long as it ran.
          </Term>
          <Term id="planned" term="Planned" note="since eligible">
            From when a job could have started (dependencies and begin times passed) to its start, as Slurm’s
            column Planned has it. The wait is counted from submission.
          </Term>
          <Term id="segments" term="Accounts by parts and as a tree" note="Accounts in the filter bar">
            “1 part” groups accounts by the first segment of their names, “2 parts” by the first two: names
            are cut at - _ . and /, so that phys-astro-grb is phys, and phys-astro. “Tree” is Slurm’s own: an
            account stands for all below it, as sacctmgr has them.
          </Term>
          <Term id="views" term="Saved views" note="Views in the filter bar">
            A view is saved under a name in this browser only, not on the server: another browser does not
            have it. Its address holds all of it, name included, and can be sent to others.
          </Term>
          <Term id="generation" term="Generation" note="on Status">
            The number of changes of the stored jobs: each batch that brought something new raises it. Two
            answers of one generation are of the same data.
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
      <section class="panel" id="user" aria-labelledby="user-title">
        <h2 id="user-title">The page of one user and its advice</h2>
        <p class="prose">
          Choose one user in the filter bar, or go to{" "}
          <code>/users/NAME</code>: usage is then about this user alone, with what the jobs used beside that
          of all users of the same clusters, advice, and the newest jobs. Each list of users and each job
          leads there. Advice follows from these rules and nothing else.
        </p>
        <p class="prose">{model.advice}</p>
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
