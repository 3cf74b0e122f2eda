/** More nodes than any cluster has: a longer list is a mistake or an attack. */
const MAX_NODES = 100_000;
const NO_NODES = new Set(["", "None assigned", "None", "(null)"]);

/** Numbers `from` to `to`, written with at least `width` digits. */
interface Range {
  readonly from: number;
  readonly to: number;
  readonly width: number;
}

/** A node name with gaps: fixed text and bracket groups by turns, so that `r[1-2]n3` is `["r", [1-2], "n3"]`. */
type Pattern = readonly (string | readonly Range[])[];

/**
 * Node names of a list in Slurm's bracket notation, in the order given: `gpu[01-03],r[1-2]n[1-2],m5`. Several groups
 * in one name give every combination, the last one running fastest. `None assigned` and `''` are no nodes.
 *
 * @throws {SyntaxError} if brackets or ranges are malformed.
 * @throws {RangeError} if the list names more than 100,000 nodes.
 */
export function expandNodeList(text: string): readonly string[] {
  const patterns = parse(text);
  guard(patterns, text);
  return patterns.flatMap(expand);
}

/**
 * How many nodes a list in Slurm's bracket notation names, without writing them out.
 *
 * @throws {SyntaxError} if brackets or ranges are malformed.
 * @throws {RangeError} if the list names more than 100,000 nodes.
 */
export function countNodes(text: string): number {
  return guard(parse(text), text);
}

function guard(patterns: readonly Pattern[], text: string): number {
  const count = patterns.reduce((sum, pattern) => sum + size(pattern), 0);
  if (count <= MAX_NODES) return count;
  throw new RangeError(`Node list ${quote(text)} names ${count} nodes: at most ${MAX_NODES} are read`);
}

function size(pattern: Pattern): number {
  return pattern.reduce((product, part) => product * (typeof part === "string" ? 1 : sizeOfGroup(part)), 1);
}

function sizeOfGroup(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}

function expand(pattern: Pattern): readonly string[] {
  return pattern.reduce<readonly string[]>((names, part) => {
    const endings = typeof part === "string" ? [part] : part.flatMap(numbers);
    return names.flatMap((name) => endings.map((ending) => name + ending));
  }, [""]);
}

function numbers({ from, to, width }: Range): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => String(from + i).padStart(width, "0"));
}

function parse(text: string): readonly Pattern[] {
  if (NO_NODES.has(text.trim())) return [];
  return splitOutsideBrackets(text).map((item) => parsePattern(item, text));
}

function splitOutsideBrackets(text: string): readonly string[] {
  const items: string[] = [];
  let start = 0;
  let depth = 0;
  for (let i = 0; i <= text.length; i++) {
    if (text[i] === "[") depth++;
    if (text[i] === "]") depth--;
    if (depth < 0 || depth > 1) throw malformed(text);
    if (i < text.length && (text[i] !== "," || depth > 0)) continue;
    items.push(text.slice(start, i).trim());
    start = i + 1;
  }
  if (depth !== 0) throw malformed(text);
  return items;
}

function parsePattern(item: string, text: string): Pattern {
  if (item === "") throw malformed(text);
  return item.split(/\[([^\]]*)\]/).map((part, i) =>
    i % 2 === 0 ? part : part.split(",").map((range) => parseRange(range, text))
  );
}

function parseRange(range: string, text: string): Range {
  const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(range.trim());
  if (!match) throw malformed(text);
  const from = Number(match[1]);
  const to = Number(match[2] ?? match[1]);
  if (to < from) throw malformed(text);
  return { from, to, width: match[1].length };
}

function malformed(text: string): SyntaxError {
  return new SyntaxError(
    `Cannot parse node list ${quote(text)}: expected names like node[01-03,7],rack1-gpu2`,
  );
}

function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? text.slice(0, 100) + "…" : text);
}
