/** The requests of the public contract, byte for byte, get its answers. */
import assert from "node:assert/strict";
import { contractOf, KEY, withServer } from "./test_server.ts";

const INGEST = `{
  "hostname": "hpc-cluster-01",
  "jobs": [
    {
      "JobID": "12345",
      "User": "username",
      "Account": "project-a",
      "Partition": "compute",
      "State": "COMPLETED",
      "Submit": "2024-10-31T10:00:00",
      "Start": "2024-10-31T10:05:00",
      "End": "2024-10-31T11:00:00",
      "CPUHours": 4.0,
      "GPUHours": 0.0,
      "AllocCPUS": 4,
      "AllocGPUS": 0,
      "AllocNodes": 1,
      "NodeList": "node001"
    }
  ]
}`;

const FILTER = `{
  "hostname": "hpc-cluster-01",
  "start_date": "2024-01-01",
  "end_date": "2024-12-31",
  "partitions": ["compute"],
  "accounts": ["project-a"]
}`;

const headers = { "X-API-Key": KEY, "Content-Type": "application/json" };

Deno.test("the contract's ingest example gets the contract's answer", () =>
  withServer(async ({ fetch }) => {
    const response = await fetch("/api/data/ingest", { method: "POST", headers, body: INGEST });
    assert.equal(response.status, 200);
    assert.deepEqual(await response.json(), {
      success: true,
      message: "Successfully ingested 1 jobs for hpc-cluster-01",
      jobs_processed: 1,
      hostname: "hpc-cluster-01",
      accepted: 1,
      updated: 0,
      duplicates: 0,
      rejected: [],
      rejected_count: 0,
    });
  }));

Deno.test("the contract's connectivity test succeeds and makes no cluster", () =>
  withServer(async ({ fetch, json }) => {
    const response = await fetch("/api/data/ingest", {
      method: "POST",
      headers,
      body: '{"hostname":"test","jobs":[]}',
    });
    assert.equal(response.status, 200);
    assert.equal((await response.json()).jobs_processed, 0);
    assert.deepEqual((await json("/api/dashboard/metadata")).body, {
      hostnames: [],
      partitions: {},
      accounts: {},
      users: {},
      qos: {},
      states: {},
      date_ranges: {},
    });
  }));

Deno.test("health and metadata tell the clusters and their values", () =>
  withServer(async ({ fetch, json }) => {
    await fetch("/api/data/ingest", { method: "POST", headers, body: INGEST });
    assert.deepEqual(contractOf((await json("/api/dashboard/health")).body), {
      status: "healthy",
      timestamp: "2024-11-02T12:00:00.000Z",
      data_loaded: true,
      hostnames: ["hpc-cluster-01"],
    });
    assert.deepEqual((await json("/api/dashboard/metadata")).body, {
      hostnames: ["hpc-cluster-01"],
      partitions: { "hpc-cluster-01": ["compute"] },
      accounts: { "hpc-cluster-01": ["project-a"] },
      users: { "hpc-cluster-01": ["username"] },
      qos: { "hpc-cluster-01": [] },
      states: { "hpc-cluster-01": ["COMPLETED"] },
      date_ranges: { "hpc-cluster-01": { min_date: "2024-10-31", max_date: "2024-10-31" } },
    });
  }));

Deno.test("the contract's filter example gets the job and its totals", () =>
  withServer(async ({ fetch }) => {
    await fetch("/api/data/ingest", { method: "POST", headers, body: INGEST });
    const response = await fetch("/api/dashboard/filter", { method: "POST", headers, body: FILTER });
    assert.equal(response.status, 200);
    const { data, ...totals } = await response.json();
    assert.deepEqual(totals, {
      total_jobs: 1,
      // 4 CPUs over 55 minutes: allocated count × time, whatever the sender computed.
      total_cpu_hours: 4 * 55 / 60,
      total_gpu_hours: 0,
      total_users: 1,
      next_offset: null,
    });
    const sent = JSON.parse(INGEST).jobs[0];
    for (
      const name of ["JobID", "User", "Account", "Partition", "State", "GPUHours", "AllocCPUS", "NodeList"]
    ) {
      assert.equal(data[0][name], sent[name], name);
    }
    assert.equal(data[0].CPUHours, totals.total_cpu_hours, "a row says the same as the total");
    assert.equal(data[0].Start, "2024-10-31T10:05:00Z");
  }));

Deno.test("a filter that asks for another partition gets no job", () =>
  withServer(async ({ fetch }) => {
    await fetch("/api/data/ingest", { method: "POST", headers, body: INGEST });
    const body = FILTER.replace('"compute"', '"gpu"');
    const response = await fetch("/api/dashboard/filter", { method: "POST", headers, body });
    const { total_jobs, total_cpu_hours, data } = await response.json();
    assert.deepEqual({ total_jobs, total_cpu_hours, data }, { total_jobs: 0, total_cpu_hours: 0, data: [] });
  }));
