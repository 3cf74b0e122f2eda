import assert from "node:assert/strict";
import { wireJob, withServer } from "./test_server.ts";

Deno.test("every answer carries the security headers, errors too; scripts come from the server alone", () =>
  withServer(async ({ fetch }) => {
    for (const path of ["/", "/nowhere", "/api/nowhere", "/api/dashboard/health", "/styles.css"]) {
      const response = await fetch(path);
      const policy = response.headers.get("content-security-policy") ?? "";
      assert.match(policy, /default-src 'self'/, path);
      assert.match(policy, /frame-ancestors 'none'/, path);
      assert.doesNotMatch(policy, /unsafe|upgrade-insecure/, path);
      assert.equal(response.headers.get("x-content-type-options"), "nosniff", path);
      await response.body?.cancel();
    }
  }));

Deno.test("an address that leads nowhere is a 404: a page for people, a problem in JSON below /api", () =>
  withServer(async ({ fetch }) => {
    const page = await fetch("/nowhere");
    assert.equal(page.status, 404);
    assert.match(await page.text(), /There is no such page/);
    const api = await fetch("/api/nowhere");
    assert.equal(api.status, 404);
    assert.equal(api.headers.get("content-type"), "application/problem+json");
    await api.body?.cancel();
    assert.equal((await fetch("/api/export/secrets.csv")).status, 404);
    assert.equal((await fetch("/api/dashboard/view/secrets")).status, 404);
  }));

Deno.test("an error nobody foresaw is logged once with its request, and tells a visitor nothing of the code", () =>
  withServer(async ({ fetch, services, logged }) => {
    Object.defineProperty(services.warehouse, "views", {
      get: () => ({
        get values(): never {
          throw new Error("secret detail");
        },
      }),
    });
    for (const path of ["/", "/api/dashboard/series"]) {
      const response = await fetch(path);
      assert.equal(response.status, 500, path);
      const text = await response.text();
      assert.ok(!text.includes("secret detail") && !text.includes(".ts:"), path);
    }
    assert.equal(logged.filter((line) => line.startsWith("error")).length, 2);
  }));

Deno.test("pages of allowed origins may use the API, others may not", () =>
  withServer(async ({ fetch }) => {
    const ask = (origin: string) => fetch("/api/dashboard/health", { headers: { origin } });
    assert.equal(
      (await ask("https://dash.example.com")).headers.get("access-control-allow-origin"),
      "https://dash.example.com",
    );
    assert.equal((await ask("https://evil.example.com")).headers.get("access-control-allow-origin"), null);
    const preflight = await fetch("/api/data/ingest", {
      method: "OPTIONS",
      headers: { origin: "https://dash.example.com", "access-control-request-method": "POST" },
    });
    assert.equal(preflight.status, 204);
    assert.match(preflight.headers.get("access-control-allow-headers") ?? "", /X-API-Key/);
  }, { environment: { CORS_ORIGINS: "https://dash.example.com" } }));

Deno.test("an answer that a client has already is not sent again, and is sent as soon as it changes", () =>
  withServer(async ({ fetch, ingest }) => {
    await ingest({ hostname: "alpha", jobs: [wireJob()] });
    const path = "/api/dashboard/series?period=all";
    const etag = (await fetch(path)).headers.get("etag") ?? "";
    assert.equal((await fetch(path, { headers: { "if-none-match": etag } })).status, 304);
    await ingest({ hostname: "alpha", jobs: [wireJob({ JobID: "2" })] });
    assert.equal((await fetch(path, { headers: { "if-none-match": etag } })).status, 200);
  }));

Deno.test("a page and its view endpoint say the same for the same query", () =>
  withServer(async ({ fetch, ingest, json }) => {
    await ingest({ hostname: "alpha", jobs: [wireJob(), wireJob({ JobID: "2", User: "bob" })] });
    for (const [page, path] of [["overview", "/"], ["usage", "/usage"], ["jobs", "/jobs"]]) {
      const { body } = await json(`/api/dashboard/view/${page}?user=bob`);
      const html = await (await fetch(`${path}?user=bob`)).text();
      const { announcement } = body as { announcement?: string };
      if (announcement !== undefined) assert.ok(html.includes(announcement), `${page}: ${announcement}`);
      assert.ok(html.includes("bob"));
    }
  }));

Deno.test("exports stream the same numbers as the pages, named after cluster and days", () =>
  withServer(async ({ fetch, ingest }) => {
    await ingest({
      hostname: "alpha",
      jobs: [wireJob(), wireJob({ JobID: "2", User: "bob", AllocCPUS: 2 })],
    });
    const query = "cluster=alpha&from=2024-11-01&to=2024-11-02";
    const jobs = await fetch(`/api/export/jobs.csv?${query}`);
    assert.equal(
      jobs.headers.get("content-disposition"),
      'attachment; filename="jobs_alpha_2024-11-01_2024-11-02.csv"',
    );
    const lines = (await jobs.text()).trimEnd().split("\r\n");
    assert.equal(lines.length, 3);
    assert.ok(lines[0].startsWith("Cluster,JobID,") && lines[0].includes("ElapsedRaw (s)"));
    const usage = await (await fetch(`/api/export/usage.csv?${query}&by=user`)).text();
    assert.deepEqual(usage.trimEnd().split("\r\n").map((line) => line.split(",").slice(0, 2)), [
      ["user", "cpu-hours (CPU-hours)"],
      ["alice", "8"],
      ["bob", "4"],
    ]);
    const series = await (await fetch(`/api/export/series.csv?${query}&step=day`)).text();
    assert.equal(
      series,
      "start,cpu-hours (CPU-hours)\r\n2024-11-01T00:00:00Z,0\r\n2024-11-02T00:00:00Z,12\r\n",
    );
  }));
