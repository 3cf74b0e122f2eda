import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const TESTS = fileURLToPath(new URL(".", import.meta.url));

const FILES = {
  "dev.ts": `import { Builder } from "fresh/dev";
await new Builder({ root: import.meta.dirname }).listen(() => import("./main.ts"), {
  port: 0,
  hostname: "127.0.0.1",
  onListen: ({ port }) => console.log("port " + port),
});
`,
  "main.ts": `import { App, staticFiles } from "fresh";
export const app = new App().use(staticFiles()).fsRoutes();
`,
  "routes/index.tsx": `export default () => <p>first</p>;
`,
};

/** The ports a development server says it listens on, one after each restart. */
async function* portsOf(stdout: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<number> {
  let text = "";
  for await (const chunk of stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (text + chunk).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) {
      const [, port] = /^port (\d+)$/.exec(line) ?? [];
      if (port !== undefined) yield Number(port);
    }
  }
}

async function pageOf(port: number): Promise<string> {
  return await (await fetch(`http://127.0.0.1:${port}/`)).text();
}

/** Which process answers, as pages learn it. */
async function processOf(port: number): Promise<string> {
  const events = await fetch(`http://127.0.0.1:${port}/_fresh/dev/events`);
  const reader = events.body!.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return /^data: (\S+)$/m.exec(new TextDecoder().decode(value))?.[1] ?? "";
}

Deno.test("Builder.listen() serves pages that reload when the process is restarted", async () => {
  const root = await Deno.makeTempDir({ dir: TESTS, prefix: ".project_" });
  await Deno.mkdir(join(root, "routes"));
  for (const [path, content] of Object.entries(FILES)) await Deno.writeTextFile(join(root, path), content);
  const server = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `--watch=${join(root, "routes")}`, join(root, "dev.ts")],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const ports = portsOf(server.stdout);
  try {
    const { value: first = 0 } = await ports.next();
    const html = await pageOf(first);
    assert.match(html, /<p>first<\/p>/);
    const [, reload = ""] = /<script type="module" src="([^"]+)" nonce="/.exec(html) ?? [];
    assert.match(await (await fetch(`http://127.0.0.1:${first}${reload}`)).text(), /EventSource/);
    const first_process = await processOf(first);
    assert.equal(await processOf(first), first_process);

    await Deno.writeTextFile(join(root, "routes/index.tsx"), "export default () => <p>second</p>;\n");
    const { value: second = 0 } = await ports.next();
    assert.match(await pageOf(second), /<p>second<\/p>/);
    assert.notEqual(await processOf(second), first_process);
  } finally {
    server.kill();
    await ports.return(undefined);
    await server.status;
    await Deno.remove(root, { recursive: true });
  }
});
