import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";
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
