import { asset } from "fresh/runtime";
import type { ComponentChildren } from "preact";
import { type NavLink, PRODUCT } from "../lib/pages/frame.ts";

/** What stands around every page: the way to the content, the navigation, the tools beside it, the footer. */
export function Layout(
  { nav, tools, children }: {
    readonly nav: readonly NavLink[];
    readonly tools: ComponentChildren;
    readonly children: ComponentChildren;
  },
) {
  const hrefOf = (page: NavLink["name"]) => nav.find(({ name }) => name === page)?.href;
  return (
    <>
      <a class="skip" href="#main">Skip to content</a>
      <header class="top">
        <div class="top-row">
          <a class="brand" href="/">
            <img src={asset("/icon.svg")} alt="" width="24" height="24" />
            <span class="brand-name">{PRODUCT}</span>
          </a>
          <nav class="nav" aria-label="Pages">
            <ul>
              {nav.map(({ name, label, href, current }) => (
                <li key={name}>
                  <a href={href} data-page={name} aria-current={current ? "page" : undefined}>{label}</a>
                </li>
              ))}
            </ul>
          </nav>
          <div class="top-tools">{tools}</div>
        </div>
      </header>
      <main id="main" class="main" tabIndex={-1}>{children}</main>
      <footer class="foot">
        <p>
          Job accounting records are stored as Slurm reports them: who ran what, when, on which resources.
          Nothing is read from your jobs, and nothing leaves this server.
        </p>
        <p>
          <a href={hrefOf("help")} data-page="help">What each number means</a>
          <a href={hrefOf("status")} data-page="status">How current the numbers are</a>
        </p>
      </footer>
    </>
  );
}
