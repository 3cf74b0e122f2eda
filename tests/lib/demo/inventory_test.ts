import assert from "node:assert/strict";
import { demoClusters } from "../../../lib/demo/generate.ts";
import type { WireJob } from "../../../lib/job/batch.ts";
import { readSnapshot } from "../../../lib/job/snapshot.ts";
import { expandNodeList } from "../../../lib/slurm/node_list.ts";

const NOW_S = 1_764_000_000;
const HOUR_S = 3600;

const clusters = demoClusters({ seed: 7, now_s: NOW_S, months: 2.1, jobs: 30_000 }).map((cluster) => ({
  ...cluster,
  jobs: [...cluster.batches].flatMap((batch) => batch.jobs),
  told: cluster.inventories(),
}));

function ran(job: WireJob): boolean {
  return job.NodeList !== "None assigned";
}

Deno.test("inventories() are taken up whole, the older one without events", async () => {
  for (const { hostname, told } of clusters) {
    const [then, now] = told;
    assert.equal(then.events, undefined);
    assert.ok(then.at < now.at && now.at === NOW_S && now.events_from === then.at);
    for (const inventory of told) {
      const read = await readSnapshot(JSON.parse(JSON.stringify(inventory)));
      assert.deepEqual([read.hostname, read.rejected_count, read.snapshot.partial.size], [hostname, 0, 0]);
    }
  }
});

Deno.test("inventories() name every node, partition, account and user of the jobs", () => {
  for (const { jobs, told: [, now] } of clusters) {
    const [nodes, partitions, accounts, users] = [
      new Set(now.nodes?.map(({ name }) => name)),
      new Set(now.partitions?.map(({ name }) => name)),
      new Set(now.accounts?.map(({ account }) => account)),
      new Set(now.users?.map(({ user }) => user)),
    ];
    for (const job of jobs) {
      assert.ok(partitions.has(String(job.Partition)) && users.has(String(job.User)));
      assert.ok(accounts.has(String(job.Account)), String(job.Account));
      if (ran(job)) {
        for (const node of expandNodeList(String(job.NodeList))) assert.ok(nodes.has(node), node);
      }
    }
    const roots = now.accounts?.filter(({ parent }) => (parent ?? null) === null);
    assert.deepEqual(roots?.map(({ account }) => account), ["root"]);
    for (const { parent } of now.accounts ?? []) {
      assert.ok((parent ?? null) === null || accounts.has(parent!));
    }
  }
});

Deno.test("inventories() have no node out of service while a job runs on it", () => {
  for (const { jobs, told: [, now] } of clusters) {
    const events = Map.groupBy(now.events ?? [], ({ node }) => node);
    for (const job of jobs) {
      if (!ran(job)) continue;
      const [start, end] = [Number(job.Start), job.End === "Unknown" ? Infinity : Number(job.End)];
      for (const node of expandNodeList(String(job.NodeList))) {
        const met = events.get(node)?.find((event) => event.start < end && (event.end ?? Infinity) > start);
        assert.equal(met, undefined, `${job.JobID} on ${node}`);
      }
    }
  }
});

Deno.test("inventories() have maintenance of all nodes, failures, and some nodes drained, few of them now", () => {
  for (const { told: [then, now] } of clusters) {
    const events = now.events ?? [];
    const nodes = now.nodes?.length ?? 0;
    assert.equal(events.filter(({ state }) => state === "MAINT").length, nodes);
    const others = events.filter(({ state }) => state !== "MAINT");
    assert.deepEqual(new Set(others.map(({ state }) => state)), new Set(["DRAIN", "DOWN"]));
    assert.ok(others.some(({ reason }) => reason === "Not responding"));
    const out_hours = others.reduce((sum, { start, end }) => sum + ((end ?? NOW_S) - start) / HOUR_S, 0);
    const share = out_hours / (nodes * (NOW_S - then.at) / HOUR_S);
    assert.ok(share > 0.0005 && share < 0.05, String(share));
    const lasting = events.filter(({ end }) => end === null);
    assert.ok(lasting.length <= 2);
    for (const { node, state, reason } of lasting) {
      const entry = now.nodes?.find(({ name }) => name === node);
      assert.ok(entry?.state?.includes(state) && entry.reason === reason);
    }
  }
});

Deno.test("demoClusters() gives GPU jobs what their GPUs did, some of which did nothing", () => {
  const [aurora, borealis] = clusters;
  assert.ok(aurora.jobs.every((job) => (job.GPUUtilAve ?? null) === null));
  const measured = borealis.jobs.filter((job) => (job.GPUUtilAve ?? null) !== null);
  assert.ok(measured.length > 0.8 * borealis.jobs.filter((job) => Number(job.TotalCPU) > 0).length);
  for (const job of measured) {
    assert.ok(Number(job.GPUUtilAve) <= Number(job.GPUUtilMax));
    assert.ok(Number(job.GPUUtilMax) <= 100 * Number(job.AllocGPUS) / Number(job.AllocNodes));
    assert.ok(Number(job.GPUMemAve) <= Number(job.GPUMemMax));
  }
  assert.ok(
    measured.some((job) => job.GPUUtilAve === 0) && measured.some((job) => Number(job.GPUUtilAve) > 80),
  );
});

Deno.test("demoClusters() has WCKeys, default ones too, reservations, and what jobs read and wrote", () => {
  const jobs = clusters.flatMap((cluster) => cluster.jobs);
  const keys = new Set(jobs.map((job) => job.WCKey));
  for (const key of [null, "*", "cmip7", "run4"]) assert.ok(keys.has(key), String(key));
  const reserved = jobs.filter((job) => job.Reservation === "course");
  assert.ok(reserved.length > 0 && reserved.every((job) => job.Account === "guest-training" && ran(job)));
  const sampled = jobs.filter((job) => Number(job.TotalCPU) > 0);
  assert.ok(sampled.every((job) => Number(job.DiskRead) > 0 && Number(job.DiskWrite) % 1024 === 0));
});
