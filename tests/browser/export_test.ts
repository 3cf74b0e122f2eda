/** What is taken away from a page is what the page shows. */
import type { Download, Page } from "playwright-core";
import assert from "node:assert/strict";
import { csvRows, parquetRows } from "../flow/read_answers.ts";
import { formatValue } from "../../lib/view/format.ts";
import { untilLive, withPage } from "./browser.ts";
import { browserTest } from "./site.ts";

/** A link of the page as its reader downloads it. */
async function download(page: Page, selector: string): Promise<Download> {
  const link = page.locator(selector).first();
  await link.scrollIntoViewIfNeeded();
  const [file] = await Promise.all([page.waitForEvent("download"), link.click()]);
  return file;
}

async function bytes(file: Download): Promise<Uint8Array<ArrayBuffer>> {
  return await Deno.readFile(await file.path());
}

async function text(file: Download): Promise<string> {
  return new TextDecoder().decode(await bytes(file));
}

/** The cells of a table on the page, heads and links as their text. */
function tableOf(page: Page, selector: string): Promise<readonly (readonly string[])[]> {
  return page.evaluate((wanted) => {
    const table = document.querySelector(wanted);
    return [...table?.querySelectorAll("tbody tr, tfoot tr") ?? []].map((row) =>
      [...row.querySelectorAll("th, td")].map((cell) => cell.textContent?.trim() ?? "")
    );
  }, selector);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

browserTest("files of a page", {}, async ({ site: { origin }, browser, step }) => {
  await step(
    "the files of a figure have its numbers",
    () =>
      withPage(browser, { acceptDownloads: true }, async ({ page, complaints }) => {
        await page.goto(`${origin}/usage?by=partition&period=7d&tz=UTC`);
        await untilLive(page);
        const csv = await download(page, '.tools a[href*="series.csv"]');
        assert.match(csv.suggestedFilename(), /^series_.*_\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d\.csv$/);
        const [head, ...lines] = csvRows(await text(csv));
        assert.equal(head.length, 4, "start, partition, its hours, how many others it stands for");
        const shown = await tableOf(page, "figure .data-table");
        const labels = await page.locator("figure .data-table thead th").allTextContents();
        const footer = shown[shown.length - 1];
        assert.ok(labels.includes("All"));
        labels.forEach((label, column) => {
          const its = lines.filter(([, key]) => label === "All" || key === label.trim());
          if (column === 0 || its.length === 0) return;
          const total = sum(its.map(([, , value]) => Number(value)));
          assert.equal(footer[column], formatValue(total, "hours", "full"), label);
        });

        const parquet = await download(page, '.tools a[href*="series.parquet"]');
        assert.match(parquet.suggestedFilename(), /\.parquet$/);
        const rows = await parquetRows(new Response(await bytes(parquet)));
        assert.equal(rows.length, lines.length);
        assert.deepEqual(
          rows.map((row) => Object.values(row)).map(([, key, value]) => [key, String(value)]),
          lines.map(([, key, value]) => [key, value]),
        );
        assert.deepEqual(complaints, []);
      }),
  );

  await step(
    "the file of a table has its rows",
    () =>
      withPage(browser, { acceptDownloads: true }, async ({ page }) => {
        await page.goto(`${origin}/usage?by=user&measure=jobs-ended`);
        await untilLive(page);
        const [, ...lines] = csvRows(await text(await download(page, '#table a[href*="usage.csv"]')));
        const shown = await tableOf(page, "#table .data-table");
        assert.equal(lines.length, shown.length - 1);
        lines.forEach(([user, jobs], index) => {
          assert.deepEqual(shown[index].slice(0, 2), [user, formatValue(Number(jobs), "count", "full")]);
        });
        assert.equal(
          shown[shown.length - 1][1],
          formatValue(sum(lines.map(([, jobs]) => Number(jobs))), "count", "full"),
        );
      }),
  );

  await step(
    "the files of the jobs have as many as the page counts, and the same hours",
    () =>
      withPage(browser, { acceptDownloads: true }, async ({ page }) => {
        await page.goto(`${origin}/jobs?partition=short&state=COMPLETED&period=7d`);
        await page.locator(".filters .apply").waitFor({ state: "hidden" });
        const [, count] = /of ([\d,]+)/.exec(await page.locator(".view").innerText()) ?? [];
        assert.ok(count !== undefined, "the page counts its jobs");
        const [head, ...lines] = csvRows(await text(await download(page, '.view a[href*="jobs.csv"]')));
        assert.equal(formatValue(lines.length, "count", "full"), count);
        const at = head.findIndex((name) => name.startsWith("CPUHours"));
        const hours = lines.map((cells) => Number(cells[at]));

        const json = (await text(await download(page, '.view a[href*="jobs.jsonl"]'))).trimEnd().split("\n");
        const jobs = json.map((line) => JSON.parse(line));
        assert.equal(jobs.length, lines.length);
        assert.deepEqual(jobs.map(({ CPUHours }) => CPUHours), hours);

        const file = await download(page, '.view a[href*="jobs.parquet"]');
        const rows = await parquetRows(new Response(await bytes(file)));
        assert.deepEqual(rows.map(({ CPUHours }) => CPUHours), hours);
        assert.ok(sum(hours) > 0);
      }),
  );

  await step(
    "a figure is taken along as a picture",
    () =>
      withPage(browser, { acceptDownloads: true }, async ({ page, complaints }) => {
        await page.goto(`${origin}/usage`);
        await untilLive(page);
        const button = page.locator(".tools").first().getByRole("button", { name: "PNG" });
        const [file] = await Promise.all([page.waitForEvent("download"), button.click()]);
        assert.match(file.suggestedFilename(), /\.png$/);
        const picture = await bytes(file);
        assert.deepEqual([...picture.subarray(1, 4)], [...new TextEncoder().encode("PNG")]);
        assert.ok(picture.length > 10_000, `${picture.length} bytes`);
        assert.deepEqual(complaints, []);
      }),
  );
});
