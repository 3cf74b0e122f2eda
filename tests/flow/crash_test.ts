/**
 * Killed at any moment, a server has lost nothing that it acknowledged and stored nothing twice, and files that were
 * damaged meanwhile are named. In most rounds the process that is killed holds the services of a server without its
 * pages, which start faster; `crash_server_test.ts` kills whole servers.
 *
 * A story that failed is told again by `CRASH_STORY=7 deno task test tests/flow/crash_test.ts`; what happens in it
 * follows from its number, but for how fast a process comes along until it is killed from outside.
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { ChildEvent, ChildPlan } from "./crash_child.ts";
import { type Phase, PHASES } from "./crash_disk.ts";
import { type Ending, type Orders, playStory } from "./crash_story.ts";

const CHILD = fileURLToPath(new URL("./crash_child.ts", import.meta.url));
const STORIES = 21;
const ROUNDS = 24;
/** How many are told at a time. */
const AT_A_TIME = 2;
/** So long a process may work at most; on a busy machine half of what it took to get there, if that is more. */
const WORK_MS = 200;
/** Calls to the disk after which it dies, at most, about as many as there are in so long. */
const CALLS: Readonly<Record<Phase, number>> = { "start-up": 6, ingest: 100, compaction: 80, retention: 8 };

async function killChild({ random, told, ...orders }: Orders): Promise<Ending> {
  const phase = random.pick(PHASES);
  // One that only looks ends when it has told what it sees.
  const itself = random.next() < (phase === "start-up" ? 0.3 : 0.6) && !orders.look;
  const from_outside = !itself && !orders.look;
  const fault = random.next() < 0.3 ? "power cut" : "death";
  const call = random.below(CALLS[phase]);
  const wait_ms = random.below(phase === "start-up" ? 160 : 8);
  const plan: ChildPlan = {
    ...orders,
    seed: random.below(2 ** 31),
    focus: phase,
    death: itself ? { phase, call, fault } : null,
  };
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", CHILD, JSON.stringify(plan)],
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const spawned_ms = performance.now();
  const said = new Response(child.stderr).text();
  const timers: ReturnType<typeof setTimeout>[] = [];
  const killIn = (after_ms: number) => {
    timers.push(setTimeout(() => {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended by itself.
      }
    }, after_ms));
  };
  const calls = new Map<Phase, number>();
  let last: Phase = "start-up";
  const hear = (event: ChildEvent) => {
    if (event.event === "disk") {
      const count = calls.get(last = event.phase) ?? 0;
      calls.set(last, count + 1);
      if (from_outside && last === phase && count === call) killIn(wait_ms);
    } else if (event.event === "open") {
      last = "ingest";
      const work_ms = Math.max(WORK_MS, (performance.now() - spawned_ms) / 2);
      killIn(phase === "retention" ? 2 * work_ms : work_ms);
    }
    told(event);
  };
  if (from_outside && phase === "start-up") killIn(40 + wait_ms);
  let text = "";
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (text + part).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) hear(JSON.parse(line));
  }
  const { signal } = await child.status;
  timers.forEach((timer) => clearTimeout(timer));
  assert.equal(signal, "SIGKILL", await said);
  const died = itself && last === phase && calls.get(phase) === call + 1;
  return { phase: last, power_cut: died && fault === "power cut" };
}

Deno.test("a server killed at any moment loses no acknowledged record, doubles none, and names what was damaged", async () => {
  const only = Deno.env.get("CRASH_STORY");
  const seeds = only === undefined ? Array.from({ length: STORIES }, (_, story) => story) : [Number(only)];
  const waiting = [...seeds];
  const phases: Phase[] = [];
  await Promise.all(Array.from({ length: AT_A_TIME }, async () => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      phases.push(...await playStory(seed, { rounds: ROUNDS, play: killChild }));
    }
  }));
  assert.equal(phases.length, seeds.length * ROUNDS);
  if (only !== undefined) return;
  assert.ok(phases.length >= 500);
  const counts = PHASES.map((phase) => [phase, phases.filter((other) => other === phase).length] as const);
  console.log(`killed in ${counts.map(([phase, count]) => `${phase}: ${count}`).join(", ")}`);
  for (const [phase, count] of counts) assert.ok(count >= 25, `only ${count} were killed in ${phase}`);
});
