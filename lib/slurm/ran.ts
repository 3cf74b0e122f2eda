/**
 * Whether a job ran: it has a Start, and it has nodes. Slurm may write a Start (equal to End) for a job that was
 * cancelled while it waited; its NodeList is then `None assigned`. A record without a NodeList counts as having one.
 *
 * @param start epoch seconds, null where unknown
 */
export function ran(start: number | null, node_list: string | null): boolean {
  return start !== null && node_list !== "None assigned";
}
