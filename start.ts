import { buildIfStale, endWith, serve } from "./lib/server/serve.ts";

try {
  const { services } = await import("./main.ts");
  if (services.config.api_keys.length === 0) {
    services.log("warn", "API_KEYS is empty: no agent can send jobs. Set it in .env; see .env.example");
  }
  await buildIfStale();
  await serve(services);
} catch (error) {
  endWith(error);
}
