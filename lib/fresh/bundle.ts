import { basename, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { type Chunks, planChunks } from "./chunks.ts";
import type { BrowserModule } from "./snapshot.ts";
import type { ResolvedFreshConfig } from "./types.ts";

/** Where the browser finds bundled modules. */
export const MODULE_PREFIX = "/_fresh/js/";

const BOOT = fileURLToPath(new URL("./client/boot.ts", import.meta.url));
const BOOT_ENTRY = "fresh-boot";
const VIRTUAL = /^fresh-(boot|group|island|lazy):/;

/** Under which name the browser has the island at a place of the list. */
export function moduleName(index: number): string {
  return `island_${index}`;
}

/** What to bundle. */
export interface BundleOptions {
  readonly root: string;
  /** Absolute paths of entry modules by a name that their output carries. */
  readonly entries: Readonly<Record<string, string>>;
  /** Absolute paths of the islands' modules; one that is on every page goes into the module that all pages load. */
  readonly islands: readonly { readonly file: string; readonly name: string; readonly everywhere: boolean }[];
  readonly build_id: string;
  readonly mode: ResolvedFreshConfig["mode"];
  readonly target: string | string[];
  /** Modules that stand in for packages, by the package's name. */
  readonly alias: Readonly<Record<string, string>>;
}

/** Bundled modules. */
export interface Bundle {
  /** Content by address. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  /** Where each entry went. */
  readonly modules: ReadonlyMap<string, BrowserModule>;
  /** What starts a page that has only islands which are on every page. */
  readonly boot: BrowserModule | null;
  /** By the island's module name, what starts the others. */
  readonly islands: Readonly<Record<string, BrowserModule>>;
  /** Modules that islands import dynamically, by their file's name without extension. */
  readonly lazy: Readonly<Record<string, BrowserModule>>;
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

/** Builds under way: esbuild's service is one process for all of them. */
let running = 0;

/**
 * Bundles islands, entry modules and what they import for the browser: a module for what every page needs, one for
 * each island, and few for what several islands share.
 * @throws {Error} with esbuild's messages when a module cannot be bundled
 */
export async function bundle(options: BundleOptions): Promise<Bundle> {
  running++;
  try {
    if (options.islands.length === 0) return bundleOf(await runEsbuild(options, options.entries), options);
    const first = await runEsbuild(options, firstEntries(options));
    const chunks = planChunks({
      metafile: first.metafile,
      islands: options.islands.map(({ file }) => relative(options.root, file)),
      everywhere: [BOOT, ...options.islands.filter(({ everywhere }) => everywhere).map(({ file }) => file)]
        .map((file) => relative(options.root, file)),
    });
    return bundleOf(await runEsbuild(options, secondEntries(options), virtual(options, chunks)), options);
  } finally {
    running--;
    if (running === 0) await esbuild.stop();
  }
}

/** A style sheet without what only people read. */
export async function minifiedStyles(text: string): Promise<string> {
  running++;
  try {
    return (await esbuild.transform(text, { loader: "css", minify: true, charset: "utf8" })).code;
  } finally {
    running--;
    if (running === 0) await esbuild.stop();
  }
}

/** The islands as they are, to see what they share. */
function firstEntries({ islands }: BundleOptions): Record<string, string> {
  return { [BOOT_ENTRY]: BOOT, ...Object.fromEntries(islands.map(({ file }, at) => [moduleName(at), file])) };
}

function secondEntries({ entries, islands }: BundleOptions): Record<string, string> {
  const own = islands.flatMap(({ name, everywhere }, index): [string, string][] =>
    everywhere ? [] : [[name.replaceAll("/", "-"), `fresh-island:${index}`]]
  );
  return { ...entries, ...Object.fromEntries(own), [BOOT_ENTRY]: "fresh-boot:" };
}

/** The modules between the islands and the bundler: they import what belongs together, and register the islands. */
function virtual({ root, islands }: BundleOptions, { groups, needs, lazy_needs }: Chunks): esbuild.Plugin {
  const quoted = (file: string) => JSON.stringify(resolve(root, file));
  const register = (shown: readonly number[]) => [
    `import { register } from ${JSON.stringify(BOOT)};`,
    ...shown.map((index) => `import * as ${moduleName(index)} from ${quoted(islands[index].file)};`),
    `register({ ${shown.map(moduleName).join(", ")} });`,
  ];
  const groupImports = (list: readonly number[]) => list.map((at) => `import "fresh-group:${at}";`);
  const common = islands.flatMap(({ everywhere }, index) => everywhere ? [index] : []);
  const lines = (path: string): readonly string[] => {
    const [, kind, rest] = /^fresh-(\w+):(.*)$/s.exec(path) ?? [];
    switch (kind) {
      case "boot":
        return groupImports([0]);
      case "group":
        return [
          ...groups[Number(rest)].map((file) => `import ${quoted(file)};`),
          ...(rest === "0" ? register(common) : []),
        ];
      case "island": {
        const needed = needs.get(relative(root, islands[Number(rest)].file)) ?? [0];
        return [...groupImports(needed), ...register([Number(rest)])];
      }
      default:
        return [...groupImports(lazy_needs.get(rest) ?? []), `export * from ${quoted(rest)};`];
    }
  };
  return {
    name: "islands",
    setup(build) {
      build.onResolve({ filter: VIRTUAL }, ({ path }) => ({ path, namespace: "fresh" }));
      build.onLoad({ filter: /.*/, namespace: "fresh" }, ({ path }) => ({
        contents: lines(path).join("\n"),
        resolveDir: root,
        loader: "js",
      }));
      build.onResolve({ filter: /^\./ }, ({ path, resolveDir, kind }) => {
        const file = relative(root, resolve(resolveDir, path));
        if (kind !== "dynamic-import" || !lazy_needs.has(file)) return undefined;
        return { path: `fresh-lazy:${file}`, namespace: "fresh" };
      });
    },
  };
}

function runEsbuild(
  { root, build_id, mode, target, alias }: BundleOptions,
  entries: Readonly<Record<string, string>>,
  ...plugins: readonly esbuild.Plugin[]
) {
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
    alias: { ...alias },
    jsx: "automatic",
    jsxImportSource: "preact",
    tsconfigRaw: {},
    define: { FRESH_BUILD_ID: JSON.stringify(build_id) },
    plugins: [browserOnly, ...plugins],
  });
}

interface Built {
  readonly outputFiles: readonly esbuild.OutputFile[];
  readonly metafile: esbuild.Metafile;
}

function bundleOf({ outputFiles, metafile }: Built, { root, entries }: BundleOptions): Bundle {
  const names = new Map(Object.entries(entries).map(([name, file]) => [file, name]));
  const modules = new Map<string, BrowserModule>();
  const islands: Record<string, BrowserModule> = {};
  const lazy: Record<string, BrowserModule> = {};
  let boot: BrowserModule | null = null;
  for (const [output, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint === undefined) continue;
    const made = { url: urlOf(output), preloads: staticImports(output, metafile).map(urlOf) };
    const [, kind, rest] = /^fresh:fresh-(\w+):(.*)$/s.exec(entryPoint) ?? [];
    const name = names.get(resolve(root, entryPoint));
    if (kind === "boot") boot = made;
    else if (kind === "island") islands[moduleName(Number(rest))] = made;
    else if (kind === "lazy") lazy[basename(rest).replace(/\.[^.]+$/, "")] = made;
    else if (name !== undefined) modules.set(name, made);
  }
  const files = new Map(outputFiles.map(({ path, contents }) => [urlOf(path), new Uint8Array(contents)]));
  return { files, modules, boot, islands, lazy, metafile };
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
