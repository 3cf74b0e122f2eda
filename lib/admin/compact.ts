import { untidyRuns } from "../engine/merge_window.ts";
import { Warehouse } from "../engine/warehouse.ts";
import type { Desk } from "./desk.ts";
import { clustersOf } from "./read_cluster.ts";
import { grouped, shown } from "./text_table.ts";

/**
 * Merges all files of clusters into one a week, as far as files of other tools do not lie between them. Returns how
 * the process should end.
 *
 * @throws {FolderInUseError} if a server has the data folder open
 */
export async function compact(desk: Desk, named: string | null): Promise<number> {
  const names = await clustersOf(desk.root, named);
  if (names.length === 0) {
    desk.out(`${desk.root} holds no clusters\n`);
    return 0;
  }
  let troubled = false;
  const warehouse = await Warehouse.open({
    root: desk.root,
    zone: desk.zone,
    now_ms: desk.now_ms,
    notice: (text) => {
      troubled = true;
      desk.say(`${shown(text)}\n`);
    },
  });
  try {
    for (const name of names) {
      const cluster = warehouse.cluster(name);
      const size = () => cluster.files.reduce((sum, { bytes }) => sum + bytes, 0);
      const before = { files: cluster.files.length, bytes: size() };
      while (await cluster.compact((all) => untidyRuns(all)[0] ?? null));
      desk.out(
        `${name}: ${grouped(before.files)} files of ${grouped(before.bytes)} bytes are ` +
          `${grouped(cluster.files.length)} of ${grouped(size())} now\n`,
      );
    }
  } finally {
    warehouse.close();
  }
  return troubled ? 1 : 0;
}
