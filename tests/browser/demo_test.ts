/** The demo as its visitor sees it, in a real browser. */
import type { Page } from "playwright-core";
import assert from "node:assert/strict";
import { get } from "node:http";
import { startServer } from "../flow/server_process.ts";
import { launchBrowser, withPage } from "./browser.ts";

/** The numbers on show: tiles, findings and tables. */
function numbers(page: Page): Promise<string> {
  return page.locator(".view").innerText();
}

/** What a browser on a plain http network is sent for an address: its type, and its bytes as they come. */
function sent(url: string): Promise<{ readonly type: string; readonly bytes: number }> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false, headers: { "accept-encoding": "gzip, deflate" } }, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Uint8Array) => bytes += chunk.length);
      response.on("end", () => resolve({ type: response.headers["content-type"] ?? "", bytes }));
      response.on("error", reject);
    }).on("error", reject);
  });
}

/** Waits until the live layer runs. */
async function untilLive(page: Page): Promise<void> {
  await page.locator(".plot[data-ready]").first().waitFor();
}

/** Marks the document, to tell an update in place from a new page. */
async function mark(page: Page): Promise<() => Promise<boolean>> {
  await page.evaluate(() => document.documentElement.setAttribute("data-mark", ""));
  return () => page.evaluate(() => document.documentElement.hasAttribute("data-mark"));
}

Deno.test("the demo in a browser", async (t) => {
  const browser = await launchBrowser();
  if (browser === null) return;
  const folder = await Deno.makeTempDir({ prefix: "suh-demo-" });
  const server = await startServer({}, { script: "demo.ts", args: [folder] });
  const { origin } = server;
  try {
    await t.step(
      "the overview is complete without scripts",
      () =>
        withPage(browser, { javaScriptEnabled: false }, async ({ page, complaints }) => {
          await page.goto(origin);
          const text = await page.locator("body").innerText();
          for (
            const words of [
              "CPU-hours",
              "GPU-hours",
              "Active users",
              "aurora",
              "borealis",
              "physics-",
              "COMPLETED",
            ]
          ) {
            assert.ok(text.includes(words), words);
          }
          assert.ok(await page.locator("figure svg rect").count() > 30, "bars are drawn");
          assert.ok(await page.locator("figure table td").count() > 30, "the table has the same numbers");
          assert.ok((await page.screenshot()).length > 20_000);
          await page.locator(".filters summary", { hasText: "Account" }).click();
          const box = page.locator('input[type="checkbox"][name="account"]').first();
          const account = await box.getAttribute("value");
          await box.check();
          await page.getByRole("button", { name: "Apply" }).click();
          assert.equal(
            new URL(page.url()).search,
            `?account=${account}`,
            "the canonical address, no empty fields",
          );
          assert.deepEqual(complaints, []);
        }),
    );

    await t.step(
      "a filter updates the figures in place; Back, Forward and reload restore the same numbers",
      () =>
        withPage(browser, {}, async ({ page, complaints, requests }) => {
          await page.goto(`${origin}/usage`);
          await untilLive(page);
          const unmoved = await mark(page);
          const all = await numbers(page);
          await page.locator(".legend a").first().click();
          await page.waitForURL(/account=/);
          await page.waitForFunction(
            (before) => document.querySelector(".view")?.textContent !== before,
            all,
          );
          await page.locator('.live[aria-busy="false"]').waitFor();
          const one = await numbers(page);
          assert.notEqual(one, all);
          const restored = async (expected: string, how: string) => {
            await page.waitForFunction(
              (text) => document.querySelector<HTMLElement>(".view")?.innerText === text,
              expected,
              { timeout: 10_000 },
            ).catch(() => {});
            assert.equal(await numbers(page), expected, how);
          };
          await page.goBack();
          await restored(all, "Back");
          await page.goForward();
          await restored(one, "Forward");
          assert.ok(await unmoved(), "no page was loaded anew");
          await page.reload();
          await untilLive(page);
          await restored(one, "reload");
          assert.deepEqual(complaints, []);
          assert.deepEqual(
            requests.filter((url) => !url.startsWith(origin)),
            [],
            "no request to another host",
          );
        }),
    );

    await t.step(
      "the page is fully shown at 1440 and 390 pixels in both themes, and nothing shifts",
      async () => {
        for (const width of [1440, 390, 320]) {
          for (const colorScheme of ["light", "dark"] as const) {
            await withPage(
              browser,
              { viewport: { width, height: 900 }, colorScheme },
              async ({ page, complaints }) => {
                await page.goto(origin);
                await untilLive(page);
                const [content, window] = await page.evaluate(
                  () => [document.documentElement.scrollWidth, innerWidth],
                );
                assert.ok(content <= window, `${content} pixels of content in ${window}`);
                const background = await page.evaluate(() =>
                  getComputedStyle(document.documentElement).backgroundColor
                );
                const light = Number(background.match(/\d+/)?.[0]) > 128;
                assert.equal(
                  light,
                  colorScheme === "light",
                  `${background} is the ground of the ${colorScheme} theme`,
                );
                const shift = await page.evaluate(() =>
                  new Promise<number>((resolve) => {
                    new PerformanceObserver((list) => {
                      resolve(list.getEntries().reduce((sum, entry) => sum + (entry as Shift).value, 0));
                    }).observe({ type: "layout-shift", buffered: true });
                    setTimeout(() => resolve(0), 200);
                  })
                );
                assert.ok(shift < 0.05, `layout shift of ${shift} at ${width} pixels`);
                assert.deepEqual(complaints, []);
              },
            );
          }
        }
      },
    );

    await t.step(
      "every page shows without a complaint of the browser",
      () =>
        withPage(browser, {}, async ({ page, complaints }) => {
          for (
            const path of [
              "/",
              "/usage?by=node&measure=jobs-ended",
              "/jobs?q=a&sort=-elapsedraw",
              "/status",
              "/help",
            ]
          ) {
            const response = await page.goto(origin + path);
            assert.equal(response?.status(), 200, path);
            await page.waitForLoadState("networkidle");
          }
          assert.deepEqual(complaints, []);
        }),
    );

    await t.step(
      "the keyboard stays where it was put: in the pager, in an open filter, at the chart's cursor",
      () =>
        withPage(browser, {}, async ({ page, complaints }) => {
          await page.goto(`${origin}/jobs`);
          await page.locator(".filters .apply").waitFor({ state: "hidden" });
          const next = page.getByRole("link", { name: "Next page" });
          for (const number of [2, 3]) {
            await next.focus();
            await page.keyboard.press("Enter");
            await page.getByText(`Page ${number} of`).waitFor();
            await page.locator('.live[aria-busy="false"]').waitFor();
            await page.waitForFunction(() =>
              document.activeElement?.getAttribute("aria-label") === "Next page"
            );
          }
          await page.goto(`${origin}/usage`);
          await untilLive(page);
          const address = page.url();
          await page.locator(".filters summary", { hasText: "Account" }).click();
          await page.keyboard.type("csgs");
          assert.equal(page.url(), address, "letters typed into a filter are no shortcuts");
          await page.keyboard.press("Escape");
          await page.locator("figure input[type=range]").first().focus();
          await page.keyboard.press("ArrowLeft");
          await page.keyboard.press("Tab");
          const inside = await page.evaluate(() => document.activeElement?.closest("figure") != null);
          assert.ok(inside, "the bucket's link can be reached from the cursor");
          assert.deepEqual(complaints, []);
        }),
    );

    await t.step(
      "the first view stays within its budget of requests and bytes",
      () =>
        withPage(browser, {}, async ({ page, requests }) => {
          await page.goto(origin);
          await untilLive(page);
          // A module that was preloaded is reported again when it is run.
          const distinct = [...new Set(requests)];
          assert.ok(distinct.length <= 8, distinct.join("\n"));
          const sizes = { html: 0, js: 0, css: 0 };
          for (const url of distinct) {
            const { type, bytes } = await sent(url);
            if (type.includes("javascript")) sizes.js += bytes;
            else if (type.includes("css")) sizes.css += bytes;
            else if (type.includes("html")) sizes.html += bytes;
          }
          assert.ok(sizes.js > 0 && sizes.js <= 92 * 1024, `scripts: ${sizes.js} bytes`);
          assert.ok(sizes.css > 0 && sizes.css <= 12 * 1024, `styles: ${sizes.css} bytes`);
          assert.ok(sizes.html > 0 && sizes.html <= 40 * 1024, `page: ${sizes.html} bytes`);
        }),
    );
  } finally {
    await browser.close();
    await server.end("SIGTERM");
    await Deno.remove(folder, { recursive: true });
  }
});

/** A layout shift as the browser reports it; TypeScript's library does not know it yet. */
interface Shift extends PerformanceEntry {
  readonly value: number;
}
