import type { FrameModel, FreshnessModel } from "../lib/pages/frame.ts";

/** Title of a page, the question that it answers, and how far the reports behind it reach. */
export function PageHead(
  { title, name = "", question, person = null, days = "", freshness = [] }: {
    readonly title: string;
    /** Of a saved view. */
    readonly name?: string;
    readonly question: string;
    /** The way to the page of one user. */
    readonly person?: FrameModel["person"];
    /** Days and zone on show, for paper, where the filter bar is not. */
    readonly days?: string;
    readonly freshness?: readonly FreshnessModel[];
  },
) {
  return (
    <div class="head">
      <div class="head-words">
        <h1 tabIndex={-1}>
          {title}
          {name !== "" && " "}
          {name !== "" && <span class="view-name">{name}</span>}
        </h1>
        <p class="question">
          {question}
          {person !== null && " "}
          {person !== null && <a class="person" href={person.href}>{person.label}</a>}
        </p>
        {days !== "" && <p class="on-paper">{days}</p>}
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
