import { ASSET_KEY, currentBuildId } from "./build_id.ts";

/** Whether this code runs in a browser. */
export const IS_BROWSER: boolean = typeof document !== "undefined";

/** The address of a static file, made specific to this build so that browsers may keep the file for a year. */
export function asset(path: string): string {
  const build_id = currentBuildId();
  if (build_id === "" || !path.startsWith("/") || path.startsWith("//")) return path;
  const [, address = "", query, hash = ""] = /^([^?#]*)(\?[^#]*)?(#.*)?$/.exec(path) ?? [];
  return `${address}${query === undefined ? "?" : `${query}&`}${ASSET_KEY}=${build_id}${hash}`;
}
