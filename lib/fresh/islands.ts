import { type ComponentType, Fragment, type FunctionComponent, h, options, type VNode } from "preact";

/** A component that the browser brings to life. */
export interface Island {
  /** Its file's name, with the export's name unless that is the default. */
  readonly name: string;
  /** Under which name the browser's bundle has the module that exports it. */
  readonly module: string;
  readonly export_name: string;
}

/** Islands by their component function. */
export type IslandRegistry = ReadonlyMap<unknown, Island>;

/** An island that a page shows, with the props it was given. */
export interface FoundIsland {
  readonly island: Island;
  readonly props: Readonly<Record<string, unknown>>;
}

interface Pass {
  readonly islands: IslandRegistry;
  readonly found: FoundIsland[];
  /** How many islands are open around the element at hand. */
  depth: number;
}

/** Rendering is synchronous, so one pass at a time is under way. */
let pass: Pass | null = null;

/** Island elements that stand between their markers already. */
const marked = new WeakSet<VNode>();
const boundaries = new WeakMap<object, FunctionComponent>();

/** Runs one synchronous render and reports the outermost islands it came upon, in the order of the page. */
export function findIslands<Result>(
  islands: IslandRegistry,
  render: () => Result,
): { result: Result; found: readonly FoundIsland[] } {
  const outer = pass;
  const own: Pass = { islands, found: [], depth: 0 };
  pass = own;
  try {
    return { result: render(), found: own.found };
  } finally {
    pass = outer;
  }
}

/** Elements may be kept and rendered again, so what replaces an island's type must hold for any later pass. */
function boundaryOf(component: ComponentType): FunctionComponent {
  const known = boundaries.get(component);
  if (known !== undefined) return known;
  function IslandBoundary(props: Readonly<Record<string, unknown>>) {
    const element = h(component, props);
    const island = pass?.islands.get(component);
    if (pass === null || island === undefined || pass.depth > 0) return element;
    marked.add(element);
    const index = pass.found.push({ island, props }) - 1;
    return h(Fragment, null, comment(`fresh-island:${index}`), element, comment("/fresh-island"));
  }
  boundaries.set(component, IslandBoundary);
  return IslandBoundary;
}

/** The server renderer writes a fragment with this property as a comment. */
function comment(text: string): VNode {
  const props: object = { UNSTABLE_comment: text };
  return h(Fragment, props);
}

interface DiffOptions {
  __b?: (vnode: VNode) => void;
}

const hooks: DiffOptions & typeof options = options;
const beforeDiff = hooks.__b;
const afterDiff = hooks.diffed;

hooks.__b = (vnode) => {
  if (pass !== null && typeof vnode.type === "function") enter(vnode, pass);
  beforeDiff?.(vnode);
};

hooks.diffed = (vnode) => {
  if (pass !== null && marked.delete(vnode)) pass.depth--;
  afterDiff?.(vnode);
};

function enter(vnode: VNode, { islands, depth }: Pass): void {
  const component = vnode.type as ComponentType;
  if (marked.has(vnode)) {
    if (pass !== null) pass.depth = depth + 1;
  } else if (depth === 0 && islands.has(component)) {
    vnode.type = boundaryOf(component);
  } else if (component.constructor.name === "AsyncFunction") {
    throw new TypeError(
      `The component ${component.name} is async: only pages, layouts and the app component can be awaited`,
    );
  }
}
