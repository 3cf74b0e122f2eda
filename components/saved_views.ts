/** A view that was given a name. */
export interface SavedView {
  readonly name: string;
  /** Path and query. */
  readonly href: string;
}

const STORE = "saved-views";
/** More would not be found again. */
const MOST = 50;

/** The saved views of this browser, by name; none where storage is closed or holds something else. */
export function readViews(): readonly SavedView[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(STORE) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isView) : [];
  } catch {
    return [];
  }
}

/** Keeps the saved views; without storage they last until the page is left. */
export function writeViews(views: readonly SavedView[]): void {
  try {
    localStorage.setItem(STORE, JSON.stringify(views));
  } catch {
    // The view's address still has its name.
  }
}

/** The views with one more, or in place of the one of that name; in alphabetical order. */
export function withView(views: readonly SavedView[], view: SavedView): readonly SavedView[] {
  return [...withoutView(views, view.name), view].sort((a, b) => a.name.localeCompare(b.name)).slice(0, MOST);
}

/** The views without the one of a name. */
export function withoutView(views: readonly SavedView[], name: string): readonly SavedView[] {
  return views.filter((view) => view.name !== name);
}

/** Only paths of this site: storage may hold what another version or person wrote. */
function isView(value: unknown): value is SavedView {
  if (typeof value !== "object" || value === null || !("name" in value && "href" in value)) return false;
  return typeof value.name === "string" && typeof value.href === "string" && /^\/(?!\/|\\)/.test(value.href);
}
