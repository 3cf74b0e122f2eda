import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type Connection, exchange, StoppedError } from "../../../agent/sending/exchange.ts";
import { secretsOf, withoutSecrets } from "../../../agent/sending/secrets.ts";
import { trusting } from "../../../agent/trust.ts";
import type { World } from "../../../agent/world.ts";
import { fakeWorld } from "../fakes.ts";

const TLS = fileURLToPath(new URL("../../fixtures/tls", import.meta.url));
const CHILD = fileURLToPath(new URL("client_child.ts", import.meta.url));

function serverOf(certificate: string) {
  return Deno.serve({
    port: 0,
    hostname: "127.0.0.1",
    cert: Deno.readTextFileSync(`${TLS}/${certificate}.pem`),
    key: Deno.readTextFileSync(`${TLS}/server.key`),
    onListen: () => {},
  }, () => new Response("hello"));
}

/** A world that speaks TLS as the agent does, whose clients can be closed. */
function speaking(parts: Partial<World> = {}) {
  const clients: Deno.HttpClient[] = [];
  const world = fakeWorld({
    read: (path) => Deno.readTextFile(path),
    fetchTrusting: (certificates) => {
      const client = Deno.createHttpClient({ caCerts: [...certificates] });
      clients.push(client);
      return (input, init) => {
        const with_client: RequestInit & { readonly client: Deno.HttpClient } = { ...init, client };
        return fetch(input, with_client);
      };
    },
    ...parts,
  });
  return { world, close: () => clients.forEach((client) => client.close()) };
}

/** What comes of a request to a server with a certificate, by an agent that trusts another one. */
async function ask(
  certificate: string,
  { ca_file = null, address = "localhost", parts = {} }: {
    readonly ca_file?: string | null;
    readonly address?: string;
    readonly parts?: Partial<World>;
  } = {},
) {
  const server = serverOf(certificate);
  const { world, close } = speaking(parts);
  const api_url = `https://${address}:${server.addr.port}`;
  try {
    const trusted = await trusting(world, { ca_file });
    const connection: Connection = {
      api_url,
      api_key: "the-key",
      timeout_s: 5,
      world: trusted,
      secrets: ["the-key"],
    };
    return await exchange({ method: "GET", path: "/" }, { connection, read: (text) => text });
  } catch (error) {
    return error;
  } finally {
    close();
    await server.shutdown();
    assert.deepEqual(world.slept_ms, [], "what cannot pass is not tried again");
  }
}

Deno.test("the agent trusts what ca_file holds: an authority, or a certificate that signs itself", async () => {
  const ca_file = `${TLS}/ca.pem`;
  assert.deepEqual(await ask("server", { ca_file }), { answer: "hello" });
  assert.deepEqual(await ask("server", { ca_file, address: "127.0.0.1" }), { answer: "hello" });
  assert.deepEqual(await ask("self_signed", { ca_file: `${TLS}/self_signed.pem` }), { answer: "hello" });
});

Deno.test("the agent trusts no other server, and the words say what to set", async () => {
  const foreign = { ca_file: `${TLS}/ca.pem` };
  for (
    const [certificate, options] of [["server", {}], ["self_signed", {}], ["self_signed", foreign]] as const
  ) {
    const error = await ask(certificate, options);
    assert.ok(error instanceof StoppedError, String(error));
    assert.equal(error.kind, "refused");
    assert.match(
      error.message,
      /Cannot trust https:\/\/localhost:\d+\/: .*UnknownIssuer.*set "ca_file" to the file/,
    );
  }
});

Deno.test("the agent trusts the authorities of its host", async () => {
  const parts = { ca_bundles: ["/nowhere/bundle.pem", `${TLS}/ca.pem`] };
  assert.deepEqual(await ask("server", { parts }), { answer: "hello" });
});

Deno.test("the agent says what is wrong with ca_file", async () => {
  const missing = await ask("server", { ca_file: "/nowhere/ca.pem" });
  assert.match(String(missing), /ca_file \/nowhere\/ca.pem: /);
  assert.match(
    String(await ask("server", { ca_file: `${TLS}/server.key` })),
    /server.key: it holds no certificate/,
  );
});

/** A proxy that tunnels CONNECT, and passes on requests with a whole address; tells what it was asked. */
function proxy() {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const asked: string[] = [];
  const serve = async () => {
    for await (const connection of listener) void relay(connection).catch(() => {});
  };
  async function relay(connection: Deno.Conn): Promise<void> {
    const buffer = new Uint8Array(65_536);
    const head = new TextDecoder().decode(buffer.subarray(0, await connection.read(buffer) ?? 0));
    asked.push(head);
    const port = Number(/^CONNECT [^:]+:(\d+)/.exec(head)?.[1]);
    if (isNaN(port)) {
      await connection.write(
        new TextEncoder().encode("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nby proxy!"),
      );
      return connection.close();
    }
    const server = await Deno.connect({ port, hostname: "127.0.0.1" });
    await connection.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\n\r\n"));
    await Promise.allSettled([
      connection.readable.pipeTo(server.writable),
      server.readable.pipeTo(connection.writable),
    ]);
  }
  const done = serve();
  return {
    port: listener.addr.port,
    asked,
    close: async () => {
      listener.close();
      await done;
    },
  };
}

async function childSays(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", CHILD, ...args],
    env: {
      NO_PROXY: "",
      no_proxy: "",
      HTTP_PROXY: "",
      HTTPS_PROXY: "",
      http_proxy: "",
      https_proxy: "",
      ...env,
    },
  }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

Deno.test("the agent goes through the proxy of HTTPS_PROXY and HTTP_PROXY, but for NO_PROXY", async () => {
  const server = serverOf("server");
  const through = proxy();
  const HTTPS_PROXY = `http://robot:pass%20word@127.0.0.1:${through.port}`;
  const target = [`https://localhost:${server.addr.port}`, `${TLS}/ca.pem`];
  assert.equal(await childSays({ HTTPS_PROXY }, ...target), "hello\n");
  // What takes long is asked again.
  const asked = through.asked.length;
  assert.ok(asked > 0, "the proxy was asked");
  for (const head of through.asked) {
    assert.match(head, /^CONNECT localhost:\d+ /);
    assert.match(head, /proxy-authorization: Basic /i);
  }
  assert.equal(await childSays({ HTTPS_PROXY, NO_PROXY: "localhost" }, ...target), "hello\n");
  assert.equal(through.asked.length, asked, "NO_PROXY");
  const plain = await childSays({ HTTP_PROXY: HTTPS_PROXY }, "http://dashboard.invalid");
  assert.equal(plain, "by proxy!\n");
  assert.match(through.asked[asked], /^GET http:\/\/dashboard.invalid\/hello /);
  await through.close();
  await server.shutdown();
});

Deno.test("no line holds the key or the proxy's password, even where the proxy does not answer", async () => {
  for (const password of ["pass-word-1", "pass%20word-1", "p@ss/word-1"]) {
    const said = await childSays(
      { HTTPS_PROXY: `http://robot:${password}@127.0.0.1:9` },
      "https://localhost:1",
    );
    assert.match(said, /Cannot reach https:\/\/localhost:1\/hello: .*\(tried 10 times\)/);
    assert.ok(!said.includes("word-1"), said);
    assert.ok(!said.includes("key-of-the-child"), said);
  }
});

Deno.test("withoutSecrets() leaves out the key and passwords of proxy and address, as written and as meant", () => {
  const env = (name: string) => name === "https_proxy" ? "http://robot:a%40b@proxy:3128" : undefined;
  const secrets = secretsOf({ api_key: "the-key", api_url: "https://me:pw-2@dash/x" }, env);
  const said = withoutSecrets("the-key at http://robot:a%40b@proxy, a@b, https://me:pw-2@dash/x", secrets);
  assert.equal(said, "*** at http://robot:***@proxy, ***, https://me:***@dash/x");
});

Deno.test("exchange() leaves a secret out before it cuts what the server says", async () => {
  const secret = "SECRETKEY-0123456789abcdef0123456789";
  for (const before of [470, 495, 1990]) {
    const answer = (status: number, init: ResponseInit = {}) =>
      new Response(`${"x".repeat(before)} ${secret}`, { status, ...init });
    const answers = [
      answer(403),
      answer(500),
      Response.json({ detail: `${"x".repeat(before)}${secret}` }, { status: 400 }),
      answer(302, { headers: { Location: `https://a/${"x".repeat(before)}${secret}` } }),
    ];
    for (const response of answers) {
      const world = fakeWorld({ fetch: () => Promise.resolve(response.clone()) });
      const connection: Connection = {
        api_url: "https://a",
        api_key: secret,
        timeout_s: 5,
        world,
        secrets: [secret],
      };
      const said = await exchange({ method: "GET", path: "/" }, { connection, read: () => null })
        .then((outcome) => JSON.stringify(outcome), (error: Error) => error.message);
      const { refused = said } = said.startsWith("{") ? JSON.parse(said) : {};
      for (const line of [refused, ...world.logged]) assert.ok(!/SECR|KEY-/.test(line), line);
    }
  }
});
