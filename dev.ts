import { Builder } from "fresh/dev";
import { ALIAS, endWith } from "./lib/server/serve.ts";

const builder = new Builder({ alias: ALIAS });
try {
  if (Deno.args.includes("build")) await builder.build();
  else {
    const { app, services } = await import("./main.ts");
    const { port, host } = services.config;
    await builder.listen(() => Promise.resolve({ app }), { port, hostname: host });
  }
} catch (error) {
  endWith(error);
}
