import { chromium, type Page } from "playwright-core";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Builder } from "fresh/dev";
import { devHandler } from "../dev_server.ts";
import { createApp } from "./fixture/main.ts";

const CHROMIUM = "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
const ROOT = fileURLToPath(new URL("./fixture", import.meta.url));

/** Registers a test that needs a browser; without one it says so in a line and does nothing. */
function browserTest(name: string, run: (page: Page, origin: string) => Promise<void>): void {
  Deno.test(name, async () => {
    try {
      await Deno.stat(CHROMIUM);
    } catch {
      console.log("skipped: Chromium is missing (apt-get install chromium)");
      return;
    }
    const app = createApp();
    (await new Builder({ root: ROOT }).build({ snapshot: "memory" }))(app);
    const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, app.handler());
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    try {
      await run(await browser.newPage(), `http://127.0.0.1:${server.addr.port}`);
    } finally {
      await browser.close();
      await server.shutdown();
    }
  });
}

async function freePort(): Promise<number> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, () => new Response());
  await server.shutdown();
  return server.addr.port;
}

/** Opens a page and collects what its console and scripts complain about. */
async function open(page: Page, address: string): Promise<string[]> {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(address, { waitUntil: "networkidle" });
  return complaints;
}

browserTest("islands come to life in place and share a signal", async (page, origin) => {
  const complaints = await open(page, `${origin}/islands`);
  const before = await page.locator(".one").evaluate((section) => section.childNodes.length);
  await page.click("#first");
  await page.click("#second");
  assert.equal(await page.locator("#first strong").textContent(), "5");
  assert.equal(await page.locator("#second strong").textContent(), "5");
  assert.equal(await page.locator(".one").evaluate((section) => section.childNodes.length), before);
  assert.equal(await page.locator("main > .label").getAttribute("data-where"), "server");
  assert.match(
    await page.locator("main > .label").textContent() ?? "",
    /^<\/script><!-- .* 1970-01-01T00:00:00.000Z 6$/s,
  );
  assert.equal(await page.locator("main > p").textContent(), "after");
  assert.deepEqual(complaints, []);
});

browserTest(
  "an island loads a module of its own and adds nodes between its markers",
  async (page, origin) => {
    const complaints = await open(page, `${origin}/lazy_chunk`);
    assert.equal(await page.locator("#sum").textContent(), "6");
    const order = await page.evaluate(() => [...document.body.childNodes].map((node) => node.nodeName));
    assert.deepEqual(order, ["P", "#comment", "B", "I", "#comment", "SCRIPT", "SCRIPT"]);
    assert.deepEqual(complaints, []);
  },
);

browserTest("a page reloads when another process answers in development", async (page) => {
  const app = createApp();
  (await new Builder({ root: ROOT }).build({ snapshot: "memory", mode: "development" }))(app);
  const port = await freePort();
  let reloaded = false;
  // A page learns of a restart once it has heard of the process before, which one turn may be too short for.
  for (let turn = 0; turn < 20 && !reloaded; turn++) {
    const stop = new AbortController();
    const options = { port, hostname: "127.0.0.1", signal: stop.signal, onListen: () => {} };
    const server = Deno.serve(options, devHandler(app.handler()));
    if (turn === 0) {
      await page.goto(`http://127.0.0.1:${port}/`);
      page.once("load", () => reloaded = true);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    stop.abort();
    await server.finished;
  }
  assert.ok(reloaded);
});
