import { main } from "./program.ts";
import { realWorld } from "./world.ts";

if (import.meta.main) Deno.exit(await main(Deno.args, realWorld()));
