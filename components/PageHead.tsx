import type { FreshnessModel } from "../lib/pages/frame.ts";

/** Title of a page, the question that it answers, and how far the reports behind it reach. */
export function PageHead(
  { title, question, freshness = [] }: {
    readonly title: string;
    readonly question: string;
    readonly freshness?: readonly FreshnessModel[];
  },
) {
  return (
    <div class="head">
      <div class="head-words">
        <h1 tabIndex={-1}>{title}</h1>
        <p class="question">{question}</p>
      </div>
      {freshness.length > 0 && (
        <ul class="freshness" aria-label="How current the reports are">
          {freshness.map(({ cluster, text, time, exact, stale, href }) => (
            <li key={cluster} class={stale ? "stale" : undefined}>
              <a href={href} title={exact === "" ? undefined : `Complete up to ${exact}`}>
                <span class="dot" aria-hidden="true" />
                <strong>{cluster}</strong> {time === null ? text : <time dateTime={time}>{text}</time>}
              </a>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
