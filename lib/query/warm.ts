import { MAIN_DIMENSIONS } from "../view/measures.ts";
import type { Asked, Data } from "./data.ts";
import { textColumn } from "./choices.ts";
import { factsOf } from "./week_facts.ts";

/**
 * Makes what every question needs of every week, newest first, so that the first who asks does not wait for it.
 */
export async function warm(data: Data, { breathe }: Pick<Asked, "breathe">): Promise<void> {
  for (const { dataset } of data.values()) {
    for (const week of [...dataset.weeks.values()].reverse()) {
      const pause = breathe?.();
      if (pause !== undefined) await pause;
      const { runs } = week;
      runs.prepare();
      factsOf(week);
      for (const dimension of MAIN_DIMENSIONS) if (dimension !== "cluster") runs.codes(textColumn(dimension));
    }
  }
}
