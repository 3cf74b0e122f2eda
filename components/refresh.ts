import { type ReadonlySignal, type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ViewModel } from "../lib/pages/page_model.ts";
import { paramsOf } from "../lib/pages/paths.ts";
import { pending } from "./ui_state.ts";

/** Not asked for more often, whatever the server is configured to. */
const LEAST_MS = 60_000;
/** While the server cannot be reached. */
const RETRY_MS = 15_000;

/** What is known of the server's data since the view was made. */
export interface Refresh<Model> {
  /** The view with newer data, not on show yet; null while there is none. */
  readonly news: ReadonlySignal<Model | null>;
  /** When the numbers on show were made, as "14:05", while the server cannot be reached; else null. */
  readonly unreachable: ReadonlySignal<string | null>;
  /** Puts the newer data on show. */
  readonly show: () => void;
  /** To be told when another view was put on show. */
  readonly arrived: (etag: string | null) => void;
}

/** Asks for the view on show from time to time while the page is in sight, and keeps its ages true. */
export function useRefresh<Model extends ViewModel>(model: Signal<Model>): Refresh<Model> {
  const news = useSignal<Model | null>(null);
  const unreachable = useSignal<string | null>(null);
  const etag = useRef<string | null>(null);
  const made_ms = useRef(0);

  const arrived = (tag: string | null) => {
    etag.current = tag;
    made_ms.current = Date.now();
    news.value = null;
    unreachable.value = null;
  };

  useEffect(() => {
    made_ms.current = Date.now();
    const interval_ms = Math.max(LEAST_MS, 1000 * Number(document.body.dataset.refresh ?? 0));
    let checked_ms = Date.now();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gone = false;
    const check = async () => {
      clearTimeout(timer);
      checked_ms = Date.now();
      try {
        if (!document.hidden && !pending.value) {
          await look();
          unreachable.value = null;
        }
      } catch {
        unreachable.value ??= clock(made_ms.current);
      }
      clearTimeout(timer);
      if (!gone) timer = setTimeout(check, unreachable.value === null ? interval_ms : RETRY_MS);
    };
    const look = async () => {
      const { page, href } = model.value;
      const response = await fetch(`/api/dashboard/view/${page}?${paramsOf(new URL(href, location.href))}`, {
        headers: etag.current === null ? {} : { "if-none-match": etag.current },
      });
      if (response.status === 304) return;
      if (response.status >= 502) throw new Error(`The server answered ${response.status}`);
      if (!response.ok) return;
      const answer: Model = await response.json();
      // Another view may have come in the meantime.
      if (gone || model.value.href !== href || pending.value) return;
      etag.current = response.headers.get("etag");
      if (answer.version !== model.value.version) news.value = answer;
      else {
        made_ms.current = Date.now();
        model.value = withAges(model.value, answer);
      }
    };
    const onVisible = () => {
      if (!document.hidden && (Date.now() - checked_ms >= interval_ms || unreachable.value !== null)) check();
    };
    const onOnline = () => {
      if (unreachable.value !== null) check();
    };
    timer = setTimeout(check, interval_ms);
    document.addEventListener("visibilitychange", onVisible);
    addEventListener("online", onOnline);
    addEventListener("offline", check);
    return () => {
      gone = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onVisible);
      removeEventListener("online", onOnline);
      removeEventListener("offline", check);
    };
  }, []);

  const show = () => {
    if (news.value === null) return;
    model.value = news.value;
    arrived(etag.current);
  };
  return { news, unreachable, show, arrived };
}

/**
 * A view with the ages of a later answer of the same data. Its notices are taken over where only their words differ,
 * since one more would move what is being read.
 */
export function withAges<Model extends Pick<ViewModel, "freshness" | "notices">>(
  shown: Model,
  answer: Pick<ViewModel, "freshness" | "notices">,
): Model {
  const alike =
    shown.notices.map(({ state }) => state).join() === answer.notices.map(({ state }) => state).join();
  return { ...shown, freshness: answer.freshness, notices: alike ? answer.notices : shown.notices };
}

function clock(time_ms: number): string {
  return new Date(time_ms).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}
