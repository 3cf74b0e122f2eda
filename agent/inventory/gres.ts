import { parseTres } from "../../lib/slurm/tres.ts";

/** Type of GPUs that have none. */
const UNTYPED = "gpu";

/**
 * GPUs by type in a node's Gres: `gpu:a100:4(S:0-1),gpu:2(IDX:0-1),shard:8` is 4 of a100 and 2 of no named type, which are
 * called gpu. Other resources, `gpu:no_consume:…` and counts that are none are left out.
 */
export function gpusOfGres(gres: string | null): Readonly<Record<string, number>> {
  const gpus = new Map<string, number>();
  // Commas within brackets are of socket lists: `gpu:a100:4(S:0,2)`.
  for (const item of (gres ?? "").replace(/\([^)]*\)/g, "").split(",")) {
    const [name, ...rest] = item.trim().split(":");
    if (name !== "gpu") continue;
    const number = /^(\d{1,6})([KMG]?)$/i.exec(rest.at(-1) ?? "");
    const count = rest.length === 0 ? 1 : number === null || number[2] !== "" ? 0 : Number(number[1]);
    const type = rest.length > 1 ? rest[0] : UNTYPED;
    if (count > 0) gpus.set(type, (gpus.get(type) ?? 0) + count);
  }
  return Object.fromEntries(gpus);
}

/** GPUs by type in a list of TRES, where Slurm tells the typed ones besides all of them. */
export function gpusOfTres(tres: string | null): Readonly<Record<string, number>> {
  const gpus = new Map<string, number>();
  let all = 0;
  let typed = 0;
  for (const [name, value] of parseTres(tres ?? "")) {
    if (!/^\d{1,6}$/.test(value)) continue;
    if (name === "gres/gpu") all = Number(value);
    if (!name.startsWith("gres/gpu:")) continue;
    gpus.set(name.slice("gres/gpu:".length), Number(value));
    typed += Number(value);
  }
  if (all > typed) gpus.set(UNTYPED, all - typed);
  return Object.fromEntries(gpus);
}
