import type { ComponentChildren } from "preact";
import { type NavLink, PRODUCT } from "../lib/pages/frame.ts";

/** What stands around every page: the way to the content, the navigation, the tools beside it, the footer. */
export function Layout(
  { nav, tools, retention_months, children }: {
    readonly nav: readonly NavLink[];
    /** After how many months records are archived; null for never. */
    readonly retention_months: number | null;
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
            <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
              <rect width="32" height="32" rx="8" fill="#3639af" />
              <path d="M7 17h4v8H7zM14 11h4v14h-4z" fill="#fff" />
              <path d="M21 7h4v18h-4z" fill="#7be5f6" />
            </svg>
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
          Nothing is read from your jobs, and nothing leaves this server. {retention_months === null
            ? "Records are kept without a limit of time."
            : `Records are shown for ${retention_months} ${
              retention_months === 1 ? "month" : "months"
            }, then archived.`}
        </p>
        <p>
          <a href={hrefOf("help")} data-page="help">What each number means</a>
          <a href={hrefOf("status")} data-page="status">How current the numbers are</a>
        </p>
      </footer>
    </>
  );
}
