import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { paramsOf } from "../lib/pages/paths.ts";
import type { ViewModel } from "../lib/pages/page_model.ts";
import { type Refresh, useRefresh } from "./refresh.ts";
import { pending } from "./ui_state.ts";

/** A page that follows its address in place. */
export interface LiveView<Model extends ViewModel> {
  readonly model: ReadonlySignal<Model>;
  /** Whether scripts run: false on the server and in the first render. */
  readonly live: ReadonlySignal<boolean>;
  /** The address whose answer did not come; null when all is well. */
  readonly failed: ReadonlySignal<string | null>;
  /** What screen readers are told after an update. */
  readonly said: ReadonlySignal<string>;
  /** Shows the view of an address on this page, and puts it into the history. */
  readonly go: (href: string) => void;
  /** Asks once more for the address that failed. */
  readonly retry: () => void;
  readonly refresh: Refresh<Model>;
  /** Puts newer data on show, tells of it and keeps the focus. */
  readonly showNews: () => void;
}

/**
 * Keeps a page's model in step with its address: links to the same page and the browser's Back and Forward fetch
 * the model instead of the page. Links pressed with a modifier key are the browser's; a late answer is dropped.
 */
export function useLiveView<Model extends ViewModel>(first: Model): LiveView<Model> {
  const model = useSignal(first);
  const live = useSignal(false);
  const failed = useSignal<string | null>(null);
  const said = useSignal("");
  const refresh = useRefresh(model);
  const asked = useRef<AbortController | null>(null);
  const shown_search = useRef<string | null>(null);

  const load = async (href: string) => {
    asked.current?.abort();
    const mine = new AbortController();
    asked.current = mine;
    pending.value = true;
    try {
      const url = new URL(href, location.href);
      const response = await fetch(`/api/dashboard/view/${first.page}?${paramsOf(url)}`, {
        signal: mine.signal,
      });
      if (!response.ok) throw new Error(`The server answered ${response.status}`);
      const answer: Model = await response.json();
      if (asked.current !== mine) return;
      failed.value = null;
      const held = document.activeElement;
      model.value = answer;
      refresh.arrived(response.headers.get("etag"));
      said.value = answer.announcement;
      followAddress(answer);
      requestAnimationFrame(() => {
        keepFocus(held);
        scrollUpTo(url.hash);
      });
      shown_search.current = location.search;
    } catch {
      if (asked.current === mine) failed.value = href;
    } finally {
      if (asked.current === mine) pending.value = false;
    }
  };
  const go = (href: string) => {
    history.pushState(null, "", href);
    load(href);
  };

  useEffect(() => {
    live.value = true;
    shown_search.current = location.search;
    const onClick = (event: MouseEvent) => {
      const href = hrefToFollow(event);
      if (href === null) return;
      event.preventDefault();
      go(href);
    };
    const onPopState = () => {
      if (location.search !== shown_search.current) return void load(location.href);
      asked.current?.abort();
      asked.current = null;
      pending.value = false;
      failed.value = null;
      // Boxes that were ticked for the answer no longer awaited are as the view has them again.
      model.value = structuredClone(model.value);
    };
    document.addEventListener("click", onClick);
    addEventListener("popstate", onPopState);
    return () => {
      document.removeEventListener("click", onClick);
      removeEventListener("popstate", onPopState);
      asked.current?.abort();
    };
  }, []);

  const retry = () => {
    if (failed.value !== null) load(failed.value);
  };
  const showNews = () => {
    const held = document.activeElement;
    refresh.show();
    said.value = `Updated. ${model.value.announcement}`;
    requestAnimationFrame(() => keepFocus(held));
  };
  return { model, live, failed, said, go, retry, refresh, showNews };
}

/** Writes the canonical address, the tab's title and the navigation's links, which lie outside the page's view. */
function followAddress(answer: ViewModel): void {
  if (location.pathname + location.search !== answer.href) {
    history.replaceState(null, "", answer.href + location.hash);
  }
  document.title = answer.document_title;
  for (const { name, href } of answer.nav) {
    for (const link of document.querySelectorAll(`a[data-page="${name}"]`)) link.setAttribute("href", href);
  }
}

/**
 * A control may go with what it did: a chip with its filter, the way to the next page on the last one. Focus then
 * goes to the control that its `data-instead` selects, else to the title, instead of getting lost.
 */
function keepFocus(held: Element | null): void {
  if (held === null || held.isConnected || document.activeElement !== document.body) return;
  const instead = held.getAttribute("data-instead");
  const next = instead === null ? null : document.querySelector<HTMLElement>(instead);
  (next ?? document.querySelector("h1"))?.focus({ preventScroll: true });
}

/** Goes up to the place that an address names; what is in sight stays where it is. */
function scrollUpTo(hash: string): void {
  const place = hash === "" ? null : document.getElementById(decodeURIComponent(hash.slice(1)));
  if (place !== null && place.getBoundingClientRect().top < 0) place.scrollIntoView();
}

/** Where a plain click on a link leads, when that is another view of the same page; else null. */
function hrefToFollow(event: MouseEvent): string | null {
  if (event.defaultPrevented || event.button !== 0) return null;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const href = link?.getAttribute("href");
  if (!href || link?.hasAttribute("download") || link?.hasAttribute("target")) return null;
  const url = new URL(href, location.href);
  const same_page = url.origin === location.origin && url.pathname === location.pathname;
  return same_page && url.search !== location.search ? url.href : null;
}

/** The address that a filter form stands for, with more values of one field if given. */
export function formHref(
  form: HTMLFormElement,
  more: { readonly name: string; readonly values: readonly string[] } | null = null,
): string {
  const params = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value !== "") params.append(name, value);
  }
  for (const value of more?.values ?? []) params.append(more?.name ?? "", value);
  return `${form.getAttribute("action") ?? ""}?${params}`;
}
