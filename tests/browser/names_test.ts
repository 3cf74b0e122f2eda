/** Names as accounting has them, which nobody has tidied: they are found, chosen and left out, and nothing in them runs. */
import type { Page } from "playwright-core";
import assert from "node:assert/strict";
import { numbers, untilChanged, untilLive, withPage } from "./browser.ts";
import { browserTest } from "./site.ts";

const CLUSTER = "odd";
const LONG = `long${"x".repeat(296)}`;
const NAMES: readonly string[] = [
  '"><script>globalThis.hacked=1</script>',
  "</script><img src=x onerror=globalThis.hacked=1>",
  "O'Brien & Co",
  "a,b",
  "a b+c%20d",
  "👩‍🔬 lab",
  "=SUM(A1)",
  "__proto__",
  "javascript:globalThis.hacked=1",
  LONG,
];

/** A job each of every name, with as many CPUs as its place says, ended yesterday. */
function jobs(now_s: number) {
  const end_s = now_s - 86_400;
  return NAMES.map((name, place) => ({
    JobID: String(place + 1),
    JobName: name,
    User: name,
    Account: name,
    Partition: "cpu",
    QOS: "normal",
    State: "COMPLETED",
    Submit: end_s - 8000,
    Start: end_s - 7200,
    End: end_s,
    AllocCPUS: place + 1,
    AllocNodes: 1,
    NodeList: "n1",
  }));
}

function chosen(page: Page, name: string): readonly string[] {
  return new URL(page.url()).searchParams.getAll(name);
}

/** Opens the list of a dimension's values and gives its field. */
async function openList(page: Page, dimension: string) {
  const facet = page.locator(`details[data-facet="${dimension}"]`);
  if (await facet.getAttribute("open") === null) await facet.locator("summary").first().click();
  const field = facet.locator("input[type=search]");
  await field.waitFor();
  return { facet, field };
}

browserTest("odd names", { jobs: 0 }, async ({ site, browser, step }) => {
  const { origin } = site;
  await site.ingest({ hostname: CLUSTER, jobs: jobs(site.now_s) });

  await step(
    "nothing in a name runs, on any page",
    () =>
      withPage(browser, {}, async ({ page, complaints }) => {
        const some = new URLSearchParams(NAMES.map((name) => ["user", name]));
        for (
          const path of [
            "/",
            "/usage?by=user",
            `/usage?by=account&${some}`,
            "/jobs",
            `/jobs?${new URLSearchParams({ q: NAMES[0] })}`,
            "/wait",
            "/efficiency",
            "/nodes",
            `/clusters/${CLUSTER}`,
            "/status",
            "/help",
          ]
        ) {
          const response = await page.goto(origin + path);
          assert.ok(response !== null && response.status() === 200, path);
          await page.waitForLoadState("load");
          const hacked = await page.evaluate(() =>
            "hacked" in globalThis || document.querySelector("img[src=x]") !== null
          );
          assert.equal(hacked, false, path);
        }
        await page.goto(`${origin}/jobs`);
        const text = await numbers(page);
        for (const name of NAMES) assert.ok(text.includes(name.slice(0, 40)), name);
        await page.goto(`${origin}/usage?by=user`);
        const users = await page.locator("#table tbody th").allTextContents();
        assert.deepEqual(users.map((user) => user.trim()).toSorted(), NAMES.toSorted());
        assert.deepEqual(complaints, []);
      }),
  );

  await step(
    "each is found by a part of it and chosen as it is",
    () =>
      withPage(browser, {}, async ({ page, complaints }) => {
        for (const [place, name] of NAMES.entries()) {
          await page.goto(`${origin}/usage?by=user`);
          await untilLive(page);
          const before = await numbers(page);
          const { facet, field } = await openList(page, "user");
          await field.fill(name.slice(0, 24));
          const option = facet.locator('input[type=checkbox][name="user"]:visible');
          await page.waitForFunction(
            (count) =>
              [...document.querySelectorAll('details[data-facet="user"] input[name="user"]')]
                .filter((box) => box.checkVisibility()).length === count,
            1,
          );
          assert.equal(await option.getAttribute("value"), name);
          await option.click();
          await page.waitForURL(/user=/);
          await untilChanged(page, before);
          assert.deepEqual(chosen(page, "user"), [name]);
          const [row] = await page.locator("#table tbody tr").allInnerTexts();
          assert.ok(row.includes(String(2 * (place + 1))), `${row} has the hours of one job`);
          assert.ok(
            (await page.locator(".chips").innerText()).includes(name.slice(0, 20)),
            "its chip names it",
          );
        }
        assert.deepEqual(complaints, []);
      }),
  );

  await step(
    "all that hold what was typed are chosen at once",
    () =>
      withPage(browser, {}, async ({ page, complaints }) => {
        await page.goto(`${origin}/usage?by=user`);
        await untilLive(page);
        const before = await numbers(page);
        const { facet, field } = await openList(page, "user");
        await field.fill("hacked");
        await facet.getByRole("button", { name: /all 3/ }).click();
        await page.waitForURL(/user=/);
        await untilChanged(page, before);
        assert.deepEqual(
          chosen(page, "user").toSorted(),
          NAMES.filter((name) => name.includes("hacked")).toSorted(),
        );
        assert.equal(await page.locator("#table tbody tr").count(), 3);
        assert.deepEqual(complaints, []);
      }),
  );

  await step(
    "a name is left out by the box beside it",
    () =>
      withPage(browser, {}, async ({ page, complaints }) => {
        await page.goto(`${origin}/usage?by=user`);
        await untilLive(page);
        const before = await numbers(page);
        const { facet, field } = await openList(page, "user");
        await field.fill("brien");
        await facet.getByRole("checkbox", { name: `Leave out ${NAMES[2]}` }).click();
        await page.waitForURL(/not\.user=/);
        await untilChanged(page, before);
        assert.deepEqual(chosen(page, "not.user"), [NAMES[2]]);
        const users = await page.locator("#table tbody th").allTextContents();
        assert.deepEqual(
          users.map((user) => user.trim()).toSorted(),
          NAMES.filter((name) => name !== NAMES[2]).toSorted(),
        );
        await page.locator(".chips a").filter({ hasText: NAMES[2] }).click();
        await page.waitForURL((url) => !url.search.includes("not.user"));
        assert.deepEqual(complaints, []);
      }),
  );
});
