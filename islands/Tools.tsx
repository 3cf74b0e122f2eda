import { useEffect } from "preact/hooks";
import { Shortcuts } from "../components/Shortcuts.tsx";
import { ThemeSwitch } from "../components/ThemeSwitch.tsx";

/** What every page can be worked with: its keys and its theme. One island, so that it is one download. */
export function Tools() {
  useEffect(() => {
    // On narrow screens the navigation scrolls sideways; the page one is on must be in sight.
    const current = document.querySelector<HTMLElement>(".nav [aria-current]");
    const nav = current?.closest("nav");
    if (current === null || !nav) return;
    const [link, frame] = [current.getBoundingClientRect(), nav.getBoundingClientRect()];
    if (link.right > frame.right) nav.scrollLeft += link.left - frame.left - (frame.width - link.width) / 2;
  }, []);
  return (
    <>
      <Shortcuts />
      <ThemeSwitch />
    </>
  );
}
