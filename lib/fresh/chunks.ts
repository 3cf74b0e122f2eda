import type { Metafile } from "esbuild";

/** Below this many bytes, minified, a module of its own costs a page more than the bytes that some do not need. */
const SMALL = 4096;

/** What islands share: each group becomes one browser module. */
export interface Chunks {
  /** Inputs of each group. The first is for every page that has islands. */
  readonly groups: readonly (readonly string[])[];
  /** For each island the groups that it needs besides the first. */
  readonly needs: ReadonlyMap<string, readonly number[]>;
  /** For each module that is imported dynamically, the groups that are there whenever it is. */
  readonly lazy_needs: ReadonlyMap<string, readonly number[]>;
}

/** What to plan for: paths as the metafile has them. */
export interface ChunkInput {
  readonly metafile: Metafile;
  readonly islands: readonly string[];
  /** Islands and other modules that every page with islands loads. */
  readonly everywhere: readonly string[];
}

/**
 * Decides what is bundled with what. Left alone the bundler makes a module for every set of islands that share
 * something, a shower of tiny ones; here a small one joins the next larger set that has all of its islands.
 */
export function planChunks({ metafile, islands, everywhere }: ChunkInput): Chunks {
  const own = islands.filter((island) => !everywhere.includes(island));
  const sizes = sizesOf(metafile);
  const common = reachedFrom(everywhere, metafile);
  const users = new Map<string, Set<number>>();
  for (const [index, island] of own.entries()) {
    for (const input of reachedFrom([island], metafile)) {
      if (common.has(input)) continue;
      users.set(input, (users.get(input) ?? new Set()).add(index));
    }
  }
  const shared = new Map<string, { readonly used_by: Set<number>; readonly inputs: string[] }>();
  for (const [input, used_by] of users) {
    if (used_by.size < 2) continue;
    const key = [...used_by].join();
    const group = shared.get(key) ?? { used_by, inputs: [] };
    group.inputs.push(input);
    shared.set(key, group);
  }
  const largest_first = [...shared.values()].sort((a, b) => b.used_by.size - a.used_by.size);
  const kept: { readonly used_by: ReadonlySet<number>; readonly inputs: string[] }[] = [
    { used_by: new Set(own.keys()), inputs: [...common] },
  ];
  for (const { used_by, inputs } of largest_first) {
    const bytes = inputs.reduce((sum, input) => sum + (sizes.get(input) ?? 0), 0);
    const wider = kept.findLast((group) => used_by.isSubsetOf(group.used_by)) ?? kept[0];
    if (bytes < SMALL || wider.used_by.size === used_by.size) wider.inputs.push(...inputs);
    else kept.push({ used_by, inputs });
  }
  const needs = new Map(
    own.map((island, index) => [island, kept.flatMap(({ used_by }, at) => used_by.has(index) ? [at] : [])]),
  );
  return {
    groups: kept.map(({ inputs }) => inputs),
    needs,
    lazy_needs: lazyNeeds(metafile, { common, needs }),
  };
}

/** What is loaded by then wherever a module may be imported dynamically. */
function lazyNeeds(
  metafile: Metafile,
  { common, needs }: { readonly common: ReadonlySet<string>; readonly needs: Chunks["needs"] },
): Chunks["lazy_needs"] {
  const found = new Map<string, readonly number[]>();
  const places: (readonly [inputs: ReadonlySet<string>, here: readonly number[]])[] = [
    [common, [0]],
    ...[...needs].map(([island, here]) => [reachedFrom([island], metafile), here] as const),
  ];
  for (const [inputs, here] of places) {
    for (const input of inputs) {
      for (const { path, kind } of metafile.inputs[input]?.imports ?? []) {
        if (kind !== "dynamic-import") continue;
        found.set(path, found.get(path)?.filter((group) => here.includes(group)) ?? here);
      }
    }
  }
  return found;
}

/** The modules and all that they import statically. */
function reachedFrom(modules: readonly string[], { inputs }: Metafile): ReadonlySet<string> {
  const found = new Set(modules);
  for (const one of found) {
    for (const { path, kind, external } of inputs[one]?.imports ?? []) {
      if (kind === "import-statement" && !external) found.add(path);
    }
  }
  return found;
}

function sizesOf({ outputs }: Metafile): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { inputs } of Object.values(outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      sizes.set(path, (sizes.get(path) ?? 0) + bytesInOutput);
    }
  }
  return sizes;
}
