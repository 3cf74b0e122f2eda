/** Batches of earlier runs that are not to be sent as they are, since the configuration is another now. */
import type { Held } from "./batch_file.ts";
import type { Spool, SpoolOptions } from "./spool.ts";

/** Drops what tells more of people than is to be told now; its time is collected again. */
export async function dropIndiscreet(spool: Spool, { privacy, log }: SpoolOptions): Promise<void> {
  const named = (batch: Held) => privacy.pseudonyms && !batch.header.pseudonyms;
  const titled = (batch: Held) => !privacy.job_names && batch.header.job_names;
  const indiscreet = [...spool.waiting, ...spool.aside].filter((batch) => named(batch) || titled(batch));
  if (indiscreet.length === 0) return;
  for (const batch of indiscreet) await spool.remove(batch);
  log(
    "warning",
    `${indiscreet.length} batches that waited hold names that ${
      indiscreet.some(named) ? "pseudonymise_users" : "job_names"
    } forbids now: they are dropped, and their time collected again`,
  );
}

/**
 * Sets aside what waits of another cluster, whose key this one's may not be: it is kept, but keeps nothing of this one
 * from being collected and sent. What cannot be moved stays where it is, which does no harm.
 */
export async function setOthersAside(
  waiting: readonly Held[],
  { spool, options: { cluster, log } }: { readonly spool: Spool; readonly options: SpoolOptions },
): Promise<void> {
  const others = waiting.filter(({ header }) => header.cluster !== cluster);
  const moved = new Map<string, number>();
  for (const batch of others) {
    const other = batch.header.cluster;
    if (batch.header.kind === "active") await spool.remove(batch);
    else {
      const words = `collected for cluster ${other}, this agent now sends ${cluster}: ` +
        "set cluster_name back to send it, or remove this file";
      try {
        await spool.setAside(batch, words);
        moved.set(other, (moved.get(other) ?? 0) + 1);
      } catch (error) {
        log("warning", error instanceof Error ? error.message : String(error));
        break;
      }
    }
  }
  for (const [other, batches] of moved) {
    log(
      "warning",
      `${batches} batches that waited were collected for cluster ${other}, this agent now sends ${cluster}: they are set ` +
        "aside and not sent. To send them set cluster_name back, else remove them",
    );
  }
}
