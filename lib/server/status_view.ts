import { type StatusModel, statusPage, type StoreFacts } from "../pages/status.ts";
import { listArchived } from "../store/folder.ts";
import { answerTo, type Asking, type Found } from "./answers.ts";
import type { Services } from "./services.ts";

/** Whether each cluster's reports arrive, and what is kept of them, for the page and for its plain data. */
export async function statusView(ctx: Asking): Promise<Found<StatusModel>> {
  const store = await storeFacts(ctx.state.services);
  return await answerTo(ctx, {
    // What the archive holds changes without the data.
    name: `view/status ${JSON.stringify([...store.archived])}`,
    of: "all clusters",
    make: ({ data, ...asked }) => statusPage(data, { ...asked, store }),
  });
}

async function storeFacts({ config, warehouse }: Services): Promise<StoreFacts> {
  const { retention_months } = config;
  const names = [...warehouse.clusters.keys()];
  const archived = await Promise.all(names.map(async (name) => {
    const files = await listArchived(config.data_path, name);
    return [name, { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) }] as const;
  }));
  return { retention_months, archived: new Map(archived) };
}
