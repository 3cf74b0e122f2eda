/** What is kept from one request to the next, and that nobody who gives up spoils it for the others. */
import assert from "node:assert/strict";
import { values } from "../../../lib/query/facets.ts";
import { ranking } from "../../../lib/query/ranking.ts";
import { DEFAULT_FILTERS } from "../../../lib/view/filters.ts";
import { clusterOf, dataOf, jobRecord, utc } from "../../helpers.ts";
import { wireJob, withServer } from "./test_server.ts";

const NOW = { now_s: utc("2024-03-06") };
const data = () =>
  dataOf(clusterOf([jobRecord({
    User: "alice",
    Account: "physics",
    State: "COMPLETED",
    Submit: utc("2024-03-04"),
    Start: utc("2024-03-04T01:00"),
    End: utc("2024-03-04T03:00"),
    AllocCPUS: 2,
    NodeList: "n1",
  })]));

Deno.test("GET /api/dashboard/values counts once however many letters are typed, and anew after a batch", () =>
  withServer(async ({ ingest, json, services }) => {
    await ingest({ hostname: "alpha", jobs: [wireJob(), wireJob({ JobID: "2", User: "bob" })] });
    let looked = 0;
    const watch = () => {
      const dataset = services.warehouse.clusters.get("alpha")?.dataset;
      const weeks = dataset?.weeks;
      Object.defineProperty(dataset, "weeks", {
        get: () => {
          looked++;
          return weeks;
        },
      });
    };
    const asked = async (find: string) => {
      looked = 0;
      const { status, body } = await json(`/api/dashboard/values?dimension=user&find=${find}&period=7d`);
      assert.equal(status, 200);
      return (body as unknown as { readonly values: readonly { readonly value: string }[] }).values
        .map(({ value }) => value);
    };
    watch();
    assert.deepEqual(await asked("b"), ["bob"]);
    assert.ok(looked > 0, "the first letter counts");
    assert.deepEqual(await asked("bo"), ["bob"]);
    assert.deepEqual(await asked("a"), ["alice"]);
    assert.equal(looked, 0, "the next ones do not");
    await ingest({ hostname: "alpha", jobs: [wireJob({ JobID: "3", User: "boris" })] });
    watch();
    assert.deepEqual(await asked("bo"), ["bob", "boris"]);
    assert.ok(looked > 0, "a batch changes what there is");
  }));

Deno.test("views are the same objects until a cluster changes", () =>
  withServer(async ({ ingest, services: { warehouse } }) => {
    await ingest({ hostname: "alpha", jobs: [wireJob()] });
    await ingest({ hostname: "beta", jobs: [wireJob()] });
    const before = warehouse.views;
    assert.equal(warehouse.views.get("alpha"), before.get("alpha"));
    await ingest({ hostname: "beta", jobs: [wireJob({ JobID: "2" })] });
    assert.equal(warehouse.views.get("alpha"), before.get("alpha"));
    assert.notEqual(warehouse.views.get("beta"), before.get("beta"));
  }));

Deno.test("values() and ranking() answer after somebody who asked the same gave up", async () => {
  const shared = data();
  const filters = { ...DEFAULT_FILTERS, from: "2024-03-04", to: "2024-03-05" };
  const gone = () => {
    throw new Error("gone");
  };
  const find = { dimension: "user", find: "", limit: 10 } as const;
  await assert.rejects(values(shared, filters, { ...NOW, ...find, breathe: gone }), /gone/);
  assert.equal((await values(shared, filters, { ...NOW, ...find })).count, 1);

  const by = { by: "user", measures: ["cpu-hours"] } as const;
  let given_up = false;
  const breathe = () => {
    if (given_up) throw new Error("gone");
    return undefined;
  };
  await ranking(shared, filters, { ...NOW, ...by, breathe });
  given_up = true;
  const { rows } = await ranking(shared, filters, { ...NOW, ...by, measures: ["wait-p90"] });
  assert.equal(rows[0].values["wait-p90"], 3600);
});

Deno.test("an export that was given up leaves later answers right", () =>
  withServer(async ({ ingest, fetch, json }) => {
    await ingest({ hostname: "alpha", jobs: [wireJob()] });
    const gone = AbortSignal.abort();
    const query = "by=user&period=7d";
    const left = await fetch(`/api/export/usage.csv?${query}`, { signal: gone });
    assert.equal(left.status, 503);
    await left.body?.cancel();
    assert.match(await (await fetch(`/api/export/usage.csv?${query}`)).text(), /alice/);
    assert.equal((await json(`/api/dashboard/series?${query}`)).status, 200);
  }));
