import { ConfigError } from "./lib/server/config.ts";
import { buildIfStale, serve } from "./lib/server/serve.ts";
import { FolderInUseError } from "./lib/store/lock.ts";

try {
  const { services } = await import("./main.ts");
  if (services.config.api_keys.length === 0) {
    services.log("warn", "API_KEYS is empty: no agent can send jobs. Set it in .env; see .env.example");
  }
  await buildIfStale();
  await serve(services);
} catch (error) {
  if (error instanceof ConfigError) {
    console.error(`${error.message}:\n${error.problems.map((problem) => `  ${problem}`).join("\n")}`);
    Deno.exit(2);
  }
  if (error instanceof FolderInUseError || error instanceof Deno.errors.AddrInUse) {
    console.error(error.message);
    Deno.exit(1);
  }
  throw error;
}
