import { type ComponentType, type ContainerNode, h, hydrate } from "preact";

/** What the server writes into a page that shows islands. */
interface Payload {
  /** For each island of the page: its module's name in this bundle and the name of its export. */
  readonly islands: readonly (readonly [module: string, export_name: string])[];
  /** The islands' props, where they are nothing but JSON. */
  readonly plain?: readonly Props[];
  /** Else the same as one devalue array. */
  readonly props?: number | unknown[];
}

type Props = Readonly<Record<string, unknown>>;

/** The nodes between two comments, as something preact can hydrate. */
function rootBetween(start: Comment, end: Comment): ContainerNode {
  const parent = start.parentNode;
  if (parent === null) throw new Error("An island's marker is not in the page");
  function nodes(): Node[] {
    const between: Node[] = [];
    for (let node = start.nextSibling; node !== null && node !== end; node = node.nextSibling) {
      between.push(node);
    }
    return between;
  }
  /** Preact looks past comments for the node to insert before, which may lie beyond the island. */
  function insert(node: Node, before: Node | null): Node {
    const isInside = before !== null && before.parentNode === parent &&
      (end.compareDocumentPosition(before) & Node.DOCUMENT_POSITION_FOLLOWING) === 0;
    return start.parentNode!.insertBefore(node, isInside ? before : end);
  }
  const root = {
    nodeType: Node.ELEMENT_NODE,
    parentNode: parent,
    namespaceURI: parent instanceof Element ? parent.namespaceURI : null,
    get firstChild() {
      return nodes()[0] ?? null;
    },
    get childNodes() {
      return nodes();
    },
    contains: (node: Node | null) => nodes().some((own) => own.contains(node)),
    insertBefore: insert,
    appendChild: (node: Node) => insert(node, null),
    removeChild: (node: Node) => parent.removeChild(node),
  };
  return root as unknown as ContainerNode;
}

/** The islands' modules by name, each with its exports. */
export type IslandModules = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

function bringToLife([start, end]: [Comment, Comment], component: ComponentType<Props>, props: Props): void {
  hydrate(h(component, props), rootBetween(start, end));
}

/** The pairs of comments that stand around islands, by the island's number. */
function findMarkers(): Map<number, [Comment, Comment]> {
  const markers = new Map<number, [Comment, Comment]>();
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_COMMENT);
  let open: { readonly index: number; readonly start: Comment } | null = null;
  while (walker.nextNode()) {
    const comment = walker.currentNode as Comment;
    const [, index] = /^fresh-island:(\d+)$/.exec(comment.data) ?? [];
    if (index !== undefined) open = { index: Number(index), start: comment };
    if (comment.data !== "/fresh-island" || open === null) continue;
    markers.set(open.index, [open.start, comment]);
    open = null;
  }
  return markers;
}

/** The page's islands, with their places and their props. */
interface Page {
  readonly islands: Payload["islands"];
  readonly props: readonly Props[];
  readonly markers: ReadonlyMap<number, [Comment, Comment]>;
}

let page: Page | Promise<Page> | null = null;

/** Reads the page; what is more than JSON is read by a module that few pages need. */
function readPage(): Page | Promise<Page> {
  const text = document.getElementById("fresh-islands")?.textContent ?? '{"islands":[],"plain":[]}';
  const { islands, plain, props = [] }: Payload = JSON.parse(text);
  const markers = findMarkers();
  if (plain !== undefined) return { islands, props: plain, markers };
  return import("./revive.ts").then(({ revive }) => ({ islands, props: revive(props), markers }));
}

/** Brings the islands of the page to life that these modules export; one that fails leaves the others alive. */
export function register(modules: IslandModules): void {
  page ??= readPage();
  if (page instanceof Promise) page.then((read) => start(read, modules));
  else start(page, modules);
}

function start({ islands, props, markers }: Page, modules: IslandModules): void {
  for (const [index, [module, export_name]] of islands.entries()) {
    const marker = markers.get(index);
    const component = modules[module]?.[export_name];
    if (marker === undefined || component === undefined) continue;
    try {
      bringToLife(marker, component as ComponentType<Props>, props[index] ?? {});
    } catch (error) {
      console.error(error);
    }
  }
}
