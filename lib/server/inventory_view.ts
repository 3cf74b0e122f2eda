import { chosenClusters } from "../query/range.ts";
import { type InventoryView, inventoryView } from "../query/inventory.ts";
import { answerTo, type Asking, type Found } from "./answers.ts";
import { apiFilters } from "./dashboard.ts";
import { Problem } from "./problem.ts";

/**
 * Answers `GET /api/dashboard/inventory` for one cluster.
 *
 * @throws {Problem} 422 for filters that cannot be used or leave several clusters, 404 for an unknown one
 */
export function inventoryViewOf(asking: Asking): Promise<Found<InventoryView>> {
  return answerTo(asking, {
    name: "inventory",
    of: "chosen clusters",
    named: false,
    make: ({ data, params, ...asked }) => {
      const filters = apiFilters(data, params);
      const clusters = chosenClusters(data, filters);
      if (clusters.length !== 1) {
        const message = `must name one cluster: there are ${clusters.length} to choose from`;
        throw new Problem(422, `cluster ${message}`, { errors: [{ field: "cluster", message }] });
      }
      return inventoryView(data, { cluster: clusters[0], filters, ...asked });
    },
  });
}
