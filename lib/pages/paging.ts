import { formatValue } from "../view/format.ts";

/** The ways through the pages of a table; null where there is none. */
export interface TurnsModel {
  readonly previous: string | null;
  readonly next: string | null;
  readonly first: string | null;
  readonly last: string | null;
  /** As "Page 2 of 9". */
  readonly at: string;
}

/** Which rows of how many are listed, as "26–50 of all 212", and the way to the others. */
export interface PagingModel {
  readonly span: string;
  readonly pages: TurnsModel;
}

/** The ways from one page of a table, of `last`, to the others. */
export function turns(page: number, last: number, hrefOf: (page: number) => string): TurnsModel {
  const text = (number: number) => formatValue(number, "count", "full");
  return {
    previous: page > 1 ? hrefOf(page - 1) : null,
    next: page < last ? hrefOf(page + 1) : null,
    first: page > 1 ? hrefOf(1) : null,
    last: page < last ? hrefOf(last) : null,
    at: `Page ${text(page)} of ${text(last)}`,
  };
}
