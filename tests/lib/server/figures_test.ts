import assert from "node:assert/strict";
import { DIMENSIONS } from "../../../lib/view/measures.ts";
import { type Json, type TestServer, wireJob, withServer } from "./test_server.ts";

const PATHS = ["hours-of-week", "activity", "distribution"] as const;

type Fields = { readonly [key: string]: Json };

async function ask({ json }: TestServer, path: string): Promise<Fields> {
  const { status, body } = await json(`/api/dashboard/${path}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body as Fields;
}

async function refusal({ fetch }: TestServer, path: string) {
  const response = await fetch(`/api/dashboard/${path}`);
  const { detail, errors } = await response.json();
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  return { status: response.status, detail, fields: errors?.map(({ field }: { field: string }) => field) };
}

Deno.test("hours-of-week tells a measure by the hours of the week", () =>
  withServer(async (server) => {
    await server.ingest({ hostname: "alpha", jobs: [wireJob()] });
    // 2 November 2024 is a Saturday; the job holds 4 CPUs from 9 to 11 h.
    const { values, range_s, total, measure, of } = await ask(server, "hours-of-week?period=7d");
    assert.deepEqual((values as readonly Json[]).slice(5 * 24 + 8, 5 * 24 + 12), [0, 4, 4, 0]);
    assert.deepEqual([(range_s as readonly Json[])[0], total, measure, of], [3600, 8, "cpu-hours", "sum"]);
    const apart = await ask(
      server,
      "hours-of-week?period=7d&measure=running-mean&tz=Europe/Berlin&user=alice",
    );
    assert.deepEqual((apart.values as readonly Json[]).slice(5 * 24 + 9, 5 * 24 + 13), [0, 1, 1, null]);
    assert.equal((await ask(server, "hours-of-week?period=7d&user=bob")).total, 0);
  }));

Deno.test("activity tells who was active in how many periods", () =>
  withServer(async (server) => {
    const longer = wireJob({
      JobID: "2",
      User: "bob",
      Start: "2024-10-31T23:00:00Z",
      Submit: "2024-10-31T23:00:00Z",
    });
    await server.ingest({ hostname: "alpha", jobs: [wireJob(), longer] });
    const by_day = await ask(server, "activity?period=7d");
    assert.deepEqual([by_day.active, by_day.periods, by_day.total, by_day.by, by_day.per], [
      [{ periods: 1, count: 1 }, { periods: 3, count: 1 }],
      7,
      2,
      "user",
      "day",
    ]);
    const by_month = await ask(server, "activity?period=7d&per=month&by=account");
    assert.deepEqual([by_month.active, by_month.periods], [[{ periods: 2, count: 1 }], 2]);
  }));

Deno.test("distribution tells how waits, run times and sizes are spread", () =>
  withServer(async (server) => {
    const jobs = [
      wireJob(),
      wireJob({ JobID: "2", Partition: "gpu", AllocCPUS: 8, End: "2024-11-02T10:00:00Z" }),
    ];
    await server.ingest({ hostname: "alpha", jobs });
    const spread = async (query: string) => {
      const { all, of, groups } = await ask(server, `distribution?period=7d&${query}`);
      const { ecdf, p50, max } = all as Fields;
      return {
        of,
        ecdf,
        p50,
        max,
        groups: (groups as readonly Fields[]).map(({ key, jobs }) => [key, jobs]),
      };
    };
    assert.deepEqual(await spread(""), { of: "wait", ecdf: [[3600, 1]], p50: 3600, max: 3600, groups: [] });
    assert.deepEqual(await spread("of=elapsed&by=partition"), {
      of: "elapsed",
      ecdf: [[3600, 0.5], [7200, 1]],
      p50: 3600,
      max: 7200,
      groups: [["compute", 1], ["gpu", 1]],
    });
    assert.deepEqual((await spread("of=size")).ecdf, [[4, 0.5], [8, 1]]);
  }));

Deno.test("figures answer where nothing has been reported, and for clusters that are there alone", () =>
  withServer(async (server) => {
    for (const path of PATHS) {
      for (const period of ["7d", "12mo", "all"]) await ask(server, `${path}?period=${period}`);
      const { status, detail } = await refusal(server, `${path}?cluster=nowhere`);
      assert.deepEqual([status, /no cluster/.test(detail)], [404, true]);
    }
  }));

Deno.test("figures that a client has are not sent again until the data change", () =>
  withServer(async ({ ingest, fetch }) => {
    await ingest({ hostname: "alpha", jobs: [wireJob()] });
    for (const [i, path] of PATHS.entries()) {
      const get = (query: string, etag = "") =>
        fetch(`/api/dashboard/${path}?period=7d${query}`, { headers: { "if-none-match": etag } });
      const etag = (await get("")).headers.get("etag") ?? "";
      assert.match(etag, /^".{22}"$/);
      assert.equal((await get("", etag)).status, 304);
      await ingest({ hostname: "alpha", jobs: [wireJob({ JobID: String(i + 2), User: `u${i}` })] });
      assert.equal((await get("", etag)).status, 200, path);
    }
    // What only one question has is part of the question.
    const bodies = [
      "activity",
      "activity?per=week",
      "distribution",
      "distribution?of=size",
      "distribution?of=elapsed",
    ]
      .map(async (path) => await (await fetch(`/api/dashboard/${path}`)).text());
    assert.equal(new Set(await Promise.all(bodies)).size, 5);
  }));

Deno.test("figures that cannot be asked are refused in words", () =>
  withServer(async (server) => {
    await server.ingest({ hostname: "alpha", jobs: [wireJob()] });
    for (
      const [path, field, words] of [
        ["hours-of-week?measure=wait-p50", "measure", /only what adds up, and running-mean/],
        ["hours-of-week?by=user", "by", /leave it out/],
        ["hours-of-week?from=2024-13-01", "from", /must be a day/],
        ["activity?per=hour", "per", /is "hour" but must be one of day, week, month/],
        ["activity?by=node", "by", /one of user, account, group/],
        ["activity?per=__proto__", "per", /must be one of/],
        ["activity?by=constructor", "by", /must be one of/],
        ["distribution?of=age", "of", /is "age" but must be one of wait, elapsed, size/],
        ["distribution?tz=Mars", "tz", /must be a time zone/],
      ] as const
    ) {
      const { status, detail, fields } = await refusal(server, path);
      assert.deepEqual([status, fields], [422, [field]], path);
      assert.match(detail, words, path);
    }
  }));

Deno.test("values tells which values contain a text, in canonical spelling, and refuses what it cannot read", () =>
  withServer(async (server) => {
    const users = ["alice", "bob", "<script>", "a&b", "O'Brien"];
    const jobs = users.map((User, index) => wireJob({ JobID: String(index + 1), User }));
    await server.ingest({ hostname: "alpha", jobs });
    const found = async (query: string) => {
      const { count, values } = await ask(server, `values?period=7d&${query}`);
      return [
        count,
        (values as readonly Fields[]).map(({ value, jobs, selected }) => [value, jobs, selected]),
      ];
    };
    assert.deepEqual(await found("dimension=user&find=LIC"), [1, [["alice", 1, false]]]);
    assert.deepEqual(await found("dimension=user&find=b&limit=1&user=bob"), [3, [["O'Brien", 1, false]]]);
    assert.deepEqual(await found("dimension=user&find=%3Cscript%3E&user=alice"), [1, [[
      "<script>",
      1,
      false,
    ]]]);
    assert.deepEqual(await found("dimension=user&find=li&node=elsewhere&user=alice"), [1, [[
      "alice",
      0,
      true,
    ]]]);
    assert.deepEqual(await found("dimension=wckey"), [1, [["(none)", 5, false]]]);
    assert.deepEqual(await found("dimension=cluster&user=alice"), [1, [["alpha", 1, false]]]);
    for (
      const [query, field] of [
        ["dimension=colour", "dimension"],
        ["dimension=user&limit=501", "limit"],
        ["dimension=user&limit=-1", "limit"],
        ["dimension=user&limit=1e2", "limit"],
        [`dimension=user&find=${"x".repeat(1025)}`, "find"],
        ["dimension=user&step=never", "step"],
      ]
    ) {
      const { status, fields } = await refusal(server, `values?${query}`);
      assert.deepEqual([status, fields], [422, [field]], query);
    }
  }));

Deno.test("values, the exported jobs and the page of jobs count the same, whatever is chosen", () =>
  withServer(async (server) => {
    const jobs = Array.from({ length: 12 }, (_, index) =>
      wireJob({
        JobID: String(index + 1),
        User: index % 3 === 0 ? undefined : `user${index % 3}`,
        Account: ["phys-exp-a", "phys-exp-b", "chem"][index % 3],
        NodeList: ["n1", "n[1-3]", "n3,n5"][index % 3],
        AllocCPUS: [1, 4, 40][index % 3],
        Start: `2024-11-02T09:${String(index * 5).padStart(2, "0")}:00Z`,
      }));
    await server.ingest({ hostname: "alpha", jobs });
    const others = ["", "node=n3", "not.wait_class=%3C%3D+1+s", "account_2=phys-exp", "user=%28none%29"];
    let compared = 0;
    for (const dimension of DIMENSIONS) {
      for (const other of others.filter((query) => !query.includes(dimension))) {
        const { values } = await ask(server, `values?period=7d&dimension=${dimension}&${other}`);
        for (const { value, jobs: count } of values as readonly Fields[]) {
          const query = `period=7d&${other}&${new URLSearchParams([[dimension, String(value)]])}`;
          const csv = await (await server.fetch(`/api/export/jobs.csv?${query}`)).text();
          assert.equal(csv.trimEnd().split("\r\n").length - 1, count, query);
          const { body } = await server.json(`/api/dashboard/view/jobs?${query}`);
          const { announcement } = body as { announcement: string };
          assert.ok(announcement.startsWith(`${count} job`), `${query}: ${announcement}`);
          compared++;
        }
      }
    }
    assert.ok(compared > 100);
  }));
