import type { Flow } from "../engine/flow.ts";
import type { Week } from "../engine/week.ts";
import type { ClusterData } from "./data.ts";
import { GIB, HOUR_S } from "../view/units.ts";
import { flowHeld, type Measured } from "./measured.ts";
import { knownSpan, type Offer, type Offered, offered } from "./offered.ts";
import { keptParts } from "./node_names.ts";
import type { Taking } from "./taking.ts";

/**
 * Allocated hours by capacity, both of the time for which a cluster's nodes and jobs are known; null where there is none.
 * Of nodes that are chosen only the part of a job counts that was on them: its nodes share it evenly.
 */
export async function utilisation(taking: Taking, offer: Offer): Promise<Measured> {
  const { buckets, filters: { only } } = taking.measuring;
  const used = await taking.flowWithin(
    offer,
    (cluster) => onNodes(cluster, flowHeld(cluster, offer), only.node),
    (cluster) => knownSpan(cluster, buckets),
  );
  const there = capacityFor(taking, offer);
  const divide = (above: number, below: number | null) =>
    below === null || below === 0 ? null : above / below;
  return {
    cell: (slot, bucket) => divide(used.cell(slot, bucket), there.cell(slot, bucket)),
    total: (slot) => divide(used.totals[slot] ?? 0, there.total(slot)),
    all: divide(used.all, there.all),
  };
}

/** Hours that were there to be used, as far as they are known and reported. */
export async function capacityHours(taking: Taking, offer: Offer): Promise<Measured> {
  // The jobs decide which keys there are.
  await taking.flow(offer, (cluster) => flowHeld(cluster, offer));
  const there = capacityFor(taking, offer);
  const divisor = offer === "mem" ? HOUR_S * GIB : HOUR_S;
  const hours = (seconds: number | null) => seconds === null ? null : seconds / divisor;
  return {
    cell: (slot, bucket) => hours(there.cell(slot, bucket)),
    total: (slot) => hours(there.total(slot)),
    all: hours(there.all),
  };
}

function capacityFor(taking: Taking, offer: Offer): Offered {
  return offered(taking.clusters, offer, taking.measuring);
}

/** The part of a flow that is on some nodes; all of it where none are named. */
function onNodes({ dataset }: ClusterData, flow: Flow, nodes: readonly string[]): Flow {
  if (nodes.length === 0) return flow;
  const parts = keptParts(dataset.dictionaries.NodeList, nodes);
  const partAt = ({ codes: { NodeList } }: Week) => (row: number) => parts[NodeList[row] ?? 0];
  return {
    ...flow,
    amount: null,
    rate: (week) => {
      const [rateAt, share] = [flow.rate(week), partAt(week)];
      return (row, end_s) => rateAt(row, end_s) * share(row);
    },
  };
}
