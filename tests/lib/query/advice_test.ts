import assert from "node:assert/strict";
import { advice, THRESHOLDS } from "../../../lib/query/advice.ts";
import type { AskedAndUsed } from "../../../lib/query/asked_and_used.ts";
import type { AskedGroup } from "../../../lib/query/asked_groups.ts";

const GIB = 2 ** 30;
const NONE = { jobs: 0, cpu_hours: 0 };
const ENDED = { jobs: 200, cpu_hours: 800 };

/** Jobs of which nothing can be said. */
const PLAIN: AskedAndUsed = {
  ended: ENDED,
  timed_out: NONE,
  out_of_memory: NONE,
  failed: NONE,
  short: NONE,
  several_nodes: NONE,
  too_little_memory: null,
  memory: { jobs: 0, asked_hours: 0, used_hours: 0, groups: [] },
  cpus: { jobs: 0, asked_hours: 0, used_hours: 0, groups: [] },
  limit: { jobs: 0, use_p50: null, groups: [] },
  gpus: { jobs: 0, asked_hours: 0, used_hours: 0 },
};

function group(parts: Partial<AskedGroup>): AskedGroup {
  return {
    asked: 16,
    jobs: THRESHOLDS.jobs,
    used_p95: 2,
    used_mean: 1,
    enough: 8,
    fitting: THRESHOLDS.jobs,
    freed_hours: 10,
    ...parts,
  };
}

function rules(parts: Partial<AskedAndUsed>): readonly string[] {
  return advice({ ...PLAIN, ...parts }).map(({ rule }) => rule);
}

Deno.test("advice() says nothing without data and of jobs that use what they ask for", () => {
  assert.deepEqual(rules({}), []);
  assert.deepEqual(rules({ ended: NONE }), []);
});

Deno.test("advice() names each job out of memory, and failures and time limits from their shares on", () => {
  assert.deepEqual(rules({ out_of_memory: { jobs: 1, cpu_hours: 0 } }), ["out-of-memory"]);
  assert.deepEqual(rules({ timed_out: { jobs: 10, cpu_hours: 5 } }), ["time-limit-reached"]);
  assert.deepEqual(rules({ timed_out: { jobs: 9, cpu_hours: 5 } }), []);
  assert.deepEqual(rules({ failed: { jobs: 20, cpu_hours: 5 } }), ["failed"]);
  assert.deepEqual(rules({ failed: { jobs: 19, cpu_hours: 5 } }), []);
  assert.deepEqual(rules({ ended: { jobs: 9, cpu_hours: 9 }, failed: { jobs: 9, cpu_hours: 9 } }), []);
  assert.deepEqual(rules({ short: { jobs: 100, cpu_hours: 0 } }), ["short"]);
  assert.deepEqual(rules({ short: { jobs: 99, cpu_hours: 0 } }), []);
});

Deno.test("advice() names the group of jobs that would free most memory, if half would do and it is worth it", () => {
  const memory = (groups: readonly AskedGroup[]) =>
    advice({ ...PLAIN, memory: { jobs: 40, asked_hours: 100, used_hours: 22, groups } });
  const large = group({ asked: 32 * GIB, enough: 8 * GIB, freed_hours: 10 * GIB });
  const kept = group({ asked: 64 * GIB, enough: 48 * GIB, freed_hours: 900 * GIB });
  const found = { rule: "memory", use: 0.22, jobs: 40, idle_gib_hours: 78 };
  assert.deepEqual(memory([kept, large]), [{ ...found, group: large }]);
  assert.deepEqual(memory([{ ...large, jobs: 9 }]), [{ ...found, group: null }]);
  assert.deepEqual(memory([{ ...large, enough: 16 * GIB + 1 }]), [{ ...found, group: null }]);
  assert.deepEqual(memory([{ ...large, freed_hours: 9.9 * GIB }]), [{ ...found, group: null }]);
});

Deno.test("advice() names unused memory where no size stands out, from half of it on", () => {
  const memory = { jobs: 10, asked_hours: 40, used_hours: 20, groups: [] };
  assert.deepEqual(rules({ memory }), ["memory"]);
  assert.deepEqual(rules({ memory: { ...memory, used_hours: 21 } }), []);
  assert.deepEqual(rules({ memory: { ...memory, jobs: 9 } }), []);
  assert.deepEqual(rules({ memory: { ...memory, asked_hours: 10, used_hours: 0.1 } }), []);
});

Deno.test("advice() names CPUs and GPUs that lie idle", () => {
  const cpus = { jobs: 20, asked_hours: 50, used_hours: 5, groups: [group({})] };
  assert.deepEqual(rules({ cpus }), ["cpus"]);
  assert.deepEqual(rules({ cpus: { ...cpus, groups: [group({ freed_hours: 9 })] } }), []);
  assert.deepEqual(rules({ gpus: { jobs: 2, asked_hours: 20, used_hours: 10 } }), ["gpus"]);
  assert.deepEqual(rules({ gpus: { jobs: 2, asked_hours: 20, used_hours: 10.1 } }), []);
  assert.deepEqual(rules({ gpus: { jobs: 2, asked_hours: 9, used_hours: 0 } }), []);
});

Deno.test("advice() names time limits of which half of the jobs use little, with the shorter one that would do", () => {
  const short = group({ asked: 86_400, enough: 3600 });
  const limit = { jobs: 10, use_p50: 0.05, groups: [group({ enough: 15 }), short] };
  assert.deepEqual(advice({ ...PLAIN, limit }), [
    { rule: "time-limit-long", use_p50: 0.05, jobs: 10, group: short },
  ]);
  assert.deepEqual(rules({ limit: { ...limit, use_p50: 0.11 } }), []);
  assert.deepEqual(rules({ limit: { ...limit, jobs: 9 } }), []);
  assert.deepEqual(advice({ ...PLAIN, limit: { ...limit, groups: [] } }), [
    { rule: "time-limit-long", use_p50: 0.05, jobs: 10, group: null },
  ]);
});

Deno.test("advice() begins with what is gravest", () => {
  const many = { jobs: 120, cpu_hours: 1 };
  assert.deepEqual(rules({ short: many, failed: many, timed_out: many, out_of_memory: many }), [
    "out-of-memory",
    "time-limit-reached",
    "failed",
    "short",
  ]);
});
