/**
 * What a reader waits for, in a real browser on a real server over a synthetic cluster: until a page's largest part
 * is shown on a slow telephone, and from a changed filter to figures that are drawn anew.
 *
 *   deno run -A tests/bench/page_bench.ts [--jobs 1000000] [--keep folder] [--changes 24] [--only text]
 *
 * Every change asks what was not asked before. The server's part is what the browser waits for the first byte of the
 * answer, the browser's is what remains until the last chart is drawn. `--keep` leaves the data in a folder and takes
 * it from there the next time; `--only` keeps the pages whose name holds the text.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Browser, Page } from "playwright-core";
import { createRandom } from "../../lib/demo/random.ts";
import { startServer } from "../flow/server_process.ts";
import { launchBrowser } from "../browser/browser.ts";
import { run } from "./child.ts";
import { CLUSTER } from "./cases.ts";
import type { Prepared } from "./prepare.ts";
import { NOW_S } from "./trace.ts";

const PAGES = { overview: "/", usage: "/usage", wait: "/wait" } as const;
const SEED = 20_261_120;
const LOADS = 7;
/** A slow telephone on a slow line. */
const SLOW = { cpu: 4, bits_per_s: 1_600_000, latency_ms: 150 } as const;
/** After this without a stroke a chart is drawn. */
const QUIET_MS = 120;
const DAY_MS = 86_400_000;

interface Change {
  readonly href: string;
  readonly server_ms: number;
  readonly browser_ms: number;
}

/** Median and worst, in milliseconds. */
function summary(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  return `median ${median.toFixed(0).padStart(5)}  worst ${
    sorted[sorted.length - 1].toFixed(0).padStart(5)
  } ms`;
}

function day(ago: number): string {
  return new Date(NOW_S * 1000 - ago * DAY_MS).toISOString().slice(0, 10);
}

/** What a reader changes on a page, one thing or two each time, never the same twice. */
function changes(
  path: string,
  { count, names }: { readonly count: number; readonly names: Names },
): string[] {
  const random = createRandom(path.length);
  return Array.from({ length: count }, (_, number) => {
    const params = new URLSearchParams();
    const choice = number % 6;
    if (choice === 0) params.append("account", names.accounts[number % names.accounts.length]);
    if (choice === 1) params.append("user", names.users[number % names.users.length]);
    if (choice === 2) params.append("partition", names.partitions[number % names.partitions.length]);
    if (choice === 3) params.append("not.state", "COMPLETED");
    if (choice === 4) params.append("qos", names.qos[number % names.qos.length]);
    // The whole time, a year or less; each of its own length.
    params.set("from", day([1090, 365, 90][number % 3] - random.below(20) - number));
    params.set("to", day(1 + Math.floor(number / 6)));
    return `${path}?${params}`;
  });
}

interface Names {
  readonly accounts: readonly string[];
  readonly users: readonly string[];
  readonly partitions: readonly string[];
  readonly qos: readonly string[];
}

async function namesOf(origin: string): Promise<Names> {
  const metadata = await (await fetch(`${origin}/api/dashboard/metadata`)).json();
  const of = (name: keyof Names): readonly string[] => metadata[name][CLUSTER];
  return { accounts: of("accounts"), users: of("users"), partitions: of("partitions"), qos: of("qos") };
}

/** The largest contentful paint of a page that was never seen before. */
async function largestPaint(browser: Browser, address: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 });
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: SLOW.latency_ms,
      downloadThroughput: SLOW.bits_per_s / 8,
      uploadThroughput: SLOW.bits_per_s / 8,
    });
    await session.send("Emulation.setCPUThrottlingRate", { rate: SLOW.cpu });
    await page.goto(address, { waitUntil: "networkidle" });
    return await page.evaluate(() =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => resolve(list.getEntries().at(-1)?.startTime ?? NaN))
          .observe({ type: "largest-contentful-paint", buffered: true });
      })
    );
  } finally {
    await context.close();
  }
}

/** Notes when anything is drawn on a canvas. */
function noteStrokes(): void {
  const noted = globalThis as unknown as { drawn_ms: number };
  noted.drawn_ms = 0;
  const { clearRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...area) {
    noted.drawn_ms = performance.now();
    return clearRect.apply(this, area);
  };
}

/** Follows a link on the page and waits until its figures are drawn. */
async function change(page: Page, href: string): Promise<Change> {
  const found = await page.evaluate(
    async ({ href, quiet_ms }) => {
      const noted = globalThis as unknown as { drawn_ms: number };
      const live = document.querySelector(".live");
      const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 4));
      performance.clearResourceTimings();
      noted.drawn_ms = 0;
      const link = document.createElement("a");
      link.href = href;
      document.body.append(link);
      const start_ms = performance.now();
      link.click();
      link.remove();
      const entry = () =>
        performance.getEntriesByType("resource").find(({ name }) => name.includes("/dashboard/view/")) as
          | PerformanceResourceTiming
          | undefined;
      while (entry() === undefined || live?.getAttribute("aria-busy") === "true") await turn();
      const changed_ms = performance.now();
      while (performance.now() < Math.max(changed_ms, noted.drawn_ms) + quiet_ms) await turn();
      const answered = entry()!;
      return {
        server_ms: answered.responseStart - answered.requestStart,
        all_ms: Math.max(noted.drawn_ms, changed_ms) - start_ms,
        failed: document.querySelector(".live > [role=alert]") !== null,
      };
    },
    { href, quiet_ms: QUIET_MS },
  );
  if (found.failed) throw new Error(`${href} was not answered`);
  return { href, server_ms: found.server_ms, browser_ms: found.all_ms - found.server_ms };
}

/** The data folder of the bench: what is there already, or made now. */
export async function prepared(folder: string, jobs: number): Promise<Prepared> {
  const known = join(folder, "prepared.json");
  try {
    return JSON.parse(await Deno.readTextFile(known));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const made = await run<Prepared>("prepare.ts", {
    root: join(folder, "data"),
    batch: join(folder, "batch.json"),
    jobs,
    arrays: true,
    wide: false,
    seed: SEED,
  });
  await Deno.writeTextFile(known, JSON.stringify(made));
  return made;
}

async function measure(browser: Browser, folder: string, { count, only }: { count: number; only: string }) {
  const server = await startServer({ DATA_PATH: join(folder, "data"), API_KEYS: "page-bench-key" });
  try {
    const { origin } = server;
    const names = await namesOf(origin);
    for (const [name, path] of Object.entries(PAGES).filter(([name]) => name.includes(only))) {
      const paints: number[] = [];
      for (let load = 0; load < LOADS; load++) {
        paints.push(await largestPaint(browser, `${origin}${path}?from=${day(30 + load)}&to=${day(1)}`));
      }
      console.log(`${name.padEnd(9)} largest paint, ${LOADS} loads      ${summary(paints)}`);
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        // A drawing that moves is at its end when it has come to rest, not when it has begun.
        reducedMotion: "reduce",
      });
      const page = await context.newPage();
      await page.addInitScript(noteStrokes);
      await page.goto(`${origin}${path}?from=${day(20)}&to=${day(1)}`, { waitUntil: "networkidle" });
      const made: Change[] = [];
      for (const href of changes(path, { count, names })) made.push(await change(page, href));
      await context.close();
      console.log(
        `${name.padEnd(9)} changed filter, ${count} changes   ${
          summary(made.map(({ server_ms, browser_ms }) => server_ms + browser_ms))
        }`,
      );
      console.log(
        `${"".padEnd(9)}   the server's part          ${summary(made.map(({ server_ms }) => server_ms))}`,
      );
      console.log(
        `${"".padEnd(9)}   the browser's part         ${summary(made.map(({ browser_ms }) => browser_ms))}`,
      );
      for (
        const { href, server_ms, browser_ms } of made.toSorted((a, b) => b.server_ms - a.server_ms).slice(
          0,
          3,
        )
      ) {
        console.log(`${"".padEnd(9)}   ${server_ms.toFixed(0)} + ${browser_ms.toFixed(0)} ms ${href}`);
      }
    }
  } finally {
    await server.end("SIGTERM");
  }
}

if (import.meta.main) {
  const { jobs, keep, changes: count, only } = parseArgs({
    args: Deno.args,
    options: {
      jobs: { type: "string", default: "1000000" },
      keep: { type: "string" },
      changes: { type: "string", default: "24" },
      only: { type: "string", default: "" },
    },
  }).values;
  const browser = await launchBrowser();
  if (browser !== null) {
    const folder = keep ?? await Deno.makeTempDir({ prefix: "suh-page-bench-" });
    try {
      await Deno.mkdir(folder, { recursive: true });
      console.log(`${(await prepared(folder, Number(jobs))).jobs} jobs of three years`);
      await measure(browser, folder, { count: Number(count), only });
    } finally {
      await browser.close();
      if (keep === undefined) await Deno.remove(folder, { recursive: true });
    }
  }
}
