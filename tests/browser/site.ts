/** A server of its own with invented jobs, and a browser in front of it. */
import type { Browser } from "playwright-core";
import assert from "node:assert/strict";
import { type Batch, INGEST_PATH } from "../../lib/job/batch.ts";
import { type ServerProcess, startServer } from "../flow/server_process.ts";
import { fillFolder } from "../demo_jobs.ts";
import { launchBrowser } from "./browser.ts";

const KEY = "browser-test-key-0123456789";

/** A server that was filled, as a site runs it. */
export interface Site {
  /** As `http://127.0.0.1:41234`. */
  readonly origin: string;
  /** Now, as the server has it, epoch seconds; jobs given to it lie before. */
  readonly now_s: number;
  /** Sends a batch through the door of the agents. */
  readonly ingest: (batch: Batch) => Promise<void>;
  /** Ends the server before the site is left, to see what a page does without. */
  readonly end: () => Promise<void>;
}

/** What a site is started with. */
export interface SiteOptions {
  /** About how many jobs of the demo; none for an empty site. */
  readonly jobs?: number;
  readonly months?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A test's steps, each with its own name in the report. */
export type Step = (name: string, run: () => Promise<void>) => Promise<void>;

/** What a browser test works with. */
export interface Stage {
  readonly site: Site;
  readonly browser: Browser;
  readonly step: Step;
}

/** Registers a test with one server and one browser for all of its steps; without a browser it is skipped. */
export function browserTest(
  name: string,
  { jobs = 12_000, months = 3, environment = {} }: SiteOptions,
  run: (stage: Stage) => Promise<void>,
): void {
  Deno.test(name, async (t) => {
    const browser = await launchBrowser();
    if (browser === null) return;
    const folder = await Deno.makeTempDir({ prefix: "suh-browser-" });
    let server: ServerProcess | null = null;
    try {
      const now_s = Math.floor(Date.now() / 1000);
      if (jobs > 0) await fillFolder(folder, { key: KEY, seed: 1, now_s, jobs, months });
      const running = server = await startServer({ DATA_PATH: folder, API_KEYS: KEY, ...environment });
      const ingest = (batch: Batch) => post(running.origin, batch);
      const end = async () => {
        await running.end("SIGTERM");
      };
      const site: Site = { origin: running.origin, now_s, ingest, end };
      await run({
        site,
        browser,
        step: async (step_name, step) => {
          await t.step(step_name, step);
        },
      });
    } finally {
      await browser.close();
      await server?.end("SIGTERM");
      await Deno.remove(folder, { recursive: true });
    }
  });
}

async function post(origin: string, batch: Batch): Promise<void> {
  const response = await fetch(origin + INGEST_PATH, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": KEY },
    body: JSON.stringify(batch),
  });
  const answer = await response.text();
  assert.equal(response.status, 200, answer);
}

/** A path of a page and what to call it in a report. */
export interface PagePath {
  readonly name: string;
  readonly path: string;
  /** Whether it draws charts, which are the larger part of its scripts. */
  readonly charts: boolean;
  readonly status: number;
}

const FIXED: readonly PagePath[] = [
  { name: "overview", path: "/", charts: true, status: 200 },
  { name: "usage", path: "/usage", charts: true, status: 200 },
  { name: "wait", path: "/wait", charts: true, status: 200 },
  { name: "durations", path: "/durations", charts: true, status: 200 },
  { name: "sizes", path: "/sizes", charts: true, status: 200 },
  { name: "efficiency", path: "/efficiency", charts: true, status: 200 },
  { name: "nodes", path: "/nodes", charts: true, status: 200 },
  { name: "jobs", path: "/jobs", charts: false, status: 200 },
  { name: "cluster", path: "/clusters/aurora", charts: true, status: 200 },
  { name: "status", path: "/status", charts: false, status: 200 },
  { name: "help", path: "/help", charts: false, status: 200 },
  { name: "not found", path: "/nowhere", charts: false, status: 404 },
];

/** Every page of a site, the one of a job included. */
export async function pagesOf({ origin }: Pick<Site, "origin">): Promise<readonly PagePath[]> {
  const html = await (await fetch(`${origin}/jobs`)).text();
  const [, path] = /href="(\/jobs\/[^"?]+)/.exec(html) ?? [];
  if (path === undefined) return FIXED;
  return [...FIXED, { name: "job", path, charts: false, status: 200 }];
}
