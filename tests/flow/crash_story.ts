import assert from "node:assert/strict";
import { check } from "../../lib/admin/check.ts";
import { createRandom, type Random } from "../../lib/demo/random.ts";
import { Warehouse } from "../../lib/engine/warehouse.ts";
import { weekOf } from "../../lib/store/weeks.ts";
import { withFolder } from "../helpers.ts";
import { filesIn } from "../lib/engine/stage.ts";
import { CLUSTER } from "./crash_batches.ts";
import type { ChildEvent } from "./crash_child.ts";
import { type Damaged, doDamage } from "./crash_damage.ts";
import type { Phase } from "./crash_disk.ts";
import { type FolderAtRest, readFolder } from "./crash_folder.ts";
import { latestOf, Model } from "./crash_model.ts";

/** What a process is to do in a round. */
export interface Orders {
  readonly root: string;
  readonly random: Random;
  readonly week: number;
  /** Batches to send before all others. */
  readonly again: readonly number[];
  readonly next: number;
  /** Whether it is to be killed as soon as it has told what it sees. */
  readonly look: boolean;
  readonly told: (event: ChildEvent) => void;
}

/** How a round ended. */
export interface Ending {
  readonly phase: Phase;
  /** Whether a power cut has undone what was not made durable. */
  readonly power_cut: boolean;
}

/** Starts a process on a folder, lets it work, and kills it. */
export type Play = (orders: Orders) => Promise<Ending>;

/** A story: a data folder through some rounds, in each of which a process works on it and is killed. */
export async function playStory(
  seed: number,
  { rounds, play }: { rounds: number; play: Play },
): Promise<Phase[]> {
  const phases: Phase[] = [];
  await withFolder(async (root) => {
    const story = new Story(root, createRandom(seed));
    try {
      for (let round = 0; round < rounds; round++) phases.push(await story.round(play));
      await story.end();
    } catch (error) {
      const happened = story.log.slice(-12).join("\n");
      throw new Error(`story ${seed}, round ${phases.length}:\n${happened}`, { cause: error });
    }
  });
  return phases;
}

class Story {
  /** What happened, in words. */
  readonly log: string[] = [];
  readonly #root: string;
  readonly #random: Random;
  readonly #model = new Model();
  readonly #damaged: Damaged[] = [];
  /** Those of them of which no process has told yet. */
  #untold: Damaged[] = [];
  #notices: string[] = [];
  readonly #week = weekOf(Date.now() / 1000);

  constructor(root: string, random: Random) {
    this.#root = root;
    this.#random = random;
  }

  async round(play: Play): Promise<Phase> {
    const damage = await doDamage(this.#root, await this.#atRest(), this.#random);
    this.log.push(damage.text);
    if (damage.lost !== undefined) this.#model.lose(damage.lost, await readFolder(this.#root));
    if (damage.damaged !== undefined) {
      this.#damaged.push(damage.damaged);
      this.#untold.push(damage.damaged);
    }
    const look = damage.restore !== undefined;
    const folder = look ? null : await readFolder(this.#root);
    const before = look ? snapshot(this.#root) : null;
    const repeated = folder === null ? [] : this.#model.repeatable(folder).slice(0, 3);
    const ending = await play({
      root: this.#root,
      random: createRandom(this.#random.below(2 ** 31)),
      week: this.#week,
      again: [...this.#model.open, ...repeated].sort((a, b) => a - b),
      next: this.#model.next,
      look,
      told: (event) => this.#hear(event, folder),
    });
    this.log.push(`killed in ${ending.phase}${ending.power_cut ? " by a power cut" : ""}`);
    if (before !== null) {
      assert.deepEqual(
        snapshot(this.#root),
        before,
        "nothing may be changed beside a compaction that cannot be ended",
      );
      assert.ok(this.#notices.some((text) => text.includes("compaction.json")), "it must be told");
      await damage.restore?.();
    }
    this.#model.compare(await this.#atRest(), ending.power_cut);
    return ending.phase;
  }

  /** Lets all be done that is to be done, and looks at everything once more. */
  async end(): Promise<void> {
    const warehouse = await Warehouse.open({
      root: this.#root,
      now_ms: Date.now,
      notice: () => {},
      zone: () => "UTC",
      retention_months: 1,
    });
    await warehouse.tidy();
    warehouse.close();
    this.#model.compare(await this.#atRest(), false);
    this.#model.assertOnce();
    let said = "";
    const out = (text: string | Uint8Array) => void (said += text);
    await check({ root: this.#root, zone: () => "UTC", now_ms: Date.now, out, say: out }, null);
    for (const { name } of this.#damaged) assert.ok(said.includes(name), `${name} is not named in: ${said}`);
  }

  #hear(event: ChildEvent, folder: FolderAtRest | null): void {
    switch (event.event) {
      case "failed":
        throw new Error(event.text);
      case "notice":
        this.log.push(`notice: ${event.text}`);
        this.#notices.push(event.text);
        this.#assertTrue(event.text, folder);
        break;
      case "open":
        if (folder !== null) this.#see(event, folder);
        break;
      case "sent":
        this.#model.send(event.batch);
        break;
      case "stored":
        this.#model.acknowledge(event.batch, event.counts);
    }
  }

  /** No notice may speak of anything but what was done to the folder. */
  #assertTrue(text: string, folder: FolderAtRest | null): void {
    if (/ (was|were) moved to archive\//.test(text) || folder === null) return;
    assert.match(text, /cannot be read/);
    assert.ok(this.#damaged.some(({ name }) => text.includes(name)), text);
  }

  /** Compares what a process sees with the folder as it found it. */
  #see({ jobs, length, set_aside }: ChildEvent & { readonly event: "open" }, { files }: FolderAtRest): void {
    const shown = latestOf(files.filter(({ archived }) => !archived));
    assert.equal(length, jobs.length);
    assert.deepEqual(new Map(jobs), shown, "what the process shows");
    assert.equal(jobs.length, shown.size, "no job is shown twice");
    for (const { name, archived } of this.#untold) {
      // Archived files are read by nobody but the check at the end.
      if (archived) continue;
      assert.ok(this.#notices.some((text) => text.includes(name)), `no notice names ${name}`);
      assert.ok(
        set_aside.some((other) => other === name || other.startsWith(`${name}.`)),
        `${name} is not named among ${set_aside}`,
      );
    }
    this.#untold = [];
  }

  /** The folder at rest; all damaged files lie there as they were. */
  async #atRest(): Promise<FolderAtRest> {
    const folder = await readFolder(this.#root);
    const broken = this.#damaged.map(({ name }) => name);
    for (const path of folder.unreadable) assert.ok(broken.some((name) => path.endsWith(`/${name}`)), path);
    const kept = [
      `${this.#root}/${CLUSTER}/set-aside`,
      `${this.#root}/${CLUSTER}/weekly-data`,
      `${this.#root}/archive/${CLUSTER}`,
      `${this.#root}/${CLUSTER}`,
    ].flatMap((path) => filesIn(path).map((name) => ({ name, path: `${path}/${name}` })));
    for (const { name, bytes } of this.#damaged) {
      const found = kept.filter((file) => file.name.startsWith(name)).some(({ path }) =>
        equal(Deno.readFileSync(path), bytes)
      );
      assert.ok(found, `${name} is not kept as it was`);
    }
    return folder;
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** Names and sizes of a cluster's files. */
function snapshot(root: string): string[] {
  return [`${root}/${CLUSTER}`, `${root}/${CLUSTER}/weekly-data`].flatMap((folder) =>
    filesIn(folder).map((name) => `${folder}/${name} ${Deno.statSync(`${folder}/${name}`).size}`)
  );
}
