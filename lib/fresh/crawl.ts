import { join } from "node:path";
import type { StaticFile } from "./snapshot.ts";

/** A file found below a directory. */
export interface FoundFile {
  /** Its path below the directory, with slashes. */
  readonly path: string;
  /** Its absolute path. */
  readonly file: string;
}

/** All files below `directory` in the order of their paths, none if it does not exist; names with a leading dot are left out. */
export async function listFiles(directory: string): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const { name, isDirectory } of await listDirectory(directory)) {
    if (name.startsWith(".") && name !== ".well-known") continue;
    const file = join(directory, name);
    if (!isDirectory) found.push({ path: name, file });
    else found.push(...(await listFiles(file)).map((one) => ({ ...one, path: `${name}/${one.path}` })));
  }
  return found.sort((a, b) => a.path < b.path ? -1 : 1);
}

async function listDirectory(directory: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(directory));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/**
 * The modules below `routes/` or `islands/` that count: no tests, nothing in folders named `(_…)`.
 * @throws {TypeError} when one uses a feature that is not supported
 */
export async function listModules(directory: string, ignore: readonly RegExp[]): Promise<FoundFile[]> {
  const modules = (await listFiles(directory)).filter(({ path }) =>
    /\.[jt]sx?$/.test(path) && !ignore.some((pattern) => pattern.test(path))
  );
  const islands = modules.find(({ path }) => path.includes("(_islands)/"));
  if (islands !== undefined) {
    throw new TypeError(
      `${islands.file}: "(_islands)" folders are not supported, islands belong into islands/`,
    );
  }
  const counted = modules.filter(({ path }) => !/(^|\/)\(_[^/]*\)\//.test(path));
  for (const { file } of counted) {
    const [feature] = /\bf-(?:client-nav|partial)\b/.exec(await Deno.readTextFile(file)) ?? [];
    if (feature === undefined) continue;
    throw new TypeError(`${file} uses ${feature}: partials and client navigation are not supported`);
  }
  return counted;
}

/** SHA-256 of a content, in hex. */
export async function hashOf(content: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", content)).toHex();
}

/** The files of `static/` by the path they are served at. */
export async function listStaticFiles(directory: string): Promise<Map<string, StaticFile>> {
  const files = new Map<string, StaticFile>();
  for (const { path, file } of await listFiles(directory)) {
    const hash = await hashOf(await Deno.readFile(file));
    files.set(`/${path}`, { content: file, hash, immutable: false });
  }
  return files;
}
