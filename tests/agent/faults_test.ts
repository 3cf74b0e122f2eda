import { withFolder } from "../helpers.ts";
import { type Events, playStory } from "./faults/story.ts";

/** A story to be told alone, as a failure names it. */
const SEED = Number(Deno.env.get("FAULTS_SEED") ?? NaN);
const STORIES = Number(Deno.env.get("FAULTS_STORIES") ?? 25);
const ROUNDS = 12;

Deno.test("the agent loses no job and sends none twice, whatever dies, breaks or fills up", async () => {
  const events: Events = new Map();
  const seeds = isNaN(SEED) ? Array.from({ length: STORIES }, (_, i) => i + 1) : [SEED];
  for (const seed of seeds) {
    await withFolder(async (folder) => {
      try {
        await playStory(seed, { rounds: ROUNDS, folder, events });
      } catch (error) {
        throw new Error(`story ${seed} (FAULTS_SEED=${seed} tells it alone)`, { cause: error });
      }
    });
  }
  console.log([...events].sort().map(([event, times]) => `${event} ${times}`).join(", "));
});
