/** Posts a batch as the agent does, in a process whose environment names a proxy; prints what comes of it. */
import { exchange } from "../../../agent/sending/exchange.ts";
import { secretsOf } from "../../../agent/sending/secrets.ts";
import { trusting } from "../../../agent/trust.ts";
import { realWorld } from "../../../agent/world.ts";
import { fakeWorld } from "../fakes.ts";

const [api_url, ca_file] = Deno.args;
const api_key = "key-of-the-child";
const said = fakeWorld();
const { log, sleep } = said;
const world = { ...await trusting(realWorld(), { ca_file: ca_file ?? null }), log, sleep };
const secrets = secretsOf({ api_url, api_key });
const connection = { api_url, api_key, timeout_s: 5, world, secrets };
try {
  const outcome = await exchange({ method: "GET", path: "/hello" }, { connection, read: (text) => text });
  console.log("answer" in outcome ? outcome.answer : outcome.refused);
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
}
for (const line of said.logged) console.log(line);
