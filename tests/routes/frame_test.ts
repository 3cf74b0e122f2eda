import assert from "node:assert/strict";
import { withAges } from "../../components/refresh.ts";
import type { OverviewModel } from "../../lib/pages/overview.ts";
import { type TestServer, wireJob, withServer } from "../lib/server/test_server.ts";

async function report(server: TestServer, id: string, cluster = "alpha"): Promise<void> {
  const { status } = await server.ingest({ hostname: cluster, jobs: [wireJob({ JobID: id })] });
  assert.equal(status, 200);
}

async function overview(server: TestServer): Promise<OverviewModel> {
  const { status, body } = await server.json("/api/dashboard/view/overview");
  assert.equal(status, 200);
  return body as unknown as OverviewModel;
}

Deno.test("the version of a view differs after a batch, and only then", () =>
  withServer(async (server) => {
    await report(server, "1");
    const first = await overview(server);
    assert.equal((await overview(server)).version, first.version);
    await report(server, "2");
    assert.notEqual((await overview(server)).version, first.version);
  }));

Deno.test("withAges() takes ages over, and notices only where none would come or go", () =>
  withServer(async (server) => {
    await report(server, "1");
    const shown = await overview(server);
    const aged = { ...shown, freshness: [{ ...shown.freshness[0], text: "reported 5 h ago" }] };
    assert.equal(withAges(shown, aged).freshness[0].text, "reported 5 h ago");
    const stale = { state: "stale", cluster: "alpha", age: "37 h", since: "1 Nov" } as const;
    assert.deepEqual(withAges(shown, { ...aged, notices: [stale] }).notices, shown.notices);
    const older = { ...stale, age: "38 h" };
    const taken = withAges({ ...shown, notices: [stale] }, { ...aged, notices: [older] });
    assert.deepEqual(taken.notices, [older]);
  }));

Deno.test("the page of a cluster that never reported is a page that names those that did", () =>
  withServer(async (server) => {
    await report(server, "1");
    const page = await server.fetch("/clusters/unknown");
    assert.equal(page.status, 404);
    const html = await page.text();
    assert.match(html, /There is no cluster named &quot;unknown&quot;/);
    assert.match(html, /<a href="\/clusters\/alpha">alpha<\/a>/);
    assert.ok(!/at .*\.ts:\d+/.test(html));
    for (const [query, status] of [["", 422], ["?cluster=unknown", 404]] as const) {
      const view = await server.fetch(`/api/dashboard/view/cluster${query}`);
      assert.equal(view.status, status, query);
      assert.equal(view.headers.get("content-type"), "application/problem+json");
      assert.match(await view.text(), /alpha/);
    }
  }));

Deno.test("addresses of clusters written in any way lead to one form, and never in a circle", () =>
  withServer(async (server) => {
    await report(server, "1");
    for (
      const path of [
        "alpha",
        "%61lpha",
        "ALPHA",
        "a%2fb",
        "a%2Fb",
        "%zz",
        "a'b",
        "a(b)",
        "x y",
        "%25",
        "ä",
        "a|b",
      ]
    ) {
      let address = `/clusters/${path}?account=&period=30d`;
      let hops = 0;
      for (; hops < 3; hops++) {
        const response = await server.fetch(address);
        await response.body?.cancel();
        if (response.status !== 302) break;
        address = response.headers.get("location") ?? "";
      }
      assert.ok(hops < 3, path);
    }
  }));

Deno.test("the head of a page says what is on show, and the name of a saved view", () =>
  withServer(async (server) => {
    await report(server, "1");
    const html =
      await (await server.fetch("/usage?account=chem&from=2026-01-01&to=2026-01-31&view_name=Our+chemistry"))
        .text();
    assert.match(
      html,
      /<title>Our chemistry – Usage: account chem, 1 – 31 Jan 2026 – SLURM Usage History<\/title>/,
    );
    assert.match(
      html,
      /<meta name="description" content="Who used what\?[^"]*1 – 31 Jan 2026[^"]*account chem\."\/>/,
    );
    assert.match(html, /<meta property="og:title" content="Our chemistry/);
    assert.match(
      html,
      /<link rel="canonical" href="\/usage\?account=chem&amp;from=2026-01-01&amp;to=2026-01-31&amp;view_name=Our\+chemistry"\/>/,
    );
    assert.match(html, /<span class="view-name">Our chemistry<\/span>/);
    const cluster = await (await server.fetch("/clusters/alpha")).text();
    assert.match(cluster, /<title>Cluster alpha: last 30 days – SLURM Usage History<\/title>/);
    const job = await (await server.fetch("/jobs/alpha/1")).text();
    assert.match(job, /<title>[^<]*SLURM Usage History<\/title>/);
  }));

Deno.test("what browsers ask for beside a page is there", () =>
  withServer(async (server) => {
    for (
      const [path, type] of [["/favicon.ico", "image/vnd.microsoft.icon"], ["/icon.svg", "image/svg+xml"]]
    ) {
      const response = await server.fetch(path);
      assert.equal(response.status, 200, path);
      assert.equal(response.headers.get("content-type"), type);
      assert.ok((await response.bytes()).length > 100);
    }
  }));

Deno.test("the footer says for how long records are shown", () =>
  withServer(async (server) => {
    assert.match(await (await server.fetch("/help")).text(), /Records are kept without a limit of time/);
  }));

Deno.test("pages load the chart's module in advance where they have a chart, and nowhere else", () =>
  withServer(async (server) => {
    await report(server, "1");
    for (
      const [path, has] of [["/", true], ["/usage", true], ["/jobs", false], ["/status", false]] as const
    ) {
      const response = await server.fetch(`${path}?period=all`);
      await response.body?.cancel();
      const address = response.headers.get("location");
      const link = (address === null ? response : await server.fetch(address)).headers.get("link") ?? "";
      assert.equal(link.includes("chart_js"), has, `${path}: ${link}`);
    }
  }));
