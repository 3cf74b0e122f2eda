/** What a page may cost its reader, and what it may not do. */
import type { Page } from "playwright-core";
import assert from "node:assert/strict";
import { get, type IncomingHttpHeaders } from "node:http";
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { untilDrawn, withPage } from "./browser.ts";
import { browserTest, pagesOf } from "./site.ts";

const KB = 1024;
const MAX_REQUESTS = 10;
const MAX_SHIFT = 0.001;
const MAX_BYTES = {
  js_with_chart: 86 * KB,
  js_without_chart: 24 * KB,
  css: 10 * KB,
  overview_html: 40 * KB,
} as const;

interface Sent {
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** What a browser on a plain http network is sent for an address, its bytes as they come. */
function sent(url: string): Promise<Sent> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false, headers: { "accept-encoding": "gzip, deflate" } }, (response) => {
      const chunks: Uint8Array[] = [];
      response.on("data", (chunk: Uint8Array) => chunks.push(chunk));
      response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
      response.on("error", reject);
    }).on("error", reject);
  });
}

/** Bytes of an answer with gzip, whether or not the server found it worth its while. */
function gzipped({ headers, body }: Sent): number {
  return headers["content-encoding"] === undefined ? gzipSync(body).length : body.length;
}

/** The layout shifts of a page so far, those after a press of a key or a button aside: their sum, and what moved. */
function shifts(page: Page): Promise<{ readonly sum: number; readonly moved: string }> {
  return page.evaluate(() =>
    new Promise<{ sum: number; moved: string }>((resolve) => {
      let sum = 0;
      const moved: string[] = [];
      const nameOf = (node: Node | null) =>
        node instanceof Element ? `${node.tagName} ${node.className} ${node.id}` : String(node?.textContent);
      const add = (entries: readonly PerformanceEntry[]) => {
        for (const { value, startTime, sources } of entries as readonly Shift[]) {
          sum += value;
          for (const { node, previousRect, currentRect } of sources) {
            const [from, to] = [previousRect, currentRect].map(({ x, y, width, height }) =>
              [x, y, width, height].map(Math.round).join(" ")
            );
            moved.push(`${Math.round(startTime)} ms: ${nameOf(node).slice(0, 60)} from ${from} to ${to}`);
          }
        }
      };
      const observer = new PerformanceObserver((list) => add(list.getEntries()));
      observer.observe({ type: "layout-shift", buffered: true });
      requestAnimationFrame(() =>
        setTimeout(() => {
          add(observer.takeRecords());
          resolve({ sum, moved: moved.join("; ") });
        })
      );
    })
  );
}

browserTest("what a page costs", {}, async ({ site, browser, step }) => {
  const { origin } = site;
  const pages = await pagesOf(site);

  await step(
    "no page shifts, complains, asks much or asks another host; its bytes are within the budget",
    async () => {
      const over: string[] = [];
      for (const { name, path, charts, status } of pages) {
        await withPage(browser, {}, async ({ page, complaints, requests }) => {
          const response = await page.goto(origin + path);
          assert.equal(response?.status(), status, path);
          await untilDrawn(page);
          const shift = await shifts(page);
          if (shift.sum > MAX_SHIFT) over.push(`${name}: layout shift of ${shift.sum}: ${shift.moved}`);
          // That a page is not there is said by the browser itself.
          const real = complaints.filter((text) => status === 200 || !text.includes("404"));
          if (real.length > 0) over.push(`${name}: ${real.join("; ")}`);
          // A module that was preloaded is reported again when it is run.
          const distinct = [...new Set(requests)].filter((url) => !url.startsWith("blob:"));
          if (distinct.length > MAX_REQUESTS) over.push(`${name}: ${distinct.length} requests`);
          over.push(
            ...distinct.filter((url) => !url.startsWith(origin)).map((url) => `${name}: asks ${url}`),
          );
          const bytes = { js: 0, css: 0, html: 0 };
          for (const url of distinct) {
            const answer = await sent(url);
            const type = answer.headers["content-type"] ?? "";
            if (type.includes("javascript")) bytes.js += gzipped(answer);
            else if (type.includes("css")) bytes.css += gzipped(answer);
            else if (type.includes("html")) bytes.html += gzipped(answer);
          }
          const most_js = charts ? MAX_BYTES.js_with_chart : MAX_BYTES.js_without_chart;
          assert.ok(bytes.css > 0 && bytes.html > 0, `${name} has a page and its style`);
          if (bytes.js > most_js) over.push(`${name}: ${bytes.js} bytes of scripts, not ${most_js}`);
          if (bytes.css > MAX_BYTES.css) over.push(`${name}: ${bytes.css} bytes of styles`);
          if (name === "overview" && bytes.html > MAX_BYTES.overview_html) {
            over.push(`${name}: ${bytes.html} bytes of HTML`);
          }
        });
      }
      assert.deepEqual(over, []);
    },
  );

  await step("every page nothing shifts on a telephone either", async () => {
    const over: string[] = [];
    for (const { name, path } of pages) {
      await withPage(browser, { viewport: { width: 390, height: 844 }, hasTouch: true }, async ({ page }) => {
        await page.goto(origin + path);
        await untilDrawn(page);
        const shift = await shifts(page);
        if (shift.sum > MAX_SHIFT) over.push(`${name}: layout shift of ${shift.sum}: ${shift.moved}`);
      });
    }
    assert.deepEqual(over, []);
  });

  await step("the policy of every page allows scripts and styles of this server alone", async () => {
    for (const { name, path } of pages) {
      const { headers, body } = await sent(origin + path);
      const policy = String(headers["content-security-policy"]);
      assert.ok(!policy.includes("unsafe-"), `${name}: ${policy}`);
      for (const [, sources] of policy.matchAll(/(?:default|script|style|connect|font)-src ([^;]*)/g)) {
        for (const source of sources.trim().split(" ")) {
          assert.match(source, /^'(self|none|nonce-[\w+/=-]+)'$/, `${name}: ${policy}`);
        }
      }
      assert.match(policy, /frame-ancestors 'none'/);
      assert.equal(headers["cache-control"]?.includes("no-store"), false, name);
      assert.ok(body.length > 0);
    }
  });

  await step(
    "Back brings a page as it was left, without loading it anew",
    () =>
      withPage(browser, {}, async ({ page }) => {
        const session = await page.context().newCDPSession(page);
        await session.send("Page.enable");
        const reasons: string[] = [];
        session.on("Page.backForwardCacheNotUsed", ({ notRestoredExplanations }) => {
          for (const { type, reason } of notRestoredExplanations) {
            // The driver itself keeps some pages from being kept; what the page does is its own to mend.
            if (type === "PageSupportNeeded") reasons.push(reason);
          }
        });
        for (const { path } of pages) {
          // A page that is left while its chart is still on the way is not kept by any browser.
          await page.goto(origin + path, { waitUntil: "networkidle" });
          await page.goto(`${origin}/help#top`, { waitUntil: "networkidle" });
          await page.goBack();
        }
        assert.deepEqual(reasons, []);
      }),
  );
});

/** A layout shift as the browser reports it; TypeScript's library does not know it yet. */
interface Shift extends PerformanceEntry {
  readonly value: number;
  readonly sources: readonly {
    readonly node: Node | null;
    readonly previousRect: DOMRectReadOnly;
    readonly currentRect: DOMRectReadOnly;
  }[];
}
