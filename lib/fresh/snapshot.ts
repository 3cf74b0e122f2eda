import { setBuildId } from "./build_id.ts";
import type { Island, IslandRegistry } from "./islands.ts";
import type { RouteFile } from "./route_files.ts";
import type { ResolvedFreshConfig } from "./types.ts";

/** A file that `staticFiles()` answers with. */
export interface StaticFile {
  /** The content, or the path of the file that holds it. */
  readonly content: Uint8Array<ArrayBuffer> | string;
  /** SHA-256 of the content, in hex. */
  readonly hash: string;
  /** Whether the address changes with the content. */
  readonly immutable: boolean;
}

/** A browser module: its address, and all addresses it needs at once, its own included. */
export interface BrowserModule {
  readonly url: string;
  readonly preloads: readonly string[];
}

/** What starts a page's islands, and what they load later. */
export interface BrowserModules {
  /** For pages that have only islands which are on every page. */
  readonly boot: BrowserModule;
  /** By the island's module name; those that are on every page have none. */
  readonly islands: Readonly<Record<string, BrowserModule>>;
  /** What islands import dynamically, by the file's name without extension. */
  readonly lazy: Readonly<Record<string, BrowserModule>>;
}

/** What a build hands to an app. */
export interface Snapshot {
  readonly build_id: string;
  readonly mode: ResolvedFreshConfig["mode"];
  readonly root: string;
  readonly routes: readonly RouteFile[];
  readonly islands: IslandRegistry;
  /** By decoded path, as in `/styles.css`. */
  readonly files: ReadonlyMap<string, StaticFile>;
  readonly modules: BrowserModules;
  /** In development, the module that reloads the page after a restart. */
  readonly reload_url: string | null;
}

/** The module of a file below `islands/`. */
export interface IslandModule {
  /** The file's path below `islands/`, without its extension. */
  readonly name: string;
  /** Under which name the browser's bundle has it. */
  readonly module: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

/** The registry of every function that island modules export. */
export function registerIslands(modules: readonly IslandModule[]): IslandRegistry {
  const islands = new Map<unknown, Island>();
  for (const { name, module, exports } of modules) {
    for (const [export_name, value] of Object.entries(exports)) {
      if (typeof value !== "function") continue;
      const island_name = export_name === "default" ? name : `${name}.${export_name}`;
      islands.set(value, { name: island_name, module, export_name });
    }
  }
  return islands;
}

const snapshots = new WeakMap<object, Snapshot>();

/** Gives `app` the routes, islands and static files of a build; `app.handler()` comes after this. */
export function applySnapshot(app: { config: ResolvedFreshConfig }, snapshot: Snapshot): void {
  snapshots.set(app, snapshot);
  app.config.root = snapshot.root;
  app.config.mode = snapshot.mode;
  setBuildId(snapshot.build_id);
}

/** The build applied to `app`, null before there is one. */
export function snapshotOf(app: object): Snapshot | null {
  return snapshots.get(app) ?? null;
}
