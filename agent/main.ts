import { main } from "./program.ts";
import { endAtSignals } from "./signals.ts";
import { realWorld } from "./world.ts";

if (import.meta.main) {
  const world = realWorld();
  endAtSignals(Deno.args, world);
  Deno.exit(await main(Deno.args, world));
}
