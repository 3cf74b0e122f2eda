/** The questions whose answers can be had as tables. */
import { activity, ACTIVITY_PERIODS } from "../query/activity.ts";
import type { Asked, Data } from "../query/data.ts";
import { distribution, type DistributionAnswer, DISTRIBUTIONS } from "../query/distribution.ts";
import { efficiency } from "../query/efficiency.ts";
import { hoursOfWeek } from "../query/hours_of_week.ts";
import { ranking } from "../query/ranking.ts";
import { EFFICIENCIES } from "../view/efficiency_classes.ts";
import type { ExportName } from "../view/exports.ts";
import type { Filters } from "../view/filters.ts";
import type { MeasureName } from "../view/measures.ts";
import { groupColumns, measureColumn, number, text } from "./export_columns.ts";
import { NODE_PARTS, nodesTable } from "./export_nodes.ts";
import { seriesTable } from "./export_series.ts";
import type { Table, TableRow } from "./export_table.ts";
import { choiceOf } from "./figures.ts";

/** A question, as the address of an export puts it. */
export interface TableQuestion extends Asked {
  readonly data: Data;
  readonly filters: Filters;
  readonly params: URLSearchParams;
}

/** A question that becomes a table, and what its file's name says beyond cluster and days. */
interface Exported {
  readonly table: (question: TableQuestion) => Promise<Table>;
  readonly about: (question: Pick<TableQuestion, "filters" | "params">) => readonly string[];
}

/** The measures of the usage table beside the one asked for. */
const TABLE: readonly MeasureName[] = ["cpu-hours", "gpu-hours", "node-hours", "jobs-ended", "wait-p50"];
const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** Every table by the name of its export. */
export const TABLES: Readonly<Record<Exclude<ExportName, "jobs">, Exported>> = {
  series: { table: seriesTable, about: ({ filters }) => [measureIn(filters), ...split(filters)] },
  usage: { table: usageTable, about: ({ filters }) => [measureIn(filters), ...split(filters)] },
  distribution: {
    table: distributionTable,
    about: ({ filters, params }) => [
      choiceOf(params, "of", DISTRIBUTIONS),
      ...partOf(params, DISTRIBUTION_PARTS),
      ...split(filters),
    ],
  },
  "hours-of-week": { table: hoursOfWeekTable, about: ({ filters }) => [measureIn(filters)] },
  activity: {
    table: activityTable,
    about: ({ filters, params }) => [filters.by ?? "user", "per", choiceOf(params, "per", ACTIVITY_PERIODS)],
  },
  efficiency: {
    table: efficiencyTable,
    about: ({ params }) => [choiceOf(params, "of", EFFICIENCIES)],
  },
  nodes: { table: nodesTable, about: ({ params }) => partOf(params, NODE_PARTS) },
};

/** What the file of a distribution can hold, the first unless `part` says another. */
const DISTRIBUTION_PARTS = ["classes", "curve"] as const;

function partOf(params: URLSearchParams, parts: readonly string[]): readonly string[] {
  const part = choiceOf(params, "part", parts);
  return part === parts[0] ? [] : [part];
}

function measureIn({ measure }: Filters): MeasureName {
  return measure ?? "cpu-hours";
}

function split({ by }: Filters): readonly string[] {
  return by === null || by === "none" ? [] : ["by", by];
}

async function usageTable({ data, filters, params: _params, ...asked }: TableQuestion): Promise<Table> {
  const by = filters.by ?? "account";
  const measures = [...new Set([measureIn(filters), ...TABLE])];
  const { rows } = await ranking(data, filters, { ...asked, by, measures });
  return {
    columns: [
      ...by === "none" ? [] : [text(by, "Whose values they are; empty where jobs have none")],
      ...measures.map(measureColumn),
    ],
    length: rows.length,
    rows: rows.map(({ key, values }) => [
      ...by === "none" ? [] : [key],
      ...measures.map((name) => values[name] ?? null),
    ]),
  };
}

async function distributionTable({ data, filters, params, ...asked }: TableQuestion): Promise<Table> {
  const of = choiceOf(params, "of", DISTRIBUTIONS);
  const answer = await distribution(data, filters, { ...asked, of });
  if (choiceOf(params, "part", DISTRIBUTION_PARTS) === "curve") return curveTable(answer);
  const { classes, unit, by } = answer;
  const { before, after } = groupColumns(by, "Whose jobs they are");
  const rows = spreadsOf(answer).flatMap(
    ({ key: group, others = null, counts, cpu_hours, unknown, unknown_cpu_hours }): TableRow[] => {
      const ofGroup = (...values: TableRow) => [
        ...before.map(() => group),
        ...values,
        ...after.map(() => others),
      ];
      return [
        ...classes.map(({ key, up_to }, at) => ofGroup(key, up_to, counts[at], cpu_hours[at])),
        ofGroup("unknown", null, unknown, unknown_cpu_hours),
      ];
    },
  );
  return {
    columns: [
      ...before,
      text(of, "Class of the values"),
      number("up to", unit, "Largest value of the class; empty for the last, which has none"),
      number("jobs", null, "Jobs in the class"),
      number("CPU-hours", null, "CPU-hours of these jobs"),
      ...after,
    ],
    length: rows.length,
    rows,
  };
}

/** All jobs, or those of each group. */
function spreadsOf({ by, all, groups }: DistributionAnswer): DistributionAnswer["groups"] {
  return by === "none" ? [{ ...all, key: "" }] : groups;
}

/** The points of the curves: a value, and the share of the jobs that do not exceed it. */
function curveTable(answer: DistributionAnswer): Table {
  const { of, unit, by } = answer;
  const { before, after } = groupColumns(by, "Whose jobs they are");
  const rows = spreadsOf(answer).flatMap(({ key, others = null, ecdf }) =>
    ecdf.map(([value, share]): TableRow => [
      ...before.map(() => key),
      value,
      share,
      ...after.map(() => others),
    ])
  );
  return {
    columns: [
      ...before,
      number(of, unit, "A value of jobs"),
      number("share", null, "Which part of the jobs does not exceed it; 1 is all"),
      ...after,
    ],
    length: rows.length,
    rows,
  };
}

async function hoursOfWeekTable(
  { data, filters, params: _params, ...asked }: TableQuestion,
): Promise<Table> {
  const { measure, values, range_s, reported_s } = await hoursOfWeek(data, filters, asked);
  return {
    columns: [
      text("weekday", "Day of the week, as the calendar of the zone has it"),
      number("hour", null, "Hour of the day that begins, 0 to 23"),
      measureColumn(measure),
      number("range", "s", "Seconds of the range that the cell stands for"),
      number("reported", "s", "Seconds of them before the newest report"),
    ],
    length: values.length,
    rows: values.map((value, at) => [
      WEEKDAYS[Math.floor(at / 24)],
      at % 24,
      value,
      range_s[at],
      reported_s[at],
    ]),
  };
}

async function activityTable({ data, filters, params, ...asked }: TableQuestion): Promise<Table> {
  const per = choiceOf(params, "per", ACTIVITY_PERIODS);
  const { by, active } = await activity(data, filters, { ...asked, per });
  return {
    columns: [
      number(`${per}s`, null, `In how many ${per}s of the range a job of theirs ran`),
      number(`${by}s`, null, `How many ${by}s were active in exactly so many`),
    ],
    length: active.length,
    rows: active.map(({ periods, count }) => [periods, count]),
  };
}

async function efficiencyTable({ data, filters, params, ...asked }: TableQuestion): Promise<Table> {
  const answer = await efficiency(data, filters, { ...asked, of: choiceOf(params, "of", EFFICIENCIES) });
  const amounts = [
    number("jobs", null, "Jobs that ended in the range"),
    number(answer.hours_unit, null, `${answer.hours_unit} of their whole runs`),
  ];
  const { jobs, hours } = answer.unknown;
  if (answer.of === "memory-bins") {
    const { classes, cells } = answer;
    const rows: readonly TableRow[] = [
      ...cells.map(({ asked, used, jobs, hours }) => [classes[asked].key, classes[used].key, jobs, hours]),
      ["unknown", "unknown", jobs, hours],
    ];
    return {
      columns: [text("asked", "Memory given"), text("used", "Largest memory of any task"), ...amounts],
      length: rows.length,
      rows,
    };
  }
  const rows: readonly TableRow[] = [
    ...answer.bins.map(({ key, from, to, jobs, hours }) => [key, from, to, jobs, hours]),
    ["unknown", null, null, jobs, hours],
  ];
  return {
    columns: [
      text("used", "Class of the share that was used, in per cent"),
      number("from", null, "Smallest share of the class; 1 is all"),
      number("to", null, "The share that it ends before; empty for the last"),
      ...amounts,
    ],
    length: rows.length,
    rows,
  };
}
