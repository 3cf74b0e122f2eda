import assert from "node:assert/strict";
import { KEY, wireJob, withServer } from "./test_server.ts";

const KEYS = { environment: { API_KEYS: `${KEY},alpha=alpha-key,beta=beta-key` } };

function query(parts: Readonly<Record<string, string>> = {}): string {
  const asked = { hostname: "alpha", from: "2024-11-01", to: "2024-11-03", ...parts };
  return `/api/data/days?${new URLSearchParams(asked)}`;
}

function job(id: string, fields: Readonly<Record<string, unknown>> = {}) {
  return wireJob({ JobID: id, JobIDRaw: id, ...fields });
}

Deno.test("days tells by day of UTC how many records ended and their CPU-seconds, whether they ran or not", () =>
  withServer(async ({ ingest, fetch }) => {
    const ask = async (path: string) =>
      await (await fetch(path, { headers: { "x-api-key": "alpha-key" } })).json();
    await ingest({
      hostname: "alpha",
      jobs: [
        // Two hours with four CPUs.
        job("1"),
        // The first and the last second of a day, and the one after it.
        job("2", { Start: "2024-11-02T00:00:00Z", End: "2024-11-02T00:00:00Z" }),
        job("3", {
          Start: "2024-11-01T22:59:59Z",
          Submit: "2024-11-01T00:00:00Z",
          End: "2024-11-01T23:59:59Z",
        }),
        // Submitted long before, and with a zone of its own.
        job("4", {
          Submit: "2024-07-01T00:00:00Z",
          Start: "2024-11-01T00:00:00Z",
          End: "2024-11-02T01:00:00+02:00",
        }),
        job("5", { Start: null, End: "2024-11-03T10:00:00Z", State: "CANCELLED", NodeList: "None assigned" }),
        job("6", { End: null, State: "RUNNING" }),
        job("7", { End: "2024-11-04T00:00:00Z" }),
        // Suspended for an hour of its two.
        job("8", { ElapsedRaw: 3600 }),
      ],
    });
    assert.deepEqual(await ask(query()), {
      hostname: "alpha",
      tz: "UTC",
      kept_from: null,
      days: [
        { day: "2024-11-01", jobs: 2, cpu_seconds: 4 * (3600 + 23 * 3600) },
        { day: "2024-11-02", jobs: 3, cpu_seconds: 4 * (7200 + 3600) },
        { day: "2024-11-03", jobs: 1, cpu_seconds: 0 },
      ],
    });
    assert.deepEqual((await ask(query({ from: "2024-11-03" }))).days.map(({ day }: { day: string }) => day), [
      "2024-11-03",
    ]);
    await ingest({ hostname: "alpha", jobs: [job("6", { End: "2024-11-03T11:00:00Z" })] });
    assert.deepEqual((await ask(query({ from: "2024-11-03" }))).days, [
      { day: "2024-11-03", jobs: 2, cpu_seconds: 4 * 26 * 3600 },
    ]);
  }, KEYS));

Deno.test("days is for whoever may send the cluster's jobs, and for a cluster and a range that there are", () =>
  withServer(async ({ ingest, fetch }) => {
    await ingest({ hostname: "alpha", jobs: [job("1")] });
    const ask = async (path: string, key: string | null = "alpha-key") => {
      const response = await fetch(path, { headers: key === null ? {} : { "x-api-key": key } });
      const { detail, status } = await response.json();
      return response.ok ? [response.status] : [status, detail];
    };
    assert.deepEqual(await ask(query()), [200]);
    assert.deepEqual(await ask(query(), KEY), [200]);
    assert.deepEqual(await ask(query(), null), [401, "The header X-API-Key is missing"]);
    assert.equal((await ask(query(), "nope"))[0], 401);
    assert.deepEqual(await ask(query(), "beta-key"), [403, "This key is not for the cluster alpha"]);
    assert.deepEqual(await ask(query({ hostname: "beta" }), "beta-key"), [200]);
    assert.equal((await ask(query({ hostname: "beta" })))[0], 403, "nobody learns of other clusters");
    const unusable: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
      [{ hostname: "" }, /^hostname is missing/],
      [{ from: "" }, /^from is "" but must be a day such as 2026-01-31/],
      [{ to: "2024-02-30" }, /^to is "2024-02-30" but must be a day/],
      [{ from: "2024-11-04" }, /^to is 2024-11-03, before from, 2024-11-04/],
      [{ from: "2000-01-01" }, /ask for at most 3700 at a time/],
    ];
    for (const [parts, words] of unusable) {
      const [status, detail] = await ask(query(parts));
      assert.equal(status, 422);
      assert.match(detail, words);
    }
    const [from, to] = ["2015-01-01", new Date(Date.UTC(2015, 0, 3700)).toISOString().slice(0, 10)];
    assert.deepEqual(await ask(query({ from, to })), [200]);
  }, KEYS));

Deno.test("days answers GET alone", () =>
  withServer(async ({ fetch }) => {
    const response = await fetch(query(), { method: "POST", headers: { "x-api-key": KEY } });
    await response.body?.cancel();
    assert.equal(response.status, 405);
  }));
