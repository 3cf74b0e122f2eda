import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import { anyPage } from "../components/any_page.tsx";
import type { ViewModel } from "../../lib/pages/page_model.ts";
import { type TestServer, wireJob, withServer } from "../lib/server/test_server.ts";

async function filled(server: TestServer): Promise<void> {
  const jobs = Array.from(
    { length: 30 },
    (_, index) =>
      wireJob({
        JobID: String(index + 1),
        Account: index % 2 === 0 ? "physics" : "O'Brien <b>",
        AllocCPUS: index + 1,
      }),
  );
  const { status } = await server.ingest({ hostname: "alpha", jobs });
  assert.equal(status, 200);
}

Deno.test("a page and its view endpoint show the same for the same query", () =>
  withServer(async (server) => {
    await filled(server);
    for (
      const [page, view] of [
        ["/", "overview"],
        ["/?account=physics&period=90d", "overview"],
        ["/usage?by=user&measure=jobs-ended", "usage"],
        ["/jobs?account=O%27Brien+%3Cb%3E&sort=-cpuhours", "jobs"],
        ["/usage?period=never", "usage"],
      ]
    ) {
      const query = new URL(page, "http://localhost").search;
      const html = await (await server.fetch(page)).text();
      const { status, body } = await server.json(`/api/dashboard/view/${view}${query}`);
      assert.equal(status, 200, page);
      assert.ok(html.includes(renderToString(anyPage(body as unknown as ViewModel))), page);
    }
  }));

Deno.test("a page shows a job that has just been reported", () =>
  withServer(async (server) => {
    assert.match(await (await server.fetch("/")).text(), /Add your first cluster/);
    await filled(server);
    const html = await (await server.fetch("/jobs")).text();
    assert.match(html, /30 jobs/);
    assert.match(await (await server.fetch("/status")).text(), /aria-label="Cluster alpha"/);
  }));

Deno.test("a form's long address leads to the canonical one", () =>
  withServer(async (server) => {
    const response = await server.fetch("/usage?account=&account=chem&period=30d&from=&to=");
    assert.equal(response.status, 302);
    assert.equal(response.headers.get("location"), "/usage?account=chem");
  }));

Deno.test("a filter that cannot be used is a notice on a working page", () =>
  withServer(async (server) => {
    await filled(server);
    const response = await server.fetch("/?period=never&cluster=gamma");
    assert.equal(response.status, 200);
    const html = await response.text();
    assert.match(html, /The filter &quot;period&quot; was left out/);
    assert.match(html, /There is no cluster named &quot;gamma&quot;/);
  }));

Deno.test("every page is complete without scripts, titled, and has its navigation", () =>
  withServer(async (server) => {
    await filled(server);
    for (
      const [path, title] of [["/", "Overview"], ["/usage", "Usage"], ["/jobs", "Jobs"], [
        "/status",
        "Status",
      ], ["/help", "Help"]]
    ) {
      const response = await server.fetch(path);
      assert.equal(response.status, 200, path);
      const html = await response.text();
      assert.match(html, /<html lang="en">/);
      assert.match(html, new RegExp(`<title>${title}[^<]* – SLURM Usage History</title>`));
      assert.match(html, new RegExp(`<a href="${path}" data-page="[a-z]+" aria-current="page">${title}</a>`));
      assert.match(html, /<a class="skip" href="#main">/);
      assert.ok(!/\sstyle=/.test(html.replace(/<script[^>]*>.*?<\/script>/gs, "")), path);
    }
  }));

Deno.test("an address that leads nowhere is a page that says so; a view that does not exist a problem", () =>
  withServer(async (server) => {
    const page = await server.fetch("/nowhere");
    assert.equal(page.status, 404);
    const html = await page.text();
    assert.match(html, /<title>There is no such page – /);
    assert.match(html, /<h1[^>]*>There is no such page<\/h1>/);
    assert.match(
      await (await server.fetch("/jobs/nope/1")).text(),
      /<h1[^>]*>There is no cluster nope<\/h1>/,
    );
    const user = await server.fetch("/users/a%20b?period=7d", { redirect: "manual" });
    assert.deepEqual([user.status, user.headers.get("location")], [302, "/usage?period=7d&user=a+b"]);
    await user.body?.cancel();
    const view = await server.fetch("/api/dashboard/view/nothing");
    assert.equal(view.status, 404);
    assert.equal(view.headers.get("content-type"), "application/problem+json");
    assert.match(await view.text(), /There is no view \\"nothing\\"/);
  }));

Deno.test("a page that fails says so with the id of the request in the log, and nothing of the inside", () =>
  withServer(async (server) => {
    await filled(server);
    const { warehouse } = server.services;
    const alpha = warehouse.views.get("alpha");
    assert.ok(alpha);
    const broken = { ...alpha };
    Object.defineProperty(broken, "dataset", { get: () => assert.fail("the data is gone") });
    Object.defineProperty(warehouse, "views", { get: () => new Map([["alpha", broken]]) });
    const response = await server.fetch("/usage");
    assert.equal(response.status, 500);
    const html = await response.text();
    assert.match(html, /<h1[^>]*>This page could not be made<\/h1>/);
    assert.ok(!html.includes("the data is gone"));
    const request_id = /<code>([0-9a-f]{8})<\/code>/.exec(html)?.[1];
    assert.ok(request_id !== undefined && server.logged.some((line) => line.includes(request_id)));
  }));
