import { ELAPSED, ONE, PLANNED, WAIT } from "../engine/row_values.ts";
import type { Basis } from "../view/filters.ts";
import { type MeasureName, measureOf } from "../view/measures.ts";
import type { AnswerBasis } from "./answers.ts";
import {
  count,
  depth,
  ENDED,
  events,
  failures,
  holding,
  hours,
  left,
  mean,
  type Measured,
  quantile,
  ratio,
  scaled,
  STARTED,
  sum,
  used,
} from "./measured.ts";
import { GIB, HOUR_S } from "../view/units.ts";
import type { Taking } from "./taking.ts";
import { capacityHours, utilisation } from "./utilisation.ts";
import type { Offer } from "./offered.ts";
import { cpusByCpuHours, expansion, flowOf, held, ofStates } from "./values.ts";

/** How hours can be booked apart from the measure's own way. */
export function basisOf(measure: MeasureName, basis: Basis): AnswerBasis {
  const { booked_by, capacity } = measureOf(measure);
  return booked_by === "prorated" && capacity === undefined ? basis : booked_by;
}

function capacityOf(measure: MeasureName): Offer {
  const { capacity } = measureOf(measure);
  if (capacity === undefined) throw new RangeError(`${measure} has no capacity`);
  return capacity;
}

/** Takes several measures; what they have in common is counted once. */
export async function measureWith(
  taking: Taking,
  names: readonly MeasureName[],
): Promise<ReadonlyMap<MeasureName, Measured>> {
  const taken = new Map<MeasureName, Measured>();
  for (const name of names) if (!taken.has(name)) taken.set(name, await measure(taking, name));
  return taken;
}

/** Takes one measure of the selected jobs. */
function measure(taking: Taking, name: MeasureName): Promise<Measured> {
  switch (name) {
    case "cpu-hours":
      return hours(taking, "cpu");
    case "gpu-hours":
      return hours(taking, "gpu");
    case "node-hours":
      return hours(taking, "node");
    case "wall-hours":
      return hours(taking, "wall");
    case "mem-hours":
      return hours(taking, "mem");
    case "cpu-utilisation":
    case "gpu-utilisation":
    case "node-utilisation":
    case "mem-utilisation":
      return utilisation(taking, capacityOf(name));
    case "cpu-hours-capacity":
    case "gpu-hours-capacity":
    case "node-hours-capacity":
      return capacityHours(taking, capacityOf(name));
    case "jobs-submitted":
      return count(taking, { moment: "submit", of: "all", value: ONE });
    case "jobs-started":
      return count(taking, STARTED);
    case "jobs-ended":
      return count(taking, ENDED);
    case "jobs-never-ran":
      return count(taking, { moment: "end", of: "never_ran", value: ONE });
    case "jobs-failed":
      return scaled(failures(taking, null, false), 1);
    case "jobs-running":
      return scaled(taking.spans("running", "runs", () => () => 1), 1);
    case "jobs-pending":
      return scaled(taking.spans("pending", "waits", () => () => 1), 1);
    case "running-mean":
      return depth(taking, "runs");
    case "pending-mean":
      return depth(taking, "waits");
    case "wait-hours":
      return sum(taking, { moment: "run_start", of: "ran", value: WAIT, divisor: HOUR_S });
    case "wait-mean":
      return mean(taking, { ...STARTED, value: WAIT });
    case "wait-p25":
    case "wait-p50":
    case "wait-p75":
    case "wait-p90":
    case "wait-p95":
    case "wait-p99":
    case "wait-max":
      return quantile(taking, { ...STARTED, value: WAIT }, name);
    case "planned-mean":
      return mean(taking, { ...STARTED, value: PLANNED });
    case "planned-p50":
    case "planned-p90":
    case "planned-p95":
    case "planned-p99":
      return quantile(taking, { ...STARTED, value: PLANNED }, name);
    case "elapsed-mean":
      return mean(taking, { ...ENDED, value: ELAPSED });
    case "elapsed-p25":
    case "elapsed-p50":
    case "elapsed-p75":
    case "elapsed-p90":
    case "elapsed-p95":
    case "elapsed-p99":
    case "elapsed-max":
      return quantile(taking, { ...ENDED, value: ELAPSED }, name);
    case "users":
      return taking.distinct("User");
    case "accounts":
      return taking.distinct("Account");
    case "groups":
      return taking.distinct("Group");
    case "size-mean":
      return ratio(
        taking.spans("CPUs", "runs", (week) => (row) => week.numbers.AllocCPUS.at(row)),
        taking.spans(
          "with CPUs",
          "runs",
          (week) => (row) => Number.isNaN(week.numbers.AllocCPUS.at(row)) ? NaN : 1,
        ),
      );
    case "size-min":
      return taking.extreme("min");
    case "size-max":
      return taking.extreme("max");
    case "size-mean-by-cpu-hours":
      return ratio(
        taking.flow("CPUs by CPUs", (cluster) => flowOf(cluster, "CPUs by CPUs", cpusByCpuHours)),
        holding(taking, "cpu"),
      );
    case "expansion-factor":
      return ratio(
        taking.flow("expansion", (cluster) => flowOf(cluster, "expansion", expansion)),
        holding(taking, "node"),
      );
    case "cpu-efficiency":
      return used(taking, "cpu");
    case "gpu-efficiency":
      return used(taking, "gpu");
    case "mem-efficiency":
      return used(taking, "mem");
    case "time-limit-use":
      return used(taking, "limit");
    case "cpu-hours-idle":
      return left(taking, "cpu", HOUR_S);
    case "gpu-hours-idle":
      return left(taking, "gpu", HOUR_S);
    case "mem-hours-idle":
      return left(taking, "mem", HOUR_S * GIB);
    case "cpu-hours-failed":
      return scaled(failures(taking, "cpu", true), HOUR_S);
    case "gpu-hours-failed":
      return scaled(failures(taking, "gpu", true), HOUR_S);
    case "success-share":
      return ratio(
        taking.events("completed", (cluster) => ({
          ...ENDED,
          value: ofStates(cluster, ["COMPLETED"], ONE),
          weighted: false,
        })),
        events(taking, { ...ENDED, weighted: false }),
      );
    case "failed-share":
      return ratio(failures(taking, null, false), events(taking, { ...ENDED, weighted: false }));
    case "failed-share-by-cpu-hours":
      return ratio(
        failures(taking, "cpu", false),
        taking.events("ended cpu", (cluster) => ({ ...ENDED, value: held(cluster, "cpu"), weighted: false })),
      );
  }
}
