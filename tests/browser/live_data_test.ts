/** A page that stays open: newer data, a server that is away, and views that were given a name. */
import type { Page } from "playwright-core";
import assert from "node:assert/strict";
import { mark, numbers, untilChanged, untilLive, withPage } from "./browser.ts";
import { browserTest } from "./site.ts";

/** More than the time between two looks for newer data. */
const WHILE_MS = 601_000;

/** A job that ended an hour before the site was made and that all figures must show. */
function lateJob(now_s: number, id: number) {
  return {
    JobID: String(id),
    User: "latecomer",
    Account: "late-report",
    Partition: "standard",
    QOS: "normal",
    State: "COMPLETED",
    Submit: now_s - 40_000,
    Start: now_s - 36_000 - 3600,
    End: now_s - 3600,
    AllocCPUS: 1_000_000,
    AllocNodes: 1,
    NodeList: "cn001",
  };
}

/** Closes the browser's storage to the page, as some readers do. */
function closeStorage(): void {
  Object.defineProperty(globalThis, "localStorage", {
    get() {
      throw new DOMException("Storage is closed", "SecurityError");
    },
  });
}

/** Opens the menu of saved views and gives a name to the one on show. */
async function save(page: Page, name: string): Promise<void> {
  const menu = page.locator(".saved-views");
  await menu.locator("summary").click();
  await menu.locator("input").fill(name);
  await menu.getByRole("button", { name: /^(Save|Rename)/ }).click();
  await page.waitForURL((url) => url.searchParams.get("view_name") === name);
}

const NAME = "Q3 – “physics” & <b>Co</b>";

browserTest("a page that stays open", { jobs: 4000, months: 2 }, async ({ site, browser, step }) => {
  const { origin } = site;

  await step(
    "newer data are announced quietly and shown when asked for",
    () =>
      withPage(browser, {}, async ({ page, complaints }) => {
        await page.clock.install();
        await page.goto(`${origin}/usage`);
        await untilLive(page);
        const unmoved = await mark(page);
        const before = await numbers(page);
        await page.clock.fastForward(WHILE_MS);
        await page.waitForResponse(/\/view\/usage/);
        assert.equal(await numbers(page), before, "without news nothing changes");
        assert.equal(await page.getByRole("button", { name: /New data/ }).count(), 0);

        await site.ingest({
          hostname: "aurora",
          jobs: [lateJob(site.now_s, 900_000_001)],
          collected_until: site.now_s,
        });
        await page.locator("h1").focus();
        const heading = await page.locator(".view").evaluate((view) => view.getBoundingClientRect().top);
        await page.clock.fastForward(WHILE_MS);
        const news = page.getByRole("button", { name: /New data/ });
        await news.waitFor();
        assert.equal(await numbers(page), before, "what is being read is not replaced");
        assert.equal(await page.evaluate(() => document.activeElement?.tagName), "H1", "the focus stays");
        assert.equal(
          await page.locator(".view").evaluate((view) => view.getBoundingClientRect().top),
          heading,
          "nothing moves",
        );
        await news.click();
        const after = await untilChanged(page, before);
        assert.ok(after.includes("late-report"), "the new job's account");
        await news.waitFor({ state: "detached" });
        assert.ok(await unmoved());
        await page.reload();
        await untilLive(page);
        assert.ok((await numbers(page)).includes("late-report"));
        assert.deepEqual(complaints, []);
      }),
  );

  await step(
    "while the server cannot be reached the page says so and keeps its numbers",
    () =>
      withPage(browser, {}, async ({ page }) => {
        await page.goto(`${origin}/usage`);
        await untilLive(page);
        const before = await numbers(page);
        await page.context().setOffline(true);
        const notice = page.getByText("cannot be reached");
        await notice.waitFor();
        assert.match(await notice.innerText(), /numbers of \d\d:\d\d/);
        assert.equal(await numbers(page), before);
        await page.context().setOffline(false);
        await notice.waitFor({ state: "detached" });
        assert.equal(await numbers(page), before);
      }),
  );

  await step(
    "a view is saved under a name, and its address opens it by that name",
    () =>
      withPage(browser, {}, async ({ page, complaints }) => {
        await page.goto(`${origin}/usage?by=user&period=7d`);
        await untilLive(page);
        await save(page, NAME);
        await page.getByRole("heading", { level: 1 }).filter({ hasText: NAME }).or(
          page.locator(".head").filter({ hasText: NAME }),
        ).first().waitFor();
        const address = page.url();
        const shown = await numbers(page);

        const other = await page.context().newPage();
        await other.goto(address);
        await untilLive(other);
        assert.equal(await numbers(other), shown);
        assert.ok((await other.locator(".head").innerText()).includes(NAME), "the name stands in the title");
        await other.goto(`${origin}/`);
        await other.locator(".saved-views summary").click();
        await other.locator(".saved-views").getByRole("link", { name: NAME }).click();
        await other.waitForURL((url) =>
          url.searchParams.toString() === new URL(address).searchParams.toString()
        );
        await other.locator(".saved-views summary").click();
        await other.getByRole("button", { name: `Delete the view ${NAME}` }).click();
        await other.locator(".saved-views").getByRole("link", { name: NAME }).waitFor({ state: "detached" });
        await other.reload();
        assert.equal(await other.locator(".saved-views").getByRole("link", { name: NAME }).count(), 0);
        assert.deepEqual(complaints, []);
      }),
  );

  await step(
    "with storage closed to it a page works, and a named view's address too",
    () =>
      withPage(browser, {}, async ({ page, complaints }) => {
        await page.addInitScript(closeStorage);
        await page.goto(`${origin}/usage?by=user`);
        await untilLive(page);
        await save(page, NAME);
        await page.reload();
        await untilLive(page);
        assert.ok((await page.locator(".head").innerText()).includes(NAME));
        await page.getByRole("button", { name: /^Theme/ }).click();
        await page.waitForFunction(() => document.documentElement.dataset.theme === "light");
        assert.deepEqual(complaints, []);
      }),
  );
});
