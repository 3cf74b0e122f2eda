import { KeyList } from "./KeyList.tsx";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { shortcutFor } from "./shortcut_list.ts";

const OFF = "single-keys-off";
const PATIENCE_MS = 1000;

/** Listens for the keys of the one list, shows them, and lets single keys be switched off. */
export function Shortcuts() {
  const dialog = useRef<HTMLDialogElement>(null);
  const single_keys = useSignal(true);
  const show = () => dialog.current?.showModal();

  useEffect(() => {
    single_keys.value = stored() === null;
    let pressed: string[] = [];
    let last_ms = 0;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isCommand(event)) return;
      if (event.key !== "Escape" && (isTaken(event.target) || dialog.current?.open)) return;
      pressed = event.timeStamp - last_ms > PATIENCE_MS ? [event.key] : [...pressed, event.key];
      last_ms = event.timeStamp;
      let found = shortcutFor(pressed, { single_keys: single_keys.value });
      if (found === null) found = shortcutFor(pressed = [event.key], { single_keys: single_keys.value });
      if (found === "partial" || found === null) return;
      pressed = [];
      if (found.click !== undefined) {
        const control = document.querySelector<HTMLElement>(found.click);
        if (control?.matches("summary")) openMenu(event, control.parentElement);
        else control?.click();
        return;
      }
      if (found.act === "list") show();
      if (found.act === "find") find(event);
      if (found.act === "tables") toggleTables();
      if (found.act === "close") closeMenus();
    };
    const onPointerDown = (event: PointerEvent) => {
      for (const menu of openMenus()) {
        if (!(event.target instanceof Node && menu.contains(event.target))) menu.open = false;
      }
    };
    let closed: readonly HTMLDetailsElement[] = [];
    const onPrint = () => {
      closed = tables().filter((table) => !table.open);
      for (const table of closed) table.open = true;
    };
    const onPrinted = () => {
      for (const table of closed) table.open = false;
    };
    addEventListener("beforeprint", onPrint);
    addEventListener("afterprint", onPrinted);
    document.addEventListener("keydown", onKeyDown);
    document.addEventListener("pointerdown", onPointerDown);
    return () => {
      removeEventListener("beforeprint", onPrint);
      removeEventListener("afterprint", onPrinted);
      document.removeEventListener("keydown", onKeyDown);
      document.removeEventListener("pointerdown", onPointerDown);
    };
  }, []);

  return (
    <>
      <button type="button" class="tool needs-js" aria-label="Keys" title="Keys (?)" onClick={show}>
        <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" class="stroke">
          <path d="M2.5 5.5h15v9h-15zM5.5 8.5h.01M8.5 8.5h.01M11.5 8.5h.01M14.5 8.5h.01M6.5 11.5h7" />
        </svg>
      </button>
      <dialog ref={dialog} class="dialog" aria-labelledby="keys-heading">
        <form method="dialog">
          <header class="panel-head">
            <h2 id="keys-heading">Keys</h2>
            <button type="submit" class="tool" aria-label="Close">×</button>
          </header>
          <KeyList />
          <label class="option">
            <input
              type="checkbox"
              checked={single_keys.value}
              onChange={(event) => {
                single_keys.value = event.currentTarget.checked;
                store(single_keys.value);
              }}
            />
            <span>Single keys act on the page</span>
          </label>
        </form>
      </dialog>
    </>
  );
}

/** Whether what is typed is meant for a field or an open menu. */
function isTaken(target: EventTarget | null): boolean {
  return target instanceof HTMLElement &&
    (target.isContentEditable || target.closest("details.menu[open]") !== null ||
      target.matches("input:not([type=checkbox], [type=range]), select, textarea"));
}

function openMenus(): NodeListOf<HTMLDetailsElement> {
  return document.querySelectorAll("details.menu[open]");
}

/**
 * Whether a key is pressed for the browser or the system. Some layouts have brackets at AltGr, which Windows tells as
 * Ctrl and Alt, or at Option.
 */
function isCommand(event: KeyboardEvent): boolean {
  if (event.metaKey) return true;
  if (event.getModifierState("AltGraph")) return false;
  return event.ctrlKey || event.altKey && !/^[[\]/]$/.test(event.key);
}

/** Opens a menu of the filter bar and goes to its field. */
function openMenu(event: KeyboardEvent, menu: Element | null): void {
  const folded = document.querySelector<HTMLDetailsElement>("details.filters-toggle");
  if (folded !== null) folded.open = true;
  for (const open of openMenus()) open.open = false;
  if (menu instanceof HTMLDetailsElement) menu.open = true;
  // What is typed is the key itself otherwise.
  event.preventDefault();
  menu?.querySelector<HTMLElement>("input, a")?.focus();
}

/** The search of the page, or the one in all names. */
function find(event: KeyboardEvent): void {
  const search = document.querySelector("input[name=q]");
  openMenu(event, search?.closest("label") ?? document.querySelector("details.find-all"));
}

function tables(): readonly HTMLDetailsElement[] {
  return [...document.querySelectorAll<HTMLDetailsElement>("details.figure-data")];
}

function toggleTables(): void {
  const open = tables().some((table) => !table.open);
  for (const table of tables()) table.open = open;
}

/** Focus goes back to what opened the menu. */
function closeMenus(): void {
  for (const menu of openMenus()) {
    const held = menu.contains(document.activeElement);
    menu.open = false;
    if (held) menu.querySelector("summary")?.focus();
  }
}

function stored(): string | null {
  try {
    return localStorage.getItem(OFF);
  } catch {
    return null;
  }
}

function store(on: boolean): void {
  try {
    if (on) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  } catch {
    // Storage may be closed to this page; the choice then lasts until it is left.
  }
}
