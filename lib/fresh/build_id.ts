/** Replaced by a string when the islands are bundled; not defined on the server. */
declare const FRESH_BUILD_ID: string | undefined;

/** The query parameter that marks a static file's address as specific to one build. */
export const ASSET_KEY = "__frsh_c";

let build_id = typeof FRESH_BUILD_ID === "undefined" ? "" : FRESH_BUILD_ID;

/** The build whose static files `asset()` points at: the one being rendered, else the last one applied. */
export function currentBuildId(): string {
  return build_id;
}

/** Makes `id` the build that `asset()` points at. */
export function setBuildId(id: string): void {
  build_id = id;
}
