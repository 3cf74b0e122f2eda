import type { ExitStatus, Run } from "../run.ts";
import { secretsOf } from "../sending/secrets.ts";
import type { Connection } from "../sending/exchange.ts";
import { StateFolder } from "../spool/folder.ts";
import { AnotherRunError } from "../spool/lock.ts";
import { Courier } from "./courier.ts";
import type { Gathered } from "./gather.ts";

/** What a command that collects or sends works with, while it holds the state folder. */
export interface Handle {
  readonly run: Run;
  readonly folder: StateFolder;
  readonly connection: Connection;
  readonly courier: Courier;
}

/**
 * Runs `use` with the state folder locked and a connection to the server. If another run holds the folder, that is said,
 * and the status is 75.
 *
 * @throws {UsageError} if the state folder cannot be used
 */
export async function withHandle(
  run: Run,
  use: (handle: Handle) => Promise<ExitStatus>,
): Promise<ExitStatus> {
  const { world, config, cluster } = run;
  try {
    const folder = await StateFolder.open({ world, config, cluster });
    try {
      const connection = connectionOf(run);
      const margin_s = config.late_margin_s;
      const courier = new Courier({ folder, connection, world, cluster, margin_s });
      return await use({ run, folder, connection, courier });
    } finally {
      folder.close();
    }
  } catch (error) {
    if (!(error instanceof AnotherRunError)) throw error;
    world.log("warning", `${error.message}. This one leaves the work to it`);
    return 75;
  }
}

/** The way to the server. */
export function connectionOf({ world, config }: Run): Connection {
  return { ...config, world, secrets: secretsOf(config) };
}

/** The status a gathering ends with. */
export function statusOf(gathered: Gathered): ExitStatus {
  const { refused, unreachable, failures, unread, rejected, set_aside, hidden, spool_full } = gathered;
  if (refused !== null) return 2;
  if (unreachable !== null) return 75;
  return failures.length + unread + rejected + set_aside > 0 || hidden || spool_full !== null ? 1 : 0;
}

/** The graver of some statuses: wrong configuration, then an unreachable server, then what needs a look. */
export function worst(...statuses: readonly ExitStatus[]): ExitStatus {
  const by_gravity: readonly ExitStatus[] = [2, 75, 1, 0];
  return by_gravity.find((status) => statuses.includes(status)) ?? 0;
}
