import { createApp } from "./lib/server/app.ts";
import { readConfig } from "./lib/server/config.ts";
import { environment } from "./lib/server/environment.ts";
import { logTo } from "./lib/server/log.ts";
import { openServices } from "./lib/server/services.ts";

/** What this process serves: its configuration and its data, loaded. */
export const services = await openServices({
  config: readConfig(await environment(".env")),
  log: logTo(console.error, Date.now),
  now_ms: Date.now,
});

export const app = createApp(services);
