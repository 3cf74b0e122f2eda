import { JOB_COLUMNS } from "../job/columns.ts";
import { formatDuration, formatPercent } from "../view/format.ts";
import { type Measure, MEASURES } from "../view/measures.ts";
import { ADVICE_RULES } from "./advice_words.ts";
import { MOST_STANDING, STANDING_OUT } from "./standing_out.ts";

/** A term with what it means. */
export interface TermModel {
  readonly id: string;
  readonly term: string;
  readonly meaning: string;
  readonly note: string;
}

/** Everything the help page shows. */
export interface HelpModel {
  readonly page: "help";
  readonly title: string;
  readonly question: string;
  readonly measures: readonly TermModel[];
  readonly columns: readonly TermModel[];
  /** When the page of a user gives advice, and when the overview says that something is off. */
  readonly advice: string;
  readonly standing_out: string;
}

const BOOKED: Readonly<Record<Measure["booked_by"], string>> = {
  submit: "counted when jobs are submitted",
  start: "counted when jobs start",
  end: "counted when jobs end",
  overlap: "among the jobs running at the time",
  prorated: "apportioned over run time",
};

function bookedWords({ booked_by, overlaps }: Measure): string {
  return overlaps === "wait" ? "among the jobs waiting at the time" : BOOKED[booked_by];
}

function standingRules(): string {
  const { times, wait_p50_s, wait_p95_s, queue, peak_times, failed_rise, failed_jobs, nodes_out } =
    STANDING_OUT;
  return [
    "A cluster that stopped reporting",
    `more than ${formatPercent(nodes_out)} of a cluster’s nodes out of service`,
    `a share of failed jobs that rose by more than ${
      failed_rise * 100
    } points, with at least ${failed_jobs} failed`,
    `a median wait of ${formatDuration(wait_p50_s)} or p95 of ${
      formatDuration(wait_p95_s)
    } and more that is over ${times} times that of the period before`,
    `at least ${queue} jobs waiting at one time, over ${times} times as many as before or, at the peak, over ${peak_times} times the mean`,
  ].join("; ") + `. At most ${MOST_STANDING} are told, in this order.`;
}

/** What each number and each column means, from the tables that compute and check them. */
export function helpPage(): HelpModel {
  return {
    page: "help",
    title: "Help",
    question: "What does each number mean?",
    measures: MEASURES.map((measure: Measure) => ({
      id: measure.name,
      term: measure.label,
      meaning: `${measure.definition}.`,
      note: [measure.unit, bookedWords(measure)].filter((part) => part !== "").join(" · "),
    })),
    advice: ADVICE_RULES,
    standing_out: standingRules(),
    columns: JOB_COLUMNS.map((column) => ({
      id: `column-${column.name.toLowerCase()}`,
      term: column.name,
      meaning: `${column.meaning}.`,
      note: [column.type, column.nullable ? "may be unknown" : "always known"].join(" · "),
    })),
  };
}
