import { isAbsolute, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { App, type ListenOptions } from "./app.ts";
import { type Bundle, bundle, minifiedStyles, moduleName } from "./bundle.ts";
import { type FoundFile, hashOf, listModules, listStaticFiles } from "./crawl.ts";
import { devHandler } from "./dev_server.ts";
import { writeBuild } from "./disk.ts";
import { placeOf } from "./route_files.ts";
import {
  applySnapshot,
  type BrowserModules,
  type IslandModule,
  registerIslands,
  type Snapshot,
  type StaticFile,
} from "./snapshot.ts";
import type { ResolvedFreshConfig } from "./types.ts";

/** Where a project's parts are; relative paths start at `root`. */
export interface BuildOptions {
  /** The project's directory, as a path or file URL; the working directory unless given. */
  root?: string;
  /** `_fresh` unless given. */
  outDir?: string;
  /** `static` unless given. */
  staticDir?: string;
  /** `islands` unless given. */
  islandDir?: string;
  /** `routes` unless given. */
  routeDir?: string;
  /** The module that exports `app`, `main.ts` unless given. */
  serverEntry?: string;
  /** The browsers to bundle for, as esbuild names them. */
  target?: string | string[];
  /** Files below `routes/` and `islands/` to leave out; tests unless given. */
  ignore?: RegExp[];
  /** Files below `root` that stand in for npm packages in the browser, by the package's name. */
  alias?: Readonly<Record<string, string>>;
}

/** What a build found and made, before routes and islands are imported. */
export interface Build {
  readonly root: string;
  readonly out_dir: string;
  readonly server_entry: string;
  readonly build_id: string;
  readonly mode: ResolvedFreshConfig["mode"];
  readonly routes: readonly FoundFile[];
  readonly islands: readonly (FoundFile & Omit<IslandModule, "exports">)[];
  readonly static_files: ReadonlyMap<string, StaticFile>;
  readonly browser_files: ReadonlyMap<string, StaticFile>;
  readonly modules: BrowserModules;
  readonly reload_url: string | null;
  readonly metafile: Bundle["metafile"] | null;
}

const TEST_FILES = /[._]test\.[jt]sx?$/;
const RELOAD = "fresh-reload";
/** What is on every page: the islands that these import are loaded with every page. */
const AROUND_PAGES = /^_(app|layout)\.[jt]sx?$/;

/** Builds a project: finds its routes, islands and static files and bundles the islands for the browser. */
export class Builder {
  readonly #root: string;
  readonly #options: BuildOptions;

  constructor(options: BuildOptions = {}) {
    this.#root = pathOf(options.root ?? ".", Deno.cwd());
    this.#options = options;
  }

  /**
   * Builds to `_fresh/`, or, to test an app, into memory.
   * @returns what gives an app the build; only a build in memory can be given
   * @throws {Error} when a file cannot be bundled, means nothing or uses what is not supported
   */
  async build(
    options: { mode?: ResolvedFreshConfig["mode"]; snapshot?: "disk" | "memory" } = {},
  ): Promise<<State>(app: App<State>) => void> {
    const built = await this.#build(options.mode ?? "production");
    if (options.snapshot === "memory") {
      const snapshot = await snapshotInMemory(built);
      return (app) => applySnapshot(app, snapshot);
    }
    await writeBuild(built);
    console.log(
      `Built ${built.routes.length} routes and ${built.islands.length} islands into ${built.out_dir}`,
    );
    return () => {
      throw new Error('This build is on disk: serve its server.js, or build with { snapshot: "memory" }');
    };
  }

  /** Serves the app for development; pages reload when the process is restarted, which `deno run --watch` sees to. */
  async listen<State>(
    importApp: () => Promise<{ app: App<State> } | App<State>>,
    options: ListenOptions = {},
  ): Promise<void> {
    const [snapshot, imported] = await Promise.all([
      this.#build("development").then(snapshotInMemory),
      importApp(),
    ]);
    const app = imported instanceof App ? imported : imported.app;
    applySnapshot(app, snapshot);
    Deno.serve({ port: 8000, ...options }, devHandler(app.handler()));
  }

  async #build(mode: ResolvedFreshConfig["mode"]): Promise<Build> {
    const { outDir = "_fresh", staticDir = "static", islandDir = "islands", routeDir = "routes" } =
      this.#options;
    const { serverEntry = "main.ts", target = "es2022", ignore = [TEST_FILES], alias = {} } = this.#options;
    const root = this.#root;
    const [routes, islands, static_sources] = await Promise.all([
      listModules(pathOf(routeDir, root), ignore),
      listModules(pathOf(islandDir, root), ignore),
      listStaticFiles(pathOf(staticDir, root)),
    ]);
    for (const { path } of routes) placeOf(path);
    const static_files = mode === "production" ? await withSmallStyles(static_sources) : static_sources;
    const build_id = await buildIdOf(static_files);
    const entries: Record<string, string> = {};
    if (mode === "development") entries[RELOAD] = clientFile("reload.ts");
    const around = await textsOf(routes.filter(({ path }) => AROUND_PAGES.test(path)));
    const named = islands.map(({ path, file }) => {
      const name = path.replace(/\.[^.]+$/, "");
      return { path, file, name, everywhere: around.some((text) => text.includes(`/${islandDir}/${path}"`)) };
    });
    const aliases = Object.fromEntries(
      Object.entries(alias).map(([name, file]) => [name, pathOf(file, root)]),
    );
    const bundled = islands.length === 0 && mode === "production"
      ? null
      : await bundle({ root, entries, islands: named, build_id, mode, target, alias: aliases });
    return {
      root,
      out_dir: pathOf(outDir, root),
      server_entry: pathOf(serverEntry, root),
      build_id,
      mode,
      routes,
      islands: named.map(({ path, file, name }, index) => ({ path, file, name, module: moduleName(index) })),
      static_files,
      browser_files: await browserFiles(bundled),
      modules: {
        boot: bundled?.boot ?? { url: "", preloads: [] },
        islands: bundled?.islands ?? {},
        lazy: bundled?.lazy ?? {},
      },
      reload_url: bundled?.modules.get(RELOAD)?.url ?? null,
      metafile: bundled?.metafile ?? null,
    };
  }
}

async function snapshotInMemory(build: Build): Promise<Snapshot> {
  const { build_id, mode, root, modules, reload_url } = build;
  const routes = await Promise.all(build.routes.map(async ({ path, file }) => ({
    path,
    exports: await importFile(file),
  })));
  const islands = await Promise.all(
    build.islands.map(async (one) => ({ ...one, exports: await importFile(one.file) })),
  );
  const files = new Map([...build.static_files, ...build.browser_files]);
  return { build_id, mode, root, modules, reload_url, routes, islands: registerIslands(islands), files };
}

async function withSmallStyles(
  files: ReadonlyMap<string, StaticFile>,
): Promise<ReadonlyMap<string, StaticFile>> {
  const small = new Map(files);
  for (const [path, file] of files) {
    if (!path.endsWith(".css") || typeof file.content !== "string") continue;
    const content = new TextEncoder().encode(await minifiedStyles(await Deno.readTextFile(file.content)));
    small.set(path, { ...file, content, hash: await hashOf(content) });
  }
  return small;
}

function textsOf(files: readonly FoundFile[]): Promise<string[]> {
  return Promise.all(files.map(({ file }) => Deno.readTextFile(file)));
}

function importFile(file: string): Promise<Readonly<Record<string, unknown>>> {
  return import(pathToFileURL(file).href);
}

async function browserFiles(bundled: Bundle | null): Promise<Map<string, StaticFile>> {
  const files = new Map<string, StaticFile>();
  for (const [url, content] of bundled?.files ?? []) {
    files.set(url, { content, hash: await hashOf(content), immutable: true });
  }
  return files;
}

/** Static files are all that `asset()` points at, so they alone make the build's name. */
async function buildIdOf(files: ReadonlyMap<string, StaticFile>): Promise<string> {
  const list = [...files].map(([path, { hash }]) => `${path} ${hash}\n`).join("");
  return (await hashOf(new TextEncoder().encode(list))).slice(0, 16);
}

function clientFile(name: string): string {
  return fileURLToPath(new URL(`./client/${name}`, import.meta.url));
}

function pathOf(path: string, root: string): string {
  if (path.startsWith("file:")) return resolve(fileURLToPath(path));
  return resolve(isAbsolute(path) ? path : join(root, path));
}
