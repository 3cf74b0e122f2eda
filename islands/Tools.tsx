import { Shortcuts } from "../components/Shortcuts.tsx";
import { ThemeSwitch } from "../components/ThemeSwitch.tsx";

/** What every page can be worked with: its keys and its theme. One island, so that it is one download. */
export function Tools() {
  return (
    <>
      <Shortcuts />
      <ThemeSwitch />
    </>
  );
}
