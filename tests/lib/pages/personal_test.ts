import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { usagePage } from "../../../lib/pages/usage.ts";
import type { PersonalModel } from "../../../lib/pages/personal.ts";
import { parseFilters } from "../../../lib/view/filters.ts";
import { clusterOf, dataOf, NOW_S, type Sent } from "./small_data.ts";

const DAY_S = 86_400;
const GIB = 2 ** 30;
const GAP = "\u00a0";

/** Jobs of alice on alpha that ask for 32 GiB and 16 CPUs and use little, and one of bob's that uses all. */
const JOBS: readonly Sent[] = [
  ...Array.from({ length: 20 }, (_, index): Sent => ({
    id: String(100 + index),
    submit: NOW_S - 2 * DAY_S - index,
    cpus: 16,
    run_s: 3600,
    wait_s: 600,
    state: index === 0 ? "OUT_OF_MEMORY" : index < 5 ? "TIMEOUT" : "COMPLETED",
    more: { ReqMem: 32 * GIB, MaxRSS: 4 * GIB, TotalCPU: 4320, TimelimitRaw: 24 * 60 },
  })),
  {
    id: "900",
    user: "bob",
    account: "chem",
    cpus: 4,
    wait_s: 10,
    run_s: 36_000,
    more: { ReqMem: 8 * GIB, MaxRSS: 8 * GIB, TotalCPU: 144_000, TimelimitRaw: 600 },
  },
];

async function model(jobs: readonly Sent[], query: string) {
  const { filters } = parseFilters(new URLSearchParams(query));
  const beta = clusterOf("beta", [{ user: "carol", wait_s: 9 * 3600 }]);
  return await usagePage(dataOf(clusterOf("alpha", jobs), beta), filters, { now_s: NOW_S });
}

async function personalOf(jobs: readonly Sent[], query = "user=alice"): Promise<PersonalModel> {
  const { personal } = await model(jobs, query);
  ok(personal !== null && !("kind" in personal), "no personal page");
  return personal;
}

Deno.test("usagePage() is the page of one user who alone is chosen, and splits by partition", async () => {
  const alone = await model(JOBS, "user=alice&cluster=alpha");
  deepStrictEqual([alone.title, alone.table?.columns[0].label], ["Usage by alice", "Partition"]);
  ok(alone.personal !== null);
  for (const query of ["", "user=alice&user=bob", "user=alice&not.partition=gpu", "account=phys"]) {
    strictEqual((await model(JOBS, query)).personal, null, query);
  }
  strictEqual((await model(JOBS, "user=nobody")).personal, null);
});

Deno.test("personal() says in words and tiles what was used, beside all users of the same clusters", async () => {
  const personal = await personalOf(JOBS);
  strictEqual(personal.headline, "alice used 320 CPU-hours on alpha; 20 jobs ended.");
  strictEqual(personal.beside, "Beside all users of alpha");
  const tiles = Object.fromEntries(personal.tiles.map(({ label, value, note }) => [label, [value, note]]));
  deepStrictEqual(tiles, {
    "Jobs ended": ["20", undefined],
    "CPU-hours": ["320", undefined],
    // Carol's nine hours on beta are no part of it.
    "Wait, median": [`10${GAP}min`, `all users: 10${GAP}min`],
    "Wait, p95": [`10${GAP}min`, `all users: 10${GAP}min`],
    "CPU efficiency": [`7.5${GAP}%`, `all users: 18${GAP}%`],
    "Memory efficiency": [`13${GAP}%`, `all users: 22${GAP}%`],
    "Failed jobs": [`25${GAP}%`, `all users: 24${GAP}%`],
    "CPU-hours not used": ["296", `93${GAP}% of what ended jobs held`],
    "GiB-hours not used": ["560", `88${GAP}% of what ended jobs held`],
  });
});

Deno.test("personal() advises with the numbers of the jobs, and leads to them", async () => {
  const { advice, no_advice } = await personalOf(JOBS);
  strictEqual(no_advice, "");
  deepStrictEqual(advice.map(({ rule, text }) => [rule, text]), [
    ["out-of-memory", `1 job ran out of memory and was ended (1 of 20 jobs, 16 CPU-hours).`],
    [
      "time-limit-reached",
      `20${GAP}% of the jobs were ended by their time limit: 4 of 20 jobs, 64 CPU-hours.`,
    ],
    [
      "memory",
      `Jobs on one node used 13${GAP}% of the memory they asked for. 20 jobs asked for 32${GAP}GiB and 95${GAP}% of them used at most 4${GAP}GiB.`,
    ],
    ["cpus", "20 jobs asked for 16 CPUs and kept 1.2 of them busy on average."],
    [
      "time-limit-long",
      `Half of the jobs used at most 4.2${GAP}% of their time limit; of 20 jobs with a limit of 1${GAP}d, 95${GAP}% ended within 1${GAP}h.`,
    ],
  ]);
  const hints = Object.fromEntries(advice.map(({ rule, hint }) => [rule, hint]));
  // 32 − 6 GiB for an hour, and 16 − 2 CPUs, of each of twenty jobs.
  strictEqual(
    hints.memory,
    `Asking for 6${GAP}GiB instead of 32${GAP}GiB would have been enough for 20 of them and freed 520 GiB-hours.`,
  );
  strictEqual(hints.cpus, "Asking for 2 CPUs would have been enough for 20 of them and freed 280 CPU-hours.");
  match(hints["time-limit-long"], /^A shorter limit, such as 2\u00a0h, lets Slurm/);
  strictEqual(advice[1].href, "/jobs?user=alice&state=TIMEOUT&sort=-cpuhours");
});

Deno.test("personal() has no advice where jobs use what they ask for, and where none has ended", async () => {
  const bob = await personalOf(JOBS, "user=bob");
  deepStrictEqual([bob.advice, bob.no_advice], [[], "Nothing to improve that the data shows."]);
  const running = await personalOf([{ more: { End: null, ElapsedRaw: null, State: "RUNNING" } }]);
  deepStrictEqual([running.advice, running.no_advice], [[], "No job ended in these days."]);
});

Deno.test("personal() lists the ten newest jobs, each with a link to its page", async () => {
  const { recent, recent_note, all_jobs_href } = await personalOf(JOBS);
  strictEqual(recent.length, 10);
  deepStrictEqual(recent.map(({ id }) => id).slice(0, 3), ["100", "101", "102"]);
  strictEqual(recent[0].href, `/jobs/alpha/100?submit=${NOW_S - 2 * DAY_S}`);
  deepStrictEqual([recent[0].state, recent[0].mark, recent[0].wait, recent[0].elapsed], [
    "OUT_OF_MEMORY",
    "limit",
    `10${GAP}min`,
    `1${GAP}h`,
  ]);
  strictEqual(recent_note, "The 10 newest of 20 jobs.");
  strictEqual(all_jobs_href, "/jobs?user=alice");
});

Deno.test("usagePage() shows the other figures where the personal part cannot be made", async () => {
  const { filters } = parseFilters(new URLSearchParams("user=alice"));
  const alpha = clusterOf("alpha", JOBS);
  // Without its files nothing is missing; a broken column is what a figure may stumble upon.
  const broken = new Proxy(alpha.dataset, {
    get: (dataset, name) => {
      if (name === "record") throw new TypeError("cannot be read");
      const value = Reflect.get(dataset, name, dataset);
      return typeof value === "function" ? value.bind(dataset) : value;
    },
  });
  const model = await usagePage(dataOf({ ...alpha, dataset: broken }), filters, {
    now_s: NOW_S,
    failed: () => "r1",
  });
  ok(model.personal !== null && "kind" in model.personal);
  strictEqual(model.personal.request_id, "r1");
  strictEqual(model.figure?.kind, "bars");
  ok(model.table !== null);
});

Deno.test("personal() gives neither advice nor a comparison where a state is chosen", async () => {
  const personal = await personalOf(JOBS, "user=alice&state=TIMEOUT");
  deepStrictEqual([personal.advice, personal.beside], [[], ""]);
  match(personal.no_advice, /where no state is chosen/);
  ok(personal.tiles.every(({ note }) => !note?.startsWith("all users")));
});

Deno.test("personal() names an amount of memory to ask for after running out of it", async () => {
  const [advice] = (await personalOf(JOBS)).advice;
  strictEqual(
    advice.hint,
    `Ask for more memory for jobs like these: most had 32${GAP}GiB; twice that, 64${GAP}GiB, is worth a try.`,
  );
});

Deno.test("personal() says why no memory is suggested of jobs on several nodes", async () => {
  const jobs = JOBS.map((job) => ({ ...job, state: "COMPLETED", more: { ...job.more, AllocNodes: 2 } }));
  match((await personalOf(jobs)).no_advice, /no amount is suggested: 20 of the jobs ran on several nodes/);
});

Deno.test("personal() says what its changes are against", async () => {
  match((await personalOf(JOBS)).against, /^(Changes against|Not compared|Nothing to compare) /);
});
