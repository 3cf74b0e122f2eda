import { JOB_COLUMNS } from "../job/columns.ts";
import { type Measure, MEASURES } from "../view/measures.ts";

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
    columns: JOB_COLUMNS.map((column) => ({
      id: `column-${column.name.toLowerCase()}`,
      term: column.name,
      meaning: `${column.meaning}.`,
      note: [column.type, column.nullable ? "may be unknown" : "always known"].join(" · "),
    })),
  };
}
