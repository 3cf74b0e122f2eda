import { basename, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import type { BrowserModule } from "./snapshot.ts";
import type { ResolvedFreshConfig } from "./types.ts";

/** Where the browser finds bundled modules. */
export const MODULE_PREFIX = "/_fresh/js/";

/**
 * Stands for the entry that holds all islands and starts those of a page. One module for all, since a page's
 * requests cost more than the few kilobytes of an island it does not show, and the next page has it already.
 */
export const ISLANDS_ENTRY = "fresh-islands:all";

/** Under which name that entry has the island at a place of the list. */
export function moduleName(index: number): string {
  return `island_${index}`;
}

/** What to bundle. */
export interface BundleOptions {
  readonly root: string;
  /** Absolute paths of entry modules, or `ISLANDS_ENTRY`, by a name that their output carries. */
  readonly entries: Readonly<Record<string, string>>;
  /** Absolute paths of the islands' modules. */
  readonly islands: readonly string[];
  readonly build_id: string;
  readonly mode: ResolvedFreshConfig["mode"];
  readonly target: string | string[];
}

/** Bundled modules. */
export interface Bundle {
  /** Content by address. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  /** Where each entry went. */
  readonly modules: ReadonlyMap<string, BrowserModule>;
  readonly metafile: esbuild.Metafile;
}

/** Browser modules may import what runs in a browser, of this library and in general. */
const browserOnly: esbuild.Plugin = {
  name: "browser-only",
  setup(build) {
    build.onResolve({ filter: /^fresh(\/.*)?$/ }, ({ path }) => {
      if (path === "fresh/runtime") return { path: fileURLToPath(new URL("./runtime.ts", import.meta.url)) };
      return { errors: [{ text: `"${path}" runs on the server only: islands may import "fresh/runtime"` }] };
    });
  },
};

function islandsEntry({ root, islands }: BundleOptions): esbuild.Plugin {
  const boot = fileURLToPath(new URL("./client/boot.ts", import.meta.url));
  const names = islands.map((_, index) => moduleName(index));
  const contents = [
    `import { boot } from ${JSON.stringify(boot)};`,
    ...islands.map((file, index) => `import * as ${names[index]} from ${JSON.stringify(file)};`),
    `boot({ ${names.join(", ")} });`,
  ].join("\n");
  return {
    name: "islands-entry",
    setup(build) {
      build.onResolve({ filter: /^fresh-islands:/ }, ({ path }) => ({ path, namespace: "fresh" }));
      build.onLoad(
        { filter: /.*/, namespace: "fresh" },
        () => ({ contents, resolveDir: root, loader: "js" }),
      );
    },
  };
}

/** Builds under way: esbuild's service is one process for all of them. */
let running = 0;

/**
 * Bundles entry modules and what they import for the browser; what two of them share becomes a module of its own.
 * @throws {Error} with esbuild's messages when a module cannot be bundled
 */
export async function bundle(options: BundleOptions): Promise<Bundle> {
  running++;
  try {
    return bundleOf(await runEsbuild(options), options);
  } finally {
    running--;
    if (running === 0) await esbuild.stop();
  }
}

function runEsbuild(options: BundleOptions) {
  const { root, entries, build_id, mode, target } = options;
  return esbuild.build({
    absWorkingDir: root,
    entryPoints: { ...entries },
    outdir: "_fresh/js",
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    platform: "browser",
    format: "esm",
    target,
    charset: "utf8",
    minify: mode === "production",
    sourcemap: mode === "production" ? false : "linked",
    logLevel: "silent",
    jsx: "automatic",
    jsxImportSource: "preact",
    tsconfigRaw: {},
    define: { FRESH_BUILD_ID: JSON.stringify(build_id) },
    plugins: [browserOnly, islandsEntry(options)],
  });
}

interface Built {
  readonly outputFiles: readonly esbuild.OutputFile[];
  readonly metafile: esbuild.Metafile;
}

function bundleOf({ outputFiles, metafile }: Built, { root, entries }: BundleOptions): Bundle {
  const names = new Map(Object.entries(entries).map(([name, file]) => [file, name]));
  const modules = new Map<string, BrowserModule>();
  for (const [output, { entryPoint }] of Object.entries(metafile.outputs)) {
    const name = entryPoint === undefined
      ? undefined
      : names.get(entryPoint.replace(/^fresh:/, "")) ?? names.get(resolve(root, entryPoint));
    if (name === undefined) continue;
    const needed = staticImports(output, metafile).map(urlOf);
    modules.set(name, { url: urlOf(output), preloads: needed });
  }
  const files = new Map(outputFiles.map(({ path, contents }) => [urlOf(path), new Uint8Array(contents)]));
  return { files, modules, metafile };
}

/** An output and all outputs it imports statically, itself first. */
function staticImports(output: string, metafile: esbuild.Metafile): string[] {
  const found = new Set([output]);
  for (const one of found) {
    for (const { path, kind, external } of metafile.outputs[one]?.imports ?? []) {
      if (kind === "import-statement" && !external) found.add(path);
    }
  }
  return [...found];
}

function urlOf(output: string): string {
  return MODULE_PREFIX + basename(output);
}
