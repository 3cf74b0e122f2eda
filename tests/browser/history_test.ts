/** The address is the state: the same address shows the same numbers, however one came to it. */
import type { Page } from "playwright-core";
import assert from "node:assert/strict";
import { mark, numbers, untilChanged, untilLive, untilShown, withPage } from "./browser.ts";
import { browserTest } from "./site.ts";

/** What names the control that has the focus. */
function held(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    return [element?.tagName, element?.getAttribute("name"), element?.getAttribute("value")].join(" ");
  });
}

/** Opens the list of a dimension's values and ticks its first one. */
async function tickFirst(page: Page, dimension: string): Promise<string> {
  const facet = page.locator(`details[data-facet="${dimension}"]`);
  await facet.locator("summary").click();
  const box = facet.locator(`input[type="checkbox"][name="${dimension}"]:not(:checked)`).first();
  const value = await box.getAttribute("value") ?? "";
  await box.focus();
  await page.keyboard.press("Space");
  return value;
}

browserTest("the history of a view", {}, async ({ site: { origin }, browser, step }) => {
  await step(
    "filter, filter, back, back, forward, reload, a new tab: the same numbers",
    () =>
      withPage(browser, {}, async ({ page, complaints, requests }) => {
        await page.goto(`${origin}/usage`);
        await untilLive(page);
        const unmoved = await mark(page);
        const all = await numbers(page);

        await page.locator(".legend a").first().click();
        await page.waitForURL(/account=/);
        const one = await untilChanged(page, all);
        const one_url = page.url();

        const partition = await tickFirst(page, "partition");
        await page.waitForURL(/partition=/);
        const two = await untilChanged(page, one);
        assert.equal(new URL(page.url()).searchParams.get("partition"), partition);
        assert.equal(await held(page), `INPUT partition ${partition}`, "focus stays on the box ticked");
        assert.ok(
          await page.locator('details[data-facet="partition"][open]').isVisible(),
          "its list stays open",
        );
        const two_url = page.url();

        await page.goBack();
        assert.equal(await untilShown(page, one), one, "Back");
        await page.goBack();
        assert.equal(await untilShown(page, all), all, "Back, Back");
        await page.goForward();
        assert.equal(await untilShown(page, one), one, "Forward");
        assert.equal(page.url(), one_url);
        assert.ok(await unmoved(), "no page was loaded anew");
        await page.reload();
        await untilLive(page);
        assert.equal(await untilShown(page, one), one, "reload");

        const copy = await page.context().newPage();
        await copy.goto(two_url);
        await untilLive(copy);
        assert.equal(await untilShown(copy, two), two, "a new tab");
        assert.equal(copy.url(), two_url, "the address is canonical");
        assert.deepEqual(complaints, []);
        assert.deepEqual(requests.filter((url) => !url.startsWith(origin)), [], "no request to another host");
      }),
  );

  await step(
    "scroll and focus stay where they were on a change far down the page",
    () =>
      withPage(browser, { viewport: { width: 1200, height: 600 } }, async ({ page, complaints }) => {
        await page.goto(`${origin}/usage?by=user`);
        await untilLive(page);
        const before = await numbers(page);
        const sort = page.locator(".view .table-region th[scope=col] a").nth(1);
        await sort.scrollIntoViewIfNeeded();
        const top = () => sort.evaluate((link) => Math.round(link.getBoundingClientRect().top));
        const [scroll, at] = [await page.evaluate(() => scrollY), await top()];
        assert.ok(scroll > 0, "the table lies further down");
        await sort.focus();
        await page.keyboard.press("Enter");
        await page.waitForURL(/sort=/);
        await untilChanged(page, before);
        assert.equal(await page.evaluate(() => scrollY), scroll);
        assert.equal(await top(), at);
        assert.ok(
          await sort.evaluate((link) => link === document.activeElement),
          "focus stays on the heading",
        );
        assert.deepEqual(complaints, []);
      }),
  );

  await step("a late answer never replaces a newer one", () =>
    withPage(browser, {}, async ({ page }) => {
      await page.goto(`${origin}/usage`);
      await untilLive(page);
      const all = await numbers(page);
      const asked = Promise.withResolvers<void>();
      const newer = Promise.withResolvers<void>();
      const late = Promise.withResolvers<void>();
      await page.route(/\/view\/usage\?.*measure=gpu-hours/, async (route) => {
        asked.resolve();
        const response = await route.fetch();
        await newer.promise;
        // The page may have given it up by now.
        await route.fulfill({ response }).catch(() => {});
        late.resolve();
      });
      await page.getByRole("link", { name: "GPU-hours", exact: true }).first().click();
      await asked.promise;
      assert.equal(await numbers(page), all, "what was there stays until the answer comes");
      assert.equal(await page.locator(".live").getAttribute("aria-busy"), "true");
      await page.getByRole("link", { name: "Jobs ended", exact: true }).first().click();
      await page.locator('.live:not([aria-busy="true"])').waitFor();
      const jobs = await untilChanged(page, all);
      newer.resolve();
      await late.promise;
      // Two turns of the browser: had the late answer been taken, it would be on show.
      await page.evaluate(() =>
        new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
      );
      assert.equal(await numbers(page), jobs);
      assert.match(page.url(), /measure=jobs-ended/);
      assert.match(await page.locator(".view figure h2").first().innerText(), /Jobs ended/i);
    }));

  await step(
    "a failed answer keeps the old numbers, says so, and can be asked for again",
    () =>
      withPage(browser, {}, async ({ page }) => {
        await page.goto(`${origin}/usage`);
        await untilLive(page);
        const all = await numbers(page);
        const failing = /\/api\/dashboard\/view\//;
        await page.route(failing, (route) => route.fulfill({ status: 500, body: "" }));
        await page.locator(".legend a").first().click();
        const alert = page.getByRole("alert").filter({ hasText: "did not arrive" });
        await alert.waitFor();
        assert.equal(await numbers(page), all);
        assert.notEqual(await page.locator(".live").getAttribute("aria-busy"), "true");
        await page.unroute(failing);
        await alert.getByRole("link", { name: "Try again" }).click();
        await alert.waitFor({ state: "detached" });
        assert.notEqual(await numbers(page), all);
        assert.match(page.url(), /account=/);
      }),
  );

  await step(
    "a link opened with a modifier key is the browser's, and the page stays",
    () =>
      withPage(browser, {}, async ({ page }) => {
        await page.goto(`${origin}/usage`);
        await untilLive(page);
        const all = await numbers(page);
        const opened = page.context().waitForEvent("page");
        await page.getByRole("link", { name: "GPU-hours", exact: true }).first().click({
          modifiers: ["Control"],
        });
        const other = await opened;
        await other.waitForLoadState();
        assert.match(other.url(), /measure=gpu-hours/);
        assert.equal(page.url(), `${origin}/usage`);
        assert.equal(await numbers(page), all);
      }),
  );
});
