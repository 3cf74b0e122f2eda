/** The demo as its visitor starts and sees it. */
import assert from "node:assert/strict";
import { startServer } from "../flow/server_process.ts";
import { launchBrowser, untilDrawn, withPage } from "./browser.ts";

Deno.test("the demo in a browser", async (t) => {
  const browser = await launchBrowser();
  if (browser === null) return;
  const folder = await Deno.makeTempDir({ prefix: "suh-demo-" });
  const server = await startServer({}, { script: "demo.ts", args: [folder] });
  const { origin } = server;
  try {
    await t.step(
      "it has two clusters with their jobs, people and accounts",
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
          assert.ok(await page.locator("figure svg").count() > 0, "charts are drawn");
          assert.ok((await page.screenshot()).length > 20_000);
          assert.deepEqual(complaints, []);
        }),
    );

    await t.step(
      "the keyboard stays where it was put: in the pager and in an open filter",
      () =>
        withPage(browser, {}, async ({ page, complaints }) => {
          await page.goto(`${origin}/jobs`);
          await page.locator(".filters .apply").waitFor({ state: "hidden" });
          const next = page.getByRole("link", { name: "Next page" });
          for (const number of [2, 3]) {
            await next.focus();
            await page.keyboard.press("Enter");
            await page.getByText(`Page ${number} of`).waitFor();
            await page.waitForFunction(() =>
              document.activeElement?.getAttribute("aria-label") === "Next page"
            );
          }
          await page.goto(`${origin}/usage`);
          await untilDrawn(page);
          const address = page.url();
          await page.locator('[data-facet="account"] summary').click();
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
  } finally {
    await browser.close();
    await server.end("SIGTERM");
    await Deno.remove(folder, { recursive: true });
  }
});
