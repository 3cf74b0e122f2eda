/** Pages where a part of the browser is missing: scripts, room, the screen itself. */
import type { Page } from "playwright-core";
import assert from "node:assert/strict";
import { untilDrawn, withPage } from "./browser.ts";
import { browserTest, pagesOf } from "./site.ts";

/** What a page of A4 between margins of a centimetre has room for. */
const PAPER = { width: 718, height: 1000 } as const;

/** Elements that reach beyond the window although nothing around them scrolls. */
function overflowing(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    const found = [...document.querySelectorAll("body *")].filter((element) => {
      if (element.closest(".table-region, .visually-hidden") !== null) return false;
      return element.getBoundingClientRect().right > innerWidth + 1;
    });
    return [
      `${document.documentElement.scrollWidth} pixels of content in ${innerWidth}`,
      ...found.slice(0, 5).map((element) => element.outerHTML.slice(0, 120)),
    ];
  });
}

browserTest("pages with less of a browser", {}, async ({ site, browser, step }) => {
  const { origin } = site;
  const pages = await pagesOf(site);

  await step(
    "without scripts every figure has its still and its table, and nothing asks for scripts",
    () =>
      withPage(browser, { javaScriptEnabled: false }, async ({ page, complaints }) => {
        for (const { name, path, charts, status } of pages) {
          await page.goto(origin + path);
          assert.ok((await page.locator("h1").innerText()).length > 2, name);
          const figures = page.locator("figure");
          const count = await figures.count();
          if (charts) assert.ok(count > 0, `${name} has figures`);
          for (let index = 0; index < count; index++) {
            const figure = figures.nth(index);
            const title = await figure.locator("h2, h3").first().innerText();
            const marks = await figure.locator("svg rect, svg path, svg line, svg circle, td").count();
            assert.ok(marks > 3, `${name}: "${title}" is drawn`);
            assert.ok(await figure.locator("table td").count() > 0, `${name}: "${title}" has a table`);
          }
          assert.equal(
            await page.locator(".needs-js:visible").count(),
            0,
            `${name} shows what needs scripts`,
          );
          // The cursor of a chart has nothing to move without scripts.
          assert.equal(await page.locator("input.cursor:visible").count(), 0, `${name} shows a cursor`);
          if (status !== 200) continue;
          assert.ok(await page.locator("nav a").count() >= 10, name);
        }
        assert.deepEqual(complaints.filter((text) => !text.includes("404")), []);
      }),
  );

  await step(
    "without scripts the forms lead to the canonical address",
    () =>
      withPage(browser, { javaScriptEnabled: false }, async ({ page, complaints }) => {
        await page.goto(origin);
        await page.locator('[data-facet="account"] summary').click();
        const box = page.locator('input[type="checkbox"][name="account"]').first();
        const account = await box.getAttribute("value") ?? "";
        await box.check();
        await page.getByRole("button", { name: "Apply" }).click();
        assert.equal(new URL(page.url()).search, `?${new URLSearchParams({ account })}`, "no empty fields");
        assert.ok((await page.locator(".chips").innerText()).includes(account));

        await page.goto(`${origin}/usage?by=user`);
        await page.locator(".days summary").first().click();
        const [from, to] = [day(site.now_s, 20), day(site.now_s, 10)];
        await page.locator('input[name="from"]').fill(from);
        await page.locator('input[name="to"]').fill(to);
        await page.getByRole("button", { name: "Show these days" }).click();
        const params = new URL(page.url()).searchParams;
        assert.deepEqual([params.get("by"), params.get("from"), params.get("to")], ["user", from, to]);

        await page.goto(`${origin}/jobs`);
        const rows = page.locator(".view tbody tr");
        const first = await rows.first().innerText();
        await page.getByRole("link", { name: "Next page" }).click();
        assert.notEqual(await rows.first().innerText(), first);
        assert.deepEqual(complaints, []);
      }),
  );

  await step("at 320 pixels no page scrolls sideways", async () => {
    for (const javaScriptEnabled of [true, false]) {
      const options = { viewport: { width: 320, height: 700 }, javaScriptEnabled };
      await withPage(browser, options, async ({ page }) => {
        for (const { name, path } of pages) {
          await page.goto(origin + path);
          if (javaScriptEnabled) await untilDrawn(page);
          assert.deepEqual(await overflowing(page), [], name);
        }
      });
    }
  });

  await step(
    "with text as large as twice its size nothing is cut off sideways",
    () =>
      withPage(browser, { viewport: { width: 640, height: 700 } }, async ({ page }) => {
        for (const { name, path } of pages) {
          await page.goto(origin + path);
          await page.evaluate(() => document.documentElement.setAttribute("data-large", ""));
          await page.evaluate(() => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync("html[data-large] { font-size: 200% }");
            document.adoptedStyleSheets = [sheet];
          });
          assert.deepEqual(await overflowing(page), [], name);
        }
      }),
  );

  await step(
    "on paper the stills and tables are shown whole, and nothing to press",
    () =>
      withPage(browser, { viewport: PAPER }, async ({ page }) => {
        for (const { name, path } of pages) {
          await page.goto(origin + path);
          await untilDrawn(page);
          await page.emulateMedia({ media: "print" });
          const width = await page.evaluate(() => {
            for (const table of document.querySelectorAll<HTMLDetailsElement>(".figure-data")) {
              table.open = true;
            }
            return document.documentElement.scrollWidth;
          });
          assert.ok(width <= PAPER.width, `${name} is ${width} pixels wide on paper of ${PAPER.width}`);
          const stuck = await page.evaluate(() =>
            [...document.querySelectorAll("th, td")].filter((cell) =>
              getComputedStyle(cell).position === "sticky"
            ).length
          );
          assert.equal(stuck, 0, `${name} has cells that stick on paper`);
          const controls = page.locator(
            "button:visible, input:visible, select:visible, .filters-panel:visible, .nav:visible, .tools:visible, " +
              ".top-tools:visible, .skip:visible, canvas:visible, a[download]:visible, .figure-help:visible, " +
              ".figure-data > summary:visible",
          );
          const shown = await controls.evaluateAll((found) =>
            found.map((one) => one.outerHTML.slice(0, 120))
          );
          assert.deepEqual(shown, [], `${name} prints what can only be pressed`);
          const plots = await page.locator(".plot").count();
          assert.equal(
            await page.locator(".plot svg:visible").count() >= plots,
            true,
            `${name} shows its stills`,
          );
          const clipped = await page.evaluate(() =>
            [...document.querySelectorAll(".table-region")].filter((region) => {
              const { overflowX, overflowY } = getComputedStyle(region);
              const cuts = (way: string) => way !== "visible";
              return region.checkVisibility() && (
                cuts(overflowX) && region.scrollWidth > region.clientWidth + 1 ||
                cuts(overflowY) && region.scrollHeight > region.clientHeight + 1
              );
            }).map((region) => region.getAttribute("aria-label"))
          );
          assert.deepEqual(clipped, [], `${name} cuts tables off`);
          await page.emulateMedia({ media: "screen" });
        }
      }),
  );
});

/** The day so many days ago in UTC. */
function day(now_s: number, ago: number): string {
  return new Date((now_s - ago * 86_400) * 1000).toISOString().slice(0, 10);
}
