import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Build } from "./builder.ts";
import {
  type BrowserModules,
  type IslandModule,
  registerIslands,
  type Snapshot,
  type StaticFile,
} from "./snapshot.ts";
import type { RouteFile } from "./route_files.ts";

/** A build as `_fresh/snapshot.js` holds it; paths are relative to that file's directory. */
export interface SnapshotRecord {
  readonly build_id: string;
  readonly root: string;
  readonly modules: BrowserModules;
  readonly files: readonly (readonly [url: string, file: StaticFile & { readonly content: string }])[];
  readonly routes: readonly RouteFile[];
  readonly islands: readonly IslandModule[];
}

/** The snapshot that a record in `directory` describes. */
export function restoreSnapshot(directory: string, record: SnapshotRecord): Snapshot {
  const files = record.files.map(([url, file]): [string, StaticFile] => [
    url,
    { ...file, content: join(directory, file.content) },
  ]);
  return {
    build_id: record.build_id,
    mode: "production",
    root: join(directory, record.root),
    routes: record.routes,
    islands: registerIslands(record.islands),
    files: new Map(files),
    modules: record.modules,
    reload_url: null,
  };
}

/** Writes a build to its directory: the browser's modules, a snapshot, and a server that needs no builder. */
export async function writeBuild(build: Build): Promise<void> {
  const { out_dir } = build;
  await removeBuild(out_dir);
  await Deno.mkdir(out_dir, { recursive: true });
  const files: [string, StaticFile & { content: string }][] = [];
  for (const [url, { content, hash, immutable }] of [...build.static_files, ...build.browser_files]) {
    let file = content;
    if (typeof file !== "string") {
      file = join(out_dir, "static", url);
      await Deno.mkdir(dirname(file), { recursive: true });
      await Deno.writeFile(file, content as Uint8Array);
    }
    files.push([url, { content: relative(out_dir, file), hash, immutable }]);
  }
  if (build.metafile !== null) {
    await Deno.writeTextFile(join(out_dir, "metafile.json"), JSON.stringify(build.metafile));
  }
  await Deno.writeTextFile(join(out_dir, "snapshot.js"), snapshotModule(build, files));
  await Deno.writeTextFile(join(out_dir, "server.js"), serverModule(build));
}

/** Only what an earlier build wrote goes, since the directory may be given. */
async function removeBuild(out_dir: string): Promise<void> {
  for (const name of ["server.js", "snapshot.js", "metafile.json", "static"]) {
    try {
      await Deno.remove(join(out_dir, name), { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

function snapshotModule(build: Build, files: SnapshotRecord["files"]): string {
  const { out_dir, routes, islands } = build;
  const imports = [...routes, ...islands].map(({ file }, index) =>
    `import * as module_${index} from ${specifier(out_dir, file)};`
  );
  const route_list = routes.map(({ path }, index) =>
    `{ path: ${JSON.stringify(path)}, exports: module_${index} }`
  );
  const island_list = islands.map(({ name, module }, index) =>
    `{ ...${JSON.stringify({ name, module })}, exports: module_${routes.length + index} }`
  );
  return `// Written by the build; edits are lost.
import { restoreSnapshot } from ${specifier(out_dir, ownFile("disk.ts"))};
${imports.join("\n")}

export const snapshot = restoreSnapshot(import.meta.dirname, {
  build_id: ${JSON.stringify(build.build_id)},
  root: ${JSON.stringify(relative(out_dir, build.root))},
  modules: ${JSON.stringify(build.modules)},
  files: ${JSON.stringify(files)},
  routes: [${route_list.join(", ")}],
  islands: [${island_list.join(", ")}],
});
`;
}

function serverModule({ out_dir, server_entry }: Build): string {
  return `// Written by the build; edits are lost. Serve it with \`deno serve\`.
import { applySnapshot } from ${specifier(out_dir, ownFile("snapshot.ts"))};
import { app } from ${specifier(out_dir, server_entry)};
import { snapshot } from "./snapshot.js";

applySnapshot(app, snapshot);

export default { fetch: app.handler() };
`;
}

function ownFile(name: string): string {
  return fileURLToPath(new URL(`./${name}`, import.meta.url));
}

function specifier(directory: string, file: string): string {
  const path = relative(directory, file);
  const encoded = encodeURI(path.startsWith(".") ? path : `./${path}`).replace(/[?#]/g, encodeURIComponent);
  return JSON.stringify(encoded);
}
