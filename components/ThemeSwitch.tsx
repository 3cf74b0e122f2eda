import { useEffect } from "preact/hooks";
import { theme, type ThemeChoice } from "./ui_state.ts";

const NEXT: Readonly<Record<ThemeChoice, ThemeChoice>> = { system: "light", light: "dark", dark: "system" };
const PATHS: Readonly<Record<ThemeChoice, string>> = {
  system: "M3 4h14v9H3zM7 16h6",
  light:
    "M10 6.5a3.5 3.5 0 1 1 0 7a3.5 3.5 0 0 1 0-7zM10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.5 4.5l1 1M14.5 14.5l1 1M4.5 15.5l1-1M14.5 5.5l1-1",
  dark: "M16 12A6.5 6.5 0 0 1 8 4a6.5 6.5 0 1 0 8 8z",
};

/** Steps through the system's theme, light and dark; the choice is kept in this browser. */
export function ThemeSwitch() {
  useEffect(() => {
    const chosen = document.documentElement.dataset.theme;
    if (chosen === "light" || chosen === "dark") theme.value = chosen;
  }, []);
  const choose = () => {
    const chosen = NEXT[theme.value];
    theme.value = chosen;
    if (chosen === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
    try {
      if (chosen === "system") localStorage.removeItem("theme");
      else localStorage.setItem("theme", chosen);
    } catch {
      // Storage may be closed to this page; the choice then lasts until it is left.
    }
  };
  const label = `Theme: ${theme.value}. Change to ${NEXT[theme.value]}`;
  return (
    <button type="button" class="tool needs-js" aria-label={label} title={label} onClick={choose}>
      <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" class="stroke">
        <path d={PATHS[theme.value]} />
      </svg>
    </button>
  );
}
