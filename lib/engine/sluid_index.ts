import { ID_KINDS, type IdParts } from "../job/ids.ts";
import { IdentityIndex, partsHash } from "./identity.ts";
import type { Place } from "./upsert.ts";
import { sameParts } from "../job/version.ts";
import type { Week } from "./week.ts";

/** Finds jobs by their SLUID wherever they are; empty for clusters whose Slurm has none. */
export class SluidIndex {
  readonly #index = new IdentityIndex();
  #weeks = new Int32Array(64);
  #rows = new Uint32Array(64);
  #count = 0;

  add(sluid: IdParts, place: Place): void {
    if (sluid.kind === ID_KINDS.none) return;
    const hash = partsHash(sluid, 0, 0);
    if (
      this.#index.find(
        hash,
        (entry) => this.#weeks[entry] === place.week && this.#rows[entry] === place.row,
      ) >= 0
    ) {
      return;
    }
    if (this.#count === this.#rows.length) {
      const [weeks, rows] = [this.#weeks, this.#rows];
      this.#weeks = new Int32Array(this.#count * 2);
      this.#weeks.set(weeks);
      this.#rows = new Uint32Array(this.#count * 2);
      this.#rows.set(rows);
    }
    this.#weeks[this.#count] = place.week;
    this.#rows[this.#count] = place.row;
    this.#index.add(hash, this.#count++);
  }

  /** Where the job is; places that another job has by now are passed over. */
  find(sluid: IdParts, weeks: ReadonlyMap<number, Week>): Place | null {
    const found = this.#index.find(partsHash(sluid, 0, 0), (entry) => {
      const week = weeks.get(this.#weeks[entry]);
      const row = this.#rows[entry];
      return week !== undefined && row < week.length && sameParts(week.id("SLUID", row), sluid);
    });
    return found < 0 ? null : { week: this.#weeks[found], row: this.#rows[found] };
  }
}
