/** Every page for those who cannot see it, or not well, or who have no pointer. */
import type { Page } from "playwright-core";
import type { AxeResults } from "axe-core";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { untilDrawn, untilLive, withPage } from "./browser.ts";
import { browserTest, type PagePath, pagesOf } from "./site.ts";

const AXE = await Deno.readTextFile(fileURLToPath(import.meta.resolve("axe-core")));
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];
/** What depends on colours alone. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

const CONTROLS =
  'a[href], button, input:not([type="hidden"]), select, textarea, summary, [tabindex="0"], [contenteditable]';

/** What axe has against the page as it is, in a line for each rule. */
async function barriers(page: Page, rules: readonly string[] | null): Promise<readonly string[]> {
  const { violations } = await page.evaluate(
    ({ tags, rules }) =>
      (globalThis as unknown as { axe: { run(options: unknown): Promise<AxeResults> } }).axe.run({
        runOnly: rules === null ? { type: "tag", values: tags } : { type: "rule", values: rules },
        rules: rules === null ? { "target-size": { enabled: true } } : {},
        resultTypes: ["violations"],
      }),
    { tags: TAGS, rules },
  );
  return violations.map(({ id, nodes }) =>
    `${id}: ${nodes.length} × ${nodes[0].html.slice(0, 160)} ${nodes[0].failureSummary?.slice(0, 200)}`
  );
}

/** Opens a page and waits until it is as alive as it gets. */
async function open(page: Page, origin: string, { path }: PagePath): Promise<void> {
  await page.goto(origin + path);
  await untilDrawn(page);
}

/** What the page knows of its own controls, for the tests to ask. */
interface Noted {
  readonly nameOf: (element: Element) => string;
  /** Controls that can be reached by keys. */
  readonly controls: () => readonly Element[];
  readonly reached: Set<Element>;
  /** Names of those that got the focus without a ring. */
  readonly bare: string[];
}

/** Runs in the page before anything else: notes which elements get the focus, and whether it shows. */
function noteFocus(selector: string): void {
  const noted: Noted = {
    nameOf: (element) =>
      `${element.tagName.toLowerCase()}.${element.className} ${element.textContent?.trim().slice(0, 40)}`,
    controls: () =>
      [...document.querySelectorAll(selector)].filter((element) =>
        element.checkVisibility({ visibilityProperty: true }) &&
        !element.matches(":disabled, [tabindex='-1']")
      ),
    reached: new Set(),
    bare: [],
  };
  Object.assign(globalThis, { noted });
  document.addEventListener("focusin", ({ target }) => {
    if (!(target instanceof Element)) return;
    noted.reached.add(target);
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(target);
    const ringed = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 || boxShadow !== "none";
    if (!ringed) noted.bare.push(noted.nameOf(target));
  });
}

browserTest("pages without barriers", {}, async ({ site, browser, step }) => {
  const { origin } = site;
  const pages = await pagesOf(site);

  for (const width of [1440, 390]) {
    await step(
      `axe finds nothing on any page in either theme at ${width} pixels`,
      () =>
        withPage(browser, { viewport: { width, height: 900 }, colorScheme: "light" }, async ({ page }) => {
          const found: string[] = [];
          for (const at of pages) {
            await page.emulateMedia({ colorScheme: "light" });
            await open(page, origin, at);
            await page.evaluate(AXE);
            // The tables of the figures and a list of the filters are there to be opened.
            await page.evaluate(() => {
              const closed = ["details.figure-data", "details.filters-toggle", "details.facet"];
              for (const selector of closed) {
                document.querySelector<HTMLDetailsElement>(selector)?.setAttribute("open", "");
              }
            });
            const all = await barriers(page, null);
            await page.emulateMedia({ colorScheme: "dark" });
            const dark = await barriers(page, COLOUR_RULES);
            found.push(...new Set([...all, ...dark].map((text) => `${at.name}: ${text}`)));
          }
          assert.deepEqual(found, []);
        }),
    );
  }

  await step(
    "the tabulator reaches every control, each with a ring, and leaves again",
    () =>
      withPage(browser, {}, async ({ page }) => {
        await page.addInitScript(noteFocus, CONTROLS);
        const wrong: string[] = [];
        for (const at of pages) {
          await open(page, origin, at);
          const count = await page.evaluate(() =>
            (globalThis as unknown as { noted: Noted }).noted.controls().length
          );
          assert.ok(count >= 10, at.name);
          // A cursor in a chart shows one more link beside it. Whoever is inside at the end is in a trap.
          const presses = count + await page.locator("input.cursor").count() + 1;
          for (let press = 0; press < presses; press++) await page.keyboard.press("Tab");
          const found = await page.evaluate(() => {
            const { controls, reached, bare, nameOf } = (globalThis as unknown as { noted: Noted }).noted;
            return { missed: controls().filter((element) => !reached.has(element)).map(nameOf), bare };
          });
          wrong.push(...found.missed.map((text) => `${at.name}: not reached: ${text}`));
          wrong.push(...new Set(found.bare.map((text) => `${at.name}: no ring: ${text}`)));
        }
        assert.deepEqual(wrong.slice(0, 20), []);
      }),
  );

  await step(
    "menus, legend, cursor and tables are worked by keys",
    () =>
      withPage(browser, { viewport: { width: 500, height: 800 } }, async ({ page, complaints }) => {
        await page.goto(`${origin}/usage`);
        await untilLive(page);
        const focused = (selector: string) =>
          page.waitForFunction((wanted) => document.activeElement?.matches(wanted) === true, selector);

        await page.locator(".days summary").focus();
        await page.keyboard.press("Enter");
        await page.locator(".days .menu-panel").waitFor();
        await page.keyboard.press("Escape");
        await page.locator(".days .menu-panel").waitFor({ state: "hidden" });
        await focused(".days summary");

        const slider = page.locator("figure input.cursor").first();
        await slider.focus();
        const readout = page.locator("figure .readout").first();
        const before = await readout.innerText();
        const said = await slider.getAttribute("aria-valuetext");
        await page.keyboard.press("ArrowLeft");
        await page.waitForFunction(
          (text) => document.querySelector<HTMLElement>("figure .readout")?.innerText !== text,
          before,
        );
        assert.notEqual(await slider.getAttribute("aria-valuetext"), said, "the cursor says where it is");
        await page.keyboard.press("Home");
        const first = await slider.getAttribute("aria-valuetext") ?? "";
        assert.ok((await readout.innerText()).includes(first.split(":")[0].trim()), first);

        const entry = page.locator(".legend a").first();
        const href = await entry.getAttribute("href") ?? "";
        await entry.focus();
        await page.keyboard.press("Enter");
        await page.waitForURL(origin + href);

        const region = page.locator(".view > * .table-region:visible, .view > .table-region:visible").last();
        await region.focus();
        assert.ok(
          await region.evaluate((table) => table.scrollWidth > table.clientWidth),
          "it has more than its room",
        );
        await page.keyboard.press("ArrowRight");
        await page.waitForFunction(() => (document.activeElement?.scrollLeft ?? 0) > 0);
        assert.deepEqual(complaints, []);
      }),
  );

  await step(
    "what is pressed is at least 24 pixels high and wide",
    () =>
      withPage(browser, { viewport: { width: 390, height: 844 } }, async ({ page }) => {
        await page.addInitScript(noteFocus, CONTROLS);
        const small: string[] = [];
        for (const at of pages) {
          await open(page, origin, at);
          const found = await page.evaluate(() => {
            const { nameOf } = (globalThis as unknown as { noted: Noted }).noted;
            return [
              ...document.querySelectorAll(
                "button, summary, select, input, nav a, .legend a, .chip, .segmented a, .tools a",
              ),
            ]
              .filter((element) => element.checkVisibility({ visibilityProperty: true }))
              .flatMap((element) => {
                const target = element.closest("label") ?? element;
                const { width, height } = target.getBoundingClientRect();
                // What lies off the screen until it has the focus is no target.
                if (width <= 1 || height <= 1) return [];
                return width < 24 || height < 24 ? [`${nameOf(element)} ${width} × ${height}`] : [];
              });
          });
          small.push(...found.map((text) => `${at.name}: ${text}`));
        }
        assert.deepEqual(small, []);
      }),
  );
});
