/** A file below `routes/` and what it exports. */
export interface RouteFile {
  /** Its path below `routes/`, with slashes. */
  readonly path: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

/** What a file below `routes/` is for. */
export type RouteFileKind = "app" | "error" | "layout" | "middleware" | "not found" | "route";

const SPECIAL_NAMES: Readonly<Record<string, RouteFileKind>> = {
  _app: "app",
  _error: "error",
  _layout: "layout",
  _middleware: "middleware",
  _404: "not found",
};

/** Where a route file stands and what it is for. */
export interface RoutePlace {
  readonly kind: RouteFileKind;
  /** Its folder below `routes/`, groups included: `""`, `"jobs/:cluster"`. */
  readonly folder: string;
  /** For a route, the pattern of the addresses it answers: `"/jobs/:cluster"`. */
  readonly pattern: string;
}

/**
 * Reads the path of a file below `routes/`.
 * @throws {SyntaxError} when its name means nothing
 */
export function placeOf(path: string): RoutePlace {
  const parts = path.replace(/\.[^./]+$/, "").split("/");
  const name = parts.at(-1) ?? "";
  const folders = parts.slice(0, -1);
  const folder = folders.map((segment) => segment.replace(/^\[(\w+)\]$/, ":$1")).join("/");
  const kind = SPECIAL_NAMES[name] ?? "route";
  if ((kind === "app" || kind === "not found") && folder !== "") {
    throw new SyntaxError(`Cannot use routes/${path}: there is one ${name}, and it is directly in routes/`);
  }
  if (kind === "route" && name.startsWith("_")) {
    const names = Object.keys(SPECIAL_NAMES).join(", ");
    throw new SyntaxError(
      `Cannot use routes/${path}: of names that begin with _ only ${names} mean something`,
    );
  }
  const addressed = name === "index" ? folders : [...folders, name];
  return { kind, folder, pattern: patternOf(path, addressed) };
}

function patternOf(path: string, segments: readonly string[]): string {
  const pattern = segments.filter((segment) => !/^\(.*\)$/.test(segment)).map((segment) => {
    const [, optional] = /^\[\[(\w+)\]\]$/.exec(segment) ?? [];
    if (optional !== undefined) return `{/:${optional}}?`;
    const [, rest] = /^\[\.\.\.(\w+)\]$/.exec(segment) ?? [];
    if (rest !== undefined) return `/:${rest}*`;
    const [, parameter] = /^\[(\w+)\]$/.exec(segment) ?? [];
    if (parameter !== undefined) return `/:${parameter}`;
    if (/^[\w.~-]+$/.test(segment)) return `/${segment}`;
    throw new SyntaxError(
      `Cannot route routes/${path}: "${segment}" is neither a plain name (letters, digits, . _ ~ -) nor ` +
        "[parameter], [[optional]], [...rest] or (group)",
    );
  }).join("");
  return pattern === "" ? "/" : pattern;
}

/** The order in which patterns are tried: at the first segment where they differ, plain names before parameters before rests. */
export function comparePatterns(a: string, b: string): number {
  const ranks_a = ranksOf(a);
  const ranks_b = ranksOf(b);
  for (const [position, rank] of ranks_a.entries()) {
    const difference = rank - (ranks_b[position] ?? -1);
    if (difference !== 0) return difference;
  }
  return ranks_a.length - ranks_b.length || (a < b ? -1 : Number(a > b));
}

function ranksOf(pattern: string): number[] {
  return pattern.split("/").slice(1).map((segment) => {
    if (!segment.startsWith(":")) return 0;
    if (segment.endsWith("*")) return 3;
    return segment.endsWith("?") ? 2 : 1;
  });
}
