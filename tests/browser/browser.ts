import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";
/** How long a condition is waited for before the test has failed. */
const PATIENCE_MS = 20_000;
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** Starts the browser, or says in a line what to install and gives null. */
export async function launchBrowser(): Promise<Browser | null> {
  try {
    await Deno.stat(CHROMIUM);
  } catch {
    console.log("skipped: Chromium is missing (sudo apt-get install chromium)");
    return null;
  }
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

/** A page and what went wrong on it. */
export interface WatchedPage {
  readonly page: Page;
  /** Messages of the console that are errors or warnings, uncaught errors, requests that failed. */
  readonly complaints: readonly string[];
  /** Addresses of all requests. */
  readonly requests: readonly string[];
}

/** Opens a page in a context of its own and hands it to `use`. */
export async function withPage(
  browser: Browser,
  options: BrowserContextOptions,
  use: (watched: WatchedPage) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("requestfailed", (request) => {
    // A live update that a newer one overtakes is cancelled on purpose, and so are modules where scripts are off.
    const wanted = request.resourceType() !== "script" || options.javaScriptEnabled !== false;
    if (wanted && request.failure()?.errorText !== "net::ERR_ABORTED") {
      complaints.push(`failed: ${request.url()}`);
    }
  });
  page.on("request", (request) => requests.push(request.url()));
  try {
    await use({ page, complaints, requests });
  } finally {
    await context.close();
  }
}

/** The numbers on show: tiles, findings and tables, without what the cursor of a chart says. */
export function numbers(page: Page): Promise<string> {
  return page.evaluate(() => document.querySelector<HTMLElement>(".view")?.innerText ?? "");
}

/** Waits until the live layer runs and its charts are drawn. */
export async function untilLive(page: Page): Promise<void> {
  await page.locator(".plot[data-ready]").first().waitFor();
}

/** Waits until every chart of the page is drawn, if there is any. */
export async function untilDrawn(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    [...document.querySelectorAll(".plot")].every((plot) => plot.hasAttribute("data-ready"))
  );
}

/** Waits until the numbers on show are no longer `before` and no answer is awaited. */
export async function untilChanged(page: Page, before: string): Promise<string> {
  await page.waitForFunction(
    (text) =>
      document.querySelector<HTMLElement>(".view")?.innerText !== text &&
      document.querySelector(".live")?.getAttribute("aria-busy") !== "true",
    before,
  );
  return await numbers(page);
}

/** Waits until the numbers on show are `expected`; after a while the difference is for the caller to show. */
export async function untilShown(page: Page, expected: string): Promise<string> {
  await page.waitForFunction(
    (text) => document.querySelector<HTMLElement>(".view")?.innerText === text,
    expected,
    { timeout: 10_000 },
  ).catch(() => {});
  return await numbers(page);
}

/** Marks the document, to tell an update in place from a new page. */
export async function mark(page: Page): Promise<() => Promise<boolean>> {
  await page.evaluate(() => document.documentElement.setAttribute("data-mark", ""));
  return () => page.evaluate(() => document.documentElement.hasAttribute("data-mark"));
}
