import assert from "node:assert/strict";
import { type TestServer, wireJob, withServer } from "./test_server.ts";

/** Ids of the jobs that the pages would show. */
async function shown({ post }: TestServer): Promise<string[]> {
  const { body } = await post("/api/dashboard/filter", { hostname: "alpha" });
  const { data } = body as { readonly data: readonly { readonly JobID: string }[] };
  return data.map(({ JobID }) => JobID).sort();
}

Deno.test("a data folder that is gone is a 503 in words for a batch; what is known is still shown", () =>
  withServer(async (server) => {
    const { ingest, root, services } = server;
    assert.equal((await ingest({ hostname: "alpha", jobs: [wireJob()] })).status, 200);
    await Deno.rename(root, `${root}-elsewhere`);
    // As a mount point is left behind, or made anew by a tool that did not know better.
    for (const recreated of [false, true]) {
      if (recreated) await Deno.mkdir(root);
      for (const hostname of ["alpha", "beta"]) {
        const { status, body } = await ingest({ hostname, jobs: [wireJob({ JobID: "2" })] });
        assert.equal(status, 503);
        const { detail } = body as { readonly detail: string };
        assert.match(detail, /is not the folder that this server opened.*Nothing is stored until it is back/);
      }
      await services.warehouse.refresh();
      assert.deepEqual(await shown(server), ["1"]);
    }
    assert.deepEqual([...Deno.readDirSync(root)], [], "nothing is written into another folder");
    await Deno.remove(root);
    await Deno.rename(`${root}-elsewhere`, root);
    assert.equal((await ingest({ hostname: "alpha", jobs: [wireJob({ JobID: "2" })] })).status, 200);
    assert.deepEqual(await shown(server), ["1", "2"]);
  }));
