/** Name of the program, of its configuration folder and of its unix user. */
export const PROGRAM = "slurm-usage-history-exporter";

/** Version of the agent; it travels with every batch. */
export const VERSION = "1.0.0";

/** Name and version of the sender, as batches and the User-Agent header carry it. */
export const AGENT = `${PROGRAM}/${VERSION}`;
