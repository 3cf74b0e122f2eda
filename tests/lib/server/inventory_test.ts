import assert from "node:assert/strict";
import { MACHINE } from "../../../lib/disk/file_system.ts";
import { withFolder } from "../../helpers.ts";
import { type Answer, type Json, KEY, NOW_MS, type TestServer, wireJob, withServer } from "./test_server.ts";

const NOW_S = NOW_MS / 1000;
const DAY_S = 86_400;

const NODES = [
  { name: "n1", cpus: 64, memory_bytes: 2 ** 38, gpus: { a100: 4 }, partitions: ["gpu"], state: "IDLE" },
  { name: "n2", cpus: 32, partitions: ["cpu"], state: "DOWN*", reason: "ask ada, or King" },
];

/** An inventory of alpha taken a day ago. */
function inventory(parts: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    hostname: "alpha",
    agent: "slurm-usage-history-exporter/1.0.0",
    at: NOW_S - DAY_S,
    nodes: NODES,
    ...parts,
  };
}

function poster({ fetch }: TestServer) {
  return async (body: unknown, headers: HeadersInit = {}): Promise<Answer> => {
    const response = await fetch("/api/data/inventory", {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": KEY, ...headers },
      body: typeof body === "string" || body instanceof Uint8Array ? body as BodyInit : JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };
}

function detail({ body }: Answer): string {
  return (body as { detail: string }).detail;
}

async function shown({ json }: TestServer, query = "cluster=alpha"): Promise<Record<string, Json>> {
  const { status, body } = await json(`/api/dashboard/inventory?${query}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body as Record<string, Json>;
}

async function gzip(text: string): Promise<Uint8Array> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return await new Response(stream).bytes();
}

Deno.test("an inventory is stored, shown with its totals and capacity, and once more changes nothing", () =>
  withServer(async (server) => {
    const post = poster(server);
    const body = inventory({
      events: [{ node: "n2", start: NOW_S - 2 * DAY_S, end: null, state: "DOWN", reason: "x" }],
      events_from: NOW_S - 7 * DAY_S,
      partitions: [{ name: "gpu", nodes: "n[1-1]", cpus: 64, max_time_s: 3600, state: "UP" }],
      accounts: [{ account: "phys", parent: "root", description: "of King" }],
      users: [{ user: "ada", accounts: ["phys"], full_name: "Ada King" }],
    });
    const first = await post(body);
    assert.deepEqual(first, {
      status: 200,
      body: {
        success: true,
        message: "Successfully stored the inventory of alpha",
        hostname: "alpha",
        stored: { nodes: 2, partitions: 1, events: 1, accounts: 1, users: 1 },
        rejected: [],
        rejected_count: 0,
      },
    });
    const before = await shown(server, "cluster=alpha&period=7d");
    assert.deepEqual(await post(body), first);
    const after = await shown(server, "cluster=alpha&period=7d");
    assert.deepEqual(after, before);
    assert.deepEqual(after.totals, {
      nodes: 2,
      nodes_out: 1,
      cpus: 96,
      gpus: 4,
      gpus_by_type: [["a100", 4]],
      memory_bytes: 2 ** 38,
    });
    const { available, out, known_from_s } = after.capacity as {
      available: Record<string, number>;
      out: Record<string, number>;
      known_from_s: number;
    };
    assert.deepEqual([available.cpu_hours, out.cpu_hours, known_from_s], [24 * 64, 24 * 32, NOW_S - DAY_S]);
  }));

Deno.test("the read side names no users: not those of the inventory, and none in reasons and descriptions", () =>
  withServer(async (server) => {
    await poster(server)(inventory({
      events: [{ node: "n2", start: NOW_S - DAY_S, state: "DOWN", reason: "ADA broke it" }],
      accounts: [{ account: "phys", description: "of Ada King" }],
      users: [{ user: "ada", accounts: ["phys"], full_name: "Ada King" }],
    }));
    const text = JSON.stringify(await shown(server));
    assert.doesNotMatch(text, /\bada\b|King|full_name/i);
    assert.match(text, /ask …, or …/);
    const html = await (await server.fetch("/status")).text();
    assert.doesNotMatch(html, /\bada\b|King/i);
  }));

Deno.test("the read side names no users within compounds, at the end of sentences, nor as a state", () =>
  withServer(async (server) => {
    await server.ingest({ hostname: "alpha", jobs: [wireJob({ User: "bob.the-builder_2" })] });
    const answer = await poster(server)(inventory({
      nodes: [
        NODES[0],
        {
          ...NODES[1],
          reason:
            "broken by alice. See alice_run, alice-job, Liddell. A.Liddell alice.liddell@u.edu; malice lives",
        },
        { name: "n3", cpus: 1, state: "alice (ask her)" },
      ],
      events: [
        { node: "n2", start: NOW_S - DAY_S, state: "DOWN", reason: "x_Bob.the-Builder_2!" },
        { node: "n1", start: NOW_S - DAY_S, state: "by alice", reason: "x" },
      ],
      accounts: [{
        account: "phys",
        description: "Personal account of A.Liddell.",
        organization: "alice_lab",
      }],
      users: [{ user: "alice", accounts: [], full_name: "Alice P. Liddell-Hargreaves" }],
    }));
    assert.equal((answer.body as { rejected_count: number }).rejected_count, 2);
    const view = await shown(server);
    const text = JSON.stringify([view.nodes, view.events, view.accounts]);
    assert.doesNotMatch(text, /(?<![\p{L}\p{N}])alice|liddell|hargreaves|builder/iu);
    assert.match(text, /broken by …\. See …_run, …-job, …\. A\.… …\.…@u\.edu; malice lives/);
    assert.match(text, /"x_…!"/);
  }));

Deno.test("an event that has not begun, or that is over, puts no node out now; one of power saving never does", () =>
  withServer(async (server) => {
    await poster(server)(inventory({
      nodes: ["a", "b", "c", "d", "e"].map((name) => ({ name, cpus: 1, state: "IDLE" })),
      events: [
        { node: "a", start: NOW_S + 3600, state: "MAINT" },
        { node: "b", start: NOW_S - 3600, end: NOW_S - 60, state: "DOWN" },
        { node: "c", start: NOW_S - 3600, state: "POWERED_DOWN" },
        { node: "d", start: NOW_S - 3600, state: "MAINT" },
        { node: "e", start: NOW_S - 3600, end: NOW_S + 3600, state: "MAINT" },
      ],
    }));
    const { nodes } = await shown(server);
    assert.deepEqual(
      (nodes as { name: string; out: boolean }[]).filter(({ out }) => out).map(({ name }) => name),
      ["d", "e"],
    );
  }));

Deno.test("two events of a node and start are one, and the list is complete all the same", () =>
  withServer(async (server) => {
    const events = [
      { node: "n2", start: NOW_S - 2 * DAY_S, end: NOW_S - DAY_S, state: "DRAIN" },
      { node: "n2", start: NOW_S - 2 * DAY_S, state: "DOWN" },
    ];
    const seen = new Set<string>();
    for (const list of [events, events.toReversed()]) {
      const { body } = await poster(server)(inventory({ events: list, events_from: NOW_S - 7 * DAY_S }));
      const { stored, rejected_count } = body as { stored: { events: number }; rejected_count: number };
      assert.deepEqual([stored.events, rejected_count], [1, 0]);
      const { capacity, ...view } = await shown(server);
      assert.equal((capacity as { events_from_s: number }).events_from_s, NOW_S - 7 * DAY_S);
      seen.add(JSON.stringify(view.events));
    }
    assert.equal(seen.size, 1);
    assert.match([...seen].join(), /"DOWN"/);
  }));

Deno.test("the read side tells the first ten thousand of very many rows, and how many there are", () =>
  withServer(async (server) => {
    const nodes = Array.from({ length: 12_000 }, (_, at) => ({ name: `n${at}`, cpus: 1, state: "IDLE" }));
    const accounts = nodes.map(({ name }) => ({ account: name, description: "x".repeat(500) }));
    assert.equal((await poster(server)(inventory({ nodes, accounts }))).status, 200);
    const view = await shown(server);
    const lengths = ["nodes", "accounts"].map((key) => (view[key] as Json[]).length);
    assert.deepEqual([lengths[0], view.nodes_count, view.accounts_count], [10_000, 12_000, 12_000]);
    assert.ok(lengths[1] > 5000 && lengths[1] < 8000, `${lengths[1]}`);
    assert.equal((view.totals as { cpus: number }).cpus, 12_000);
  }));

Deno.test("inventories need a key of their cluster", () =>
  withServer(async (server) => {
    const post = poster(server);
    const response = await server.fetch("/api/data/inventory", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(inventory()),
    });
    assert.equal(response.status, 401);
    await response.body?.cancel();
    assert.equal((await post(inventory(), { "x-api-key": "nope" })).status, 401);
    const other = await post(inventory(), { "x-api-key": "beta-key" });
    assert.deepEqual([other.status, detail(other)], [403, "This key is not for the cluster alpha"]);
    assert.equal(server.services.warehouse.clusters.size, 0);
    assert.equal((await post(inventory({ hostname: "beta" }), { "x-api-key": "beta-key" })).status, 200);
  }, { environment: { API_KEYS: `${KEY},beta=beta-key` } }));

Deno.test("what is no inventory is refused with 400, 413, 415 or 422 and the reason, and leaves no trace", () =>
  withServer(async (server) => {
    const post = poster(server);
    assert.equal((await post("{")).status, 400);
    assert.equal((await post("not gzip", { "content-encoding": "gzip" })).status, 400);
    assert.equal((await post(new Uint8Array([0xff, 0xfe]))).status, 400);
    assert.equal((await post("{}", { "content-type": "text/plain" })).status, 415);
    assert.equal((await post("{}", { "content-encoding": "br" })).status, 415);
    const large = await post(" ".repeat(2 * 1024 * 1024));
    assert.equal(large.status, 413);
    const bomb = await post(await gzip(" ".repeat(8 * 1024 * 1024)), { "content-encoding": "gzip" });
    assert.deepEqual([bomb.status, /larger than 1048576 bytes/.test(detail(bomb))], [413, true]);
    const bodies: [unknown, RegExp][] = [
      ["null", /must be one JSON object/],
      ["[]", /must be one JSON object/],
      [{}, /hostname: must be the name of the cluster; at: must be epoch seconds/],
      [inventory({ at: "yesterday" }), /^at: must be epoch seconds$/],
      [inventory({ at: NOW_S + 2 * DAY_S }), /one of the two clocks is wrong/],
      [inventory({ at: 1 }), /^at: is 1 but here it is \d+: an inventory may be at most 30 days old/],
      [inventory({ nodes: {} }), /^nodes must be a list$/],
      [inventory({ nodes: undefined }), /holds none of nodes, partitions, events, accounts, users/],
      [inventory({ nodes: [7, null] }), /None of the 2 entries can be used/],
      [inventory({ partial: ["jobs"] }), /^partial.0: must be one of/],
      [inventory({ partial: Array(100_000).fill(7) }), /^partial: must be a list of at most 5$/],
      [inventory({ nodes: [{ ...NODES[0], partitions: Array(200_000).fill(7) }] }), /None of the 1 entries/],
      [inventory({ hostname: "archive" }), /No cluster can be named archive/],
    ];
    for (const [body, words] of bodies) {
      const answer = await post(body);
      assert.equal(answer.status, 422, JSON.stringify(body));
      assert.match(detail(answer), words);
    }
    assert.deepEqual([...Deno.readDirSync(server.root)].map(({ name }) => name), [".lock"]);
  }, { environment: { MAX_BODY_MB: "1" } }));

Deno.test("many inventories at once are decompressed and stored one at a time", () =>
  withServer(async (server) => {
    const { warehouse } = server.services;
    const cluster = warehouse.cluster("alpha");
    const take = cluster.takeInventory.bind(cluster);
    let inside = 0;
    let most = 0;
    cluster.takeInventory = async (snapshot) => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 1));
      await take(snapshot);
      inside--;
    };
    const cluster_of = warehouse.cluster.bind(warehouse);
    warehouse.cluster = (name) => name === "alpha" ? cluster : cluster_of(name);
    const body = await gzip(JSON.stringify(inventory()));
    const post = poster(server);
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => post(body, { "content-encoding": "gzip" })),
    );
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    assert.equal(most, 1);
  }));

Deno.test("an inventory is answered with 503 while the one before cannot be read", () =>
  withFolder(async (root) => {
    await Deno.mkdir(`${root}/alpha/inventory.json`, { recursive: true });
    await withServer(async (server) => {
      const post = poster(server);
      const refused = await post(inventory());
      assert.deepEqual([refused.status, /cannot be read/.test(detail(refused))], [503, true]);
      assert.equal((await server.ingest({ hostname: "alpha", jobs: [wireJob()] })).status, 200);
      await Deno.remove(`${root}/alpha/inventory.json`);
      assert.equal((await post(inventory())).status, 200);
    }, { environment: { DATA_PATH: root } });
  }));

Deno.test("a list of more than 200,000 entries is refused before it is looked at", () =>
  withServer(async (server) => {
    const answer = await poster(server)(`{"hostname":"alpha","at":1,"events":[${"0,".repeat(200_000)}0]}`);
    assert.deepEqual(answer.status, 422);
    assert.match(detail(answer), /events holds 200001 entries but at most 200000 are taken/);
  }));

Deno.test("one bad entry costs none of its neighbours, and a node that was rejected is not taken for gone", () =>
  withServer(async (server) => {
    const post = poster(server);
    await post(inventory({ at: NOW_S - 2 * DAY_S }));
    const answer = await post(inventory({
      nodes: [NODES[0], { ...NODES[1], cpus: -1 }, { ...NODES[0] }, { name: "", cpus: 1, state: "IDLE" }],
      partitions: [{ name: "p", nodes: "n[1-", cpus: 1, state: "UP" }, {
        name: "q",
        nodes: "n[1-999999999]",
        cpus: 1,
        state: "UP",
      }],
      events: [{ node: "n1", start: 20, end: 10, state: "DOWN" }, { node: "n1", start: 20, state: "DOWN" }],
    }));
    assert.equal(answer.status, 200);
    const { stored, rejected, rejected_count } = answer.body as {
      stored: Json;
      rejected: { part: string; index: number; reason: string }[];
      rejected_count: number;
    };
    assert.deepEqual(stored, { nodes: 1, events: 1 });
    assert.equal(rejected_count, 6);
    assert.deepEqual(rejected.map(({ part, index, reason }) => `${part} ${index} ${reason}`).toSorted(), [
      "events 0 end: must not be before start",
      "nodes 1 cpus: must be a whole number from 0 to 10000000",
      "nodes 2 nodes names it before",
      "nodes 3 name: must not be empty",
      "partitions 0 nodes: must be a list of at most 100000 nodes, like node[01-10],gpu1",
      "partitions 1 nodes: must be a list of at most 100000 nodes, like node[01-10],gpu1",
    ]);
    const { nodes } = await shown(server);
    assert.deepEqual((nodes as { name: string }[]).map(({ name }) => name), ["n1", "n2"]);
  }));

Deno.test("an older inventory does not destroy what is known since, and a clock that runs ahead does not reach beyond now", () =>
  withServer(async (server) => {
    const post = poster(server);
    await post(inventory({ at: NOW_S + 600, nodes: [{ ...NODES[0], cpus: 128 }] }));
    await post(inventory());
    const { totals, told_s, nodes } = await shown(server);
    assert.equal((totals as { cpus: number }).cpus, 128);
    assert.equal((told_s as { nodes: number }).nodes, NOW_S);
    assert.equal((nodes as { since_s: number }[])[0].since_s, NOW_S);
    const { capacity } = await shown(server, "cluster=alpha&period=7d");
    const { available, out } = capacity as Record<string, { cpu_hours: number }>;
    assert.deepEqual(
      [available.cpu_hours, out.cpu_hours],
      [24 * 64, 24 * 32],
      "yesterday it had what it had",
    );
  }));

Deno.test("nodes without partitions get those whose lists name them", () =>
  withServer(async (server) => {
    await poster(server)(inventory({
      nodes: [{ name: "n01", cpus: 1, state: "IDLE" }, { name: "x", cpus: 1, state: "IDLE" }],
      partitions: [{ name: "b", nodes: "n[01-02]", cpus: 2, state: "UP" }, {
        name: "a",
        nodes: "n[01,03]",
        cpus: 2,
        state: "UP",
      }],
    }));
    const { nodes } = await shown(server);
    assert.deepEqual((nodes as { partitions: string[] }[]).map(({ partitions }) => partitions), [
      ["a", "b"],
      [],
    ]);
  }));

const HOSTILE = [
  "../../x",
  "__proto__",
  "constructor",
  `"><script>alert('1')</script>`,
  "o'brien; drop",
  "🚀 node",
];

Deno.test("hostile names are kept literally, become no path and no markup, and are no keys of objects", () =>
  withServer(async (server) => {
    const post = poster(server);
    for (const hostname of ["../x", "a/b", "", ".x", "x".repeat(64)]) {
      assert.equal((await post(inventory({ hostname }))).status, 422, hostname);
    }
    // As text, since an object of JavaScript would lose __proto__.
    const gpus = `{${HOSTILE.map((name) => `${JSON.stringify(name)}: 1`).join()}}`;
    const nodes = HOSTILE.map((name) =>
      `{"name": ${JSON.stringify(name)}, "cpus": 1, "state": "IDLE", "gpus": ${gpus},
        "partitions": ${JSON.stringify(HOSTILE)}, "reason": ${JSON.stringify(name)}}`
    );
    const answer = await post(`{"hostname": "alpha", "at": ${NOW_S}, "nodes": [${nodes}],
      "accounts": [${HOSTILE.map((name) => `{"account": ${JSON.stringify(name)}}`)}]}`);
    assert.equal(answer.status, 200);
    assert.deepEqual((answer.body as { rejected_count: number }).rejected_count, 0);
    const body = await shown(server);
    assert.deepEqual((body.nodes as { name: string }[]).map(({ name }) => name), HOSTILE.toSorted());
    assert.equal((body.totals as { gpus: number }).gpus, HOSTILE.length ** 2);
    const html = await (await server.fetch("/status")).text();
    assert.ok(!html.includes("<script>alert('1')"), "markup is escaped");
    assert.match(html, /6 __proto__/);
    const made = [...Deno.readDirSync(server.root)].map(({ name }) => name).sort();
    assert.deepEqual(made, [".lock", "alpha"]);
    const control = await post(inventory({ nodes: [{ name: "a\0b", cpus: 1, state: "IDLE" }, ...NODES] }));
    assert.equal((control.body as { rejected_count: number }).rejected_count, 1);
  }));

Deno.test("the read side has an ETag that changes with each inventory, and asks for one cluster", () =>
  withServer(async (server) => {
    const post = poster(server);
    await post(inventory());
    const path = "/api/dashboard/inventory?cluster=alpha";
    const etag = (await server.fetch(path)).headers.get("etag") ?? "";
    const again = () => server.fetch(path, { headers: { "if-none-match": etag } });
    assert.equal((await again()).status, 304);
    await post(inventory({ at: NOW_S, nodes: [NODES[0]] }));
    assert.equal((await again()).status, 200);
    assert.equal((await server.json("/api/dashboard/inventory")).status, 200, "there is only one");
    await post(inventory({ hostname: "beta" }));
    const several = await server.json("/api/dashboard/inventory");
    assert.equal(several.status, 422);
    assert.match(detail(several), /cluster must name one cluster: there are 2/);
    assert.equal((await server.json("/api/dashboard/inventory?cluster=gamma")).status, 404);
    assert.equal((await server.json("/api/dashboard/inventory?cluster=alpha&from=never")).status, 422);
  }));

Deno.test("a cluster without an inventory has none, on the status page as well", () =>
  withServer(async (server) => {
    await server.ingest({ hostname: "alpha", jobs: [wireJob()] });
    const { totals, told_s, capacity, nodes } = await shown(server);
    assert.deepEqual([totals, told_s, nodes], [null, null, []]);
    assert.deepEqual((capacity as { available: null; known_from_s: null }).available, null);
    assert.doesNotMatch(await (await server.fetch("/status")).text(), /Inventory last seen|>CPUs</);
    await poster(server)(inventory());
    assert.match(await (await server.fetch("/status")).text(), /Inventory last seen/);
    assert.equal((await server.ingest({ hostname: "alpha", jobs: [wireJob({ JobID: "2" })] })).status, 200);
  }));

Deno.test("an inventory is refused with 507 while the disk is full, and what was known stays", () => {
  let free = Infinity;
  const disk = { ...MACHINE, freeBytes: () => Promise.resolve(free) };
  return withServer(async (server) => {
    const post = poster(server);
    assert.equal((await post(inventory())).status, 200);
    free = 1024;
    assert.equal((await post(inventory({ at: NOW_S, nodes: [NODES[0]] }))).status, 507);
    const { totals } = await shown(server);
    assert.equal((totals as { nodes: number }).nodes, 2);
  }, { disk });
});
