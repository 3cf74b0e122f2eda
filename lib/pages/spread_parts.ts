import type { MeasureValues } from "../query/answers.ts";
import { distribution, type DistributionAnswer } from "../query/distribution.ts";
import { ranking } from "../query/ranking.ts";
import { totals } from "../query/totals.ts";
import type { Spread } from "../view/classes.ts";
import type { FailedSpec } from "../view/chart_spec.ts";
import { formatDays } from "../view/format.ts";
import { type Grouping, GROUPING_LABELS, type MeasureName } from "../view/measures.ts";
import { attempt } from "./attempt.ts";
import { pageHref } from "./links.ts";
import { curves, histogram, spreadTitle, unknownWords, withinWords } from "./spread_figures.ts";
import { type Opened, panel, type PanelModel } from "./spread_page.ts";
import { measureColumns, type SpreadTable, spreadTable } from "./spread_table.ts";
import { tableHrefs } from "./table_hrefs.ts";

/** What the pages of wait, run time and size have in common: one spread, asked for once. */
export interface SpreadParts {
  readonly of: Spread;
  /** The spread by what the page splits by. */
  readonly answer: () => Promise<DistributionAnswer>;
  /** The same of the range before. */
  readonly earlier: () => Promise<DistributionAnswer | null>;
}

/** The spread of a page, made when it is first needed. */
export function partsOf({ data, filters, asked, by, compared }: Opened, of: Spread): SpreadParts {
  return {
    of,
    answer: once(() => distribution(data, { ...filters, by }, { ...asked, of })),
    earlier: once(async () =>
      compared === null
        ? null
        : await distribution(data, { ...filters, by: "none" }, { ...asked, of, range: compared.range })
    ),
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => made ??= make();
}

/** Measures over the range, and over what it is compared with. */
export async function nowAndThen(
  { data, filters, asked, compared }: Opened,
  measures: readonly MeasureName[],
): Promise<{ readonly now: MeasureValues; readonly then: MeasureValues }> {
  const now = await totals(data, filters, { ...asked, measures });
  if (compared === null) return { now, then: {} };
  return { now, then: await totals(data, filters, { ...asked, measures, range: compared.range }) };
}

/** The curves by group and the histogram of a spread. */
export async function spreadPanels(
  opened: Opened,
  { of, answer, earlier }: SpreadParts,
): Promise<readonly PanelModel[]> {
  const { filters, by } = opened;
  const { weight } = filters;
  return [
    await panel(opened, {
      id: "curves",
      title: spreadTitle(of, by),
      make: async () => curves(await answer(), opened),
    }),
    await panel(opened, {
      id: "histogram",
      title: spreadTitle(of, null),
      make: async () => {
        const before = filters.compare === "none" ? null : await earlier();
        return histogram(await answer(), { ...opened, weight, earlier: before });
      },
      note: async () => unknownWords(of, (await answer()).all),
    }),
  ];
}

/** What is read out after a change of filters: the spread in one sentence, and the days. */
export async function announcementOf(
  { built, range }: Opened,
  { of, answer }: SpreadParts,
): Promise<string> {
  const words = await answer().then(({ all }) => withinWords(of, all), () => "");
  return `${words === "" ? built.title : words.replace(/\.$/, "")}, ${formatDays(range.from, range.to)}`;
}

/** Several measures of every group as a table; should it fail, its place says so. */
export function measureTable(
  { data, page, filters, asked, by: split, table_page }: Opened,
  { id, caption, by = split, labels, file, sortable = true }: {
    readonly id: string;
    readonly caption: string;
    readonly by?: Grouping;
    readonly labels: readonly (readonly [MeasureName, string])[];
    /** The measure that the table's file is asked for. */
    readonly file: MeasureName;
    readonly sortable?: boolean;
  },
): Promise<SpreadTable | FailedSpec> {
  const title = `${caption} by ${GROUPING_LABELS[by]}`;
  const make = async () => {
    const measures = labels.map(([name]) => name);
    const { rows, totals: total } = await ranking(data, filters, { ...asked, by, measures });
    const columns = measureColumns(labels);
    const hrefs = tableHrefs({ filters, by }, file);
    // Only the table that can be sorted has pages that can be asked for.
    const at = sortable ? table_page : 1;
    const about = { id, caption: title, page, filters, by, columns, rows, total, sortable };
    return spreadTable({ ...about, table_page: at, ...hrefs });
  };
  return attempt(make, { id, title, retry_href: pageHref(page, filters), failed: asked.failed });
}
