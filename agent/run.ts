import type { Config } from "./config.ts";
import type { Options } from "./options.ts";
import type { World } from "./world.ts";

/** How a run ended: done; done, but something needs a look; used or configured wrongly; nothing sent, everything kept. */
export type ExitStatus = 0 | 1 | 2 | 75;

/** What a command works with. */
export interface Run {
  readonly world: World;
  readonly config: Config;
  readonly options: Options;
  /** Name of the cluster. */
  readonly cluster: string;
}
