/** The charts under pointer and keys: every gesture leads to an address, and what it leads to is asked of the server. */
import type { Locator, Page } from "playwright-core";
import assert from "node:assert/strict";
import type { ChartSpec } from "../../lib/view/chart_spec.ts";
import { formatValue } from "../../lib/view/format.ts";
import { mark, numbers, untilChanged, untilLive, withPage } from "./browser.ts";
import { browserTest } from "./site.ts";

/** Places in a chart, as fractions of its plot from its lower left corner. */
async function placeIn(
  plot: Locator,
  x: number,
  up: number,
): Promise<{ readonly x: number; readonly y: number }> {
  await plot.scrollIntoViewIfNeeded();
  const box = await plot.boundingBox();
  assert.ok(box !== null && box.width > 200, "the plot is on show");
  return { x: box.x + x * box.width, y: box.y + (1 - up) * box.height };
}

function params(page: Page): URLSearchParams {
  return new URL(page.url()).searchParams;
}

/** Days from the first to the last one of an address, both included. */
function length(page: Page): number {
  const [from, to] = [params(page).get("from"), params(page).get("to")];
  assert.ok(from !== null && to !== null, page.url());
  return (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
}

/** What is drawn on the first canvas. */
function picture(page: Page): Promise<string> {
  return page.evaluate(() => document.querySelector<HTMLCanvasElement>(".plot canvas")!.toDataURL());
}

/** Every chart of buckets in a model, wherever it lies. */
function chartsIn(model: unknown): readonly ChartSpec[] {
  if (typeof model !== "object" || model === null) return [];
  if ("kind" in model && (model.kind === "bars" || model.kind === "lines")) return [model as ChartSpec];
  return Object.values(model).flatMap(chartsIn);
}

/** Counts how often a canvas is drawn. */
function countStrokes(): void {
  const counted = globalThis as unknown as { strokes: number };
  counted.strokes = 0;
  const { clearRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...area) {
    counted.strokes++;
    return clearRect.apply(this, area);
  };
}

browserTest("the figures of a page", {}, async ({ site: { origin }, browser, step }) => {
  await step(
    "dragged over, a chart shows both dates and then the days between them",
    () =>
      withPage(browser, {}, async ({ page, complaints }) => {
        await page.goto(`${origin}/usage`);
        await untilLive(page);
        const unmoved = await mark(page);
        const before = await numbers(page);
        const plot = page.locator(".plot").first();
        const [start, end] = [await placeIn(plot, 0.4, 0.5), await placeIn(plot, 0.6, 0.5)];
        await page.mouse.move(start.x, start.y);
        await page.mouse.down();
        await page.mouse.move((start.x + end.x) / 2, start.y, { steps: 3 });
        await page.mouse.move(end.x, end.y, { steps: 3 });
        const days = await page.locator(".brush").innerText();
        assert.match(days, /\d{1,2} .*–.*\d{1,2} [A-Z][a-z]+ \d{4}/, "both dates are printed");
        await page.mouse.up();
        await page.waitForURL(/from=.*to=/);
        await untilChanged(page, before);
        assert.ok(
          length(page) >= 4 && length(page) <= 10,
          `${length(page)} of 30 days for a fifth of the width`,
        );
        assert.equal(await page.locator(".brush").count(), 0, "the shade goes with the choice");
        assert.ok((await page.locator(".figure-question").first().innerText()).includes(days), days);
        assert.ok(await unmoved());

        const brushed = page.url();
        const narrow = await numbers(page);
        const out = page.locator(".zoom-out").first();
        await out.click();
        await page.waitForURL((url) => url.href !== brushed);
        const wider = await untilChanged(page, narrow);
        const wide = page.url();
        await page.goBack();
        await page.waitForURL(brushed);
        await untilChanged(page, wider);
        const at = await placeIn(plot, 0.5, 0.9);
        await page.mouse.dblclick(at.x, at.y);
        await page.waitForURL((url) => url.href !== brushed);
        assert.equal(page.url(), wide, "a double click is Zoom out");
        assert.deepEqual(complaints, []);
      }),
  );

  await step("Escape takes a drag back", () =>
    withPage(browser, {}, async ({ page }) => {
      await page.goto(`${origin}/usage`);
      await untilLive(page);
      const plot = page.locator(".plot").first();
      const [start, end] = [await placeIn(plot, 0.4, 0.5), await placeIn(plot, 0.6, 0.5)];
      await page.mouse.move(start.x, start.y);
      await page.mouse.down();
      await page.mouse.move(end.x, end.y, { steps: 4 });
      await page.locator(".brush").waitFor();
      await page.keyboard.press("Escape");
      await page.locator(".brush").waitFor({ state: "detached" });
      await page.mouse.up();
      assert.equal(page.url(), `${origin}/usage`);
    }));

  await step(
    "Shift with the arrows chooses days, Enter shows them",
    () =>
      withPage(browser, {}, async ({ page, complaints }) => {
        await page.goto(`${origin}/usage`);
        await untilLive(page);
        const before = await numbers(page);
        const cursor = page.locator("figure input[type=range].cursor").first();
        await cursor.focus();
        for (let press = 0; press < 10; press++) await page.keyboard.press("ArrowLeft");
        for (let press = 0; press < 5; press++) await page.keyboard.press("Shift+ArrowLeft");
        await page.locator(".brush").waitFor();
        assert.match(await cursor.getAttribute("aria-valuetext") ?? "", /chosen/);
        await page.keyboard.press("Enter");
        await page.waitForURL(/from=.*to=/);
        await untilChanged(page, before);
        assert.equal(length(page), 6);
        assert.ok(
          await cursor.evaluate((slider) => slider === document.activeElement),
          "the cursor keeps the focus",
        );
        assert.deepEqual(complaints, []);
      }),
  );

  await step(
    "in a legend a click shows only one, with Shift it is taken out and put back",
    () =>
      withPage(browser, {}, async ({ page, complaints }) => {
        await page.goto(`${origin}/usage?by=partition`);
        await untilLive(page);
        const all = await numbers(page);
        const entries = page.locator(".legend a");
        const labels = (await entries.allInnerTexts()).map((label) => label.trim());
        await entries.nth(0).click({ modifiers: ["Shift"] });
        await page.waitForURL(/not\.partition=/);
        const without = await untilChanged(page, all);
        assert.deepEqual(params(page).getAll("not.partition"), [labels[0]]);

        await entries.nth(0).click();
        await page.waitForURL(/[?&]partition=/);
        const one = await untilChanged(page, without);
        assert.deepEqual(params(page).getAll("partition"), [labels[1]]);
        assert.ok(one.includes(labels[1]));

        await page.goto(`${origin}/usage?by=partition&partition=${labels[0]}&partition=${labels[1]}`);
        await untilLive(page);
        const two = await numbers(page);
        await entries.filter({ hasText: labels[0] }).first().click({ modifiers: ["Control"] });
        await page.waitForURL((url) => url.searchParams.getAll("partition").length === 1);
        await untilChanged(page, two);
        assert.deepEqual(params(page).getAll("partition"), [labels[1]]);
        assert.deepEqual(complaints, []);
      }),
  );

  await step(
    "a click on a bar shows what it stands for",
    () =>
      withPage(browser, {}, async ({ page, complaints }) => {
        await page.goto(`${origin}/usage?by=cluster`);
        await untilLive(page);
        const before = await numbers(page);
        const plot = page.locator(".plot").first();
        const box = await plot.boundingBox();
        // Near the axis, where the largest series lies.
        const at = await placeIn(plot, 0.5, 40 / (box?.height ?? 280));
        await page.mouse.click(at.x, at.y);
        await page.waitForURL(/cluster=/);
        await untilChanged(page, before);
        const largest = (await page.locator(".legend").first().innerText()).trim();
        assert.ok(largest.startsWith(params(page).get("cluster") ?? "none"), largest);
        assert.deepEqual(complaints, []);
      }),
  );

  await step(
    "all figures of a page show the same moment",
    () =>
      withPage(browser, { viewport: { width: 1440, height: 1400 } }, async ({ page, complaints }) => {
        await page.goto(origin);
        await page.waitForFunction(() => document.querySelectorAll(".plot[data-ready]").length >= 2);
        const readouts = page.locator(".readout-when");
        const [first, second] = [readouts.nth(0), readouts.nth(1)];
        const at = await placeIn(page.locator(".plot").nth(1), 0.3, 0.5);
        await page.mouse.move(at.x, at.y);
        await page.waitForFunction(() =>
          /\d{4}/.test(document.querySelector(".readout-when")?.textContent ?? "")
        );
        const dayOf = async (readout: Locator) =>
          (/\w{3} \d{1,2} \w{3} \d{4}/.exec(await readout.innerText()) ?? [])[0];
        assert.ok(await dayOf(first), "a day stands in the readout");
        assert.equal(await dayOf(first), await dayOf(second));
        await page.mouse.move(2, 2);
        await page.waitForFunction(() =>
          /Whole range/.test(document.querySelector(".readout-when")?.textContent ?? "")
        );
        assert.deepEqual(complaints, []);
      }),
  );

  await step(
    "another theme recolours page and charts, and is kept",
    () =>
      withPage(browser, { colorScheme: "light", reducedMotion: "reduce" }, async ({ page, complaints }) => {
        await page.goto(`${origin}/usage`);
        await untilLive(page);
        const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
        const drawn = async (theme: string, before: string) => {
          await page.waitForFunction((name) => document.documentElement.dataset.theme === name, theme);
          for (;;) {
            const now = await picture(page);
            if (now !== before) return now;
            await page.evaluate(() => new Promise(requestAnimationFrame));
          }
        };
        const [light, light_ground] = [await picture(page), await ground()];
        const button = page.getByRole("button", { name: /^Theme/ });
        await button.click();
        await page.waitForFunction(() => document.documentElement.dataset.theme === "light");
        await button.click();
        await drawn("dark", light);
        const dark_ground = await ground();
        assert.notEqual(dark_ground, light_ground);
        await page.reload();
        await untilLive(page);
        assert.equal(await ground(), dark_ground, "the choice outlives the page");
        assert.deepEqual(complaints, []);
      }),
  );

  await step("with reduced motion nothing moves: a changed chart is drawn at once", async () => {
    const strokes = async (reducedMotion: "reduce" | "no-preference"): Promise<number> => {
      let count = NaN;
      await withPage(browser, { reducedMotion }, async ({ page }) => {
        await page.addInitScript(countStrokes);
        await page.goto(`${origin}/usage`);
        await untilLive(page);
        const before = await numbers(page);
        await page.evaluate(() => Object.assign(globalThis, { strokes: 0 }));
        await page.getByRole("link", { name: "GPU-hours", exact: true }).first().click();
        await untilChanged(page, before);
        const counted = () => page.evaluate(() => (globalThis as unknown as { strokes: number }).strokes);
        // A drawing is at an end when a dozen frames bring no stroke.
        let last = -1;
        while (last !== await counted()) {
          last = await counted();
          await page.evaluate(async () => {
            for (let frame = 0; frame < 12; frame++) await new Promise(requestAnimationFrame);
          });
        }
        count = last;
        const running = await page.evaluate(() =>
          document.getAnimations().filter((animation) => animation.playState === "running").length
        );
        assert.equal(running, 0, "no transition is under way");
      });
      return count;
    };
    const [still, moving] = [await strokes("reduce"), await strokes("no-preference")];
    assert.ok(still >= 1 && still <= 3, `${still} drawings without motion`);
    assert.ok(moving > still, `${moving} drawings with motion`);
  });

  await step(
    "every figure's table has the numbers that its chart is drawn from",
    () =>
      withPage(browser, {}, async ({ page }) => {
        for (
          const path of [
            "/",
            "/usage?by=user",
            "/usage?by=state&measure=wait-p90",
            "/wait",
            "/durations",
            "/sizes",
          ]
        ) {
          await page.goto(origin + path);
          const [shown, asked] = await page.evaluate(async () => {
            const tables = Object.fromEntries(
              [...document.querySelectorAll("figure[id]")].map((figure) => [
                figure.id,
                [...figure.querySelectorAll(".figure-data tbody tr")].map((row) =>
                  [...row.querySelectorAll("td")].map((cell) => cell.textContent ?? "")
                ),
              ]),
            );
            const page_name = document.querySelector("nav [aria-current=page]")?.getAttribute("data-page");
            const answer = await fetch(`/api/dashboard/view/${page_name}${location.search}`);
            return [tables, await answer.json()];
          });
          const figures = chartsIn(asked);
          for (const { id, series, buckets, format } of figures) {
            const rows = shown[id];
            assert.equal(rows.length, buckets.length, `${path}: rows of ${id}`);
            rows.forEach((cells: readonly string[], bucket: number) => {
              assert.deepEqual(
                cells.slice(0, series.length),
                series.map(({ values }) => formatValue(values[bucket] ?? null, format, "full")),
                `${path}: ${id}, row ${bucket}`,
              );
            });
          }
        }
      }),
  );
});
