import type { ComponentChildren } from "preact";

/** Why a figure or page cannot show, or not show all, of what was asked for. All texts are ready to read. */
export type NoticeProps =
  /** No cluster has reported yet. */
  | {
    readonly state: "no-cluster";
    readonly command: string;
    readonly key_path: string;
    readonly help_href: string;
  }
  /** There are no jobs in the range; `days` is what the cluster has data for, `href` the nearest range with data. */
  | { readonly state: "no-data"; readonly cluster?: string; readonly days?: string; readonly href?: string }
  /** The filters leave nothing; `filter` is the one that empties it, as "account phys". */
  | { readonly state: "filtered-out"; readonly filter?: string; readonly href: string }
  /** Reports are late: "alpha last reported 26 h ago; figures after 21 Nov 02:00 are missing". */
  | { readonly state: "stale"; readonly cluster: string; readonly age: string; readonly since: string }
  /** Only the largest are shown: "Top 7 of 212 accounts". */
  | {
    readonly state: "truncated";
    readonly shown: number;
    readonly of: number;
    readonly what: string;
    readonly href: string;
  }
  /** A part of a page could not be answered. */
  | { readonly state: "error"; readonly what: string; readonly request_id: string; readonly href: string }
  /** The live chart did not load; still and table remain. */
  | { readonly state: "chart-failed" }
  /** Anything else that readers should know, such as a filter that cannot be used. */
  | { readonly state: "note"; readonly text: string; readonly href?: string; readonly link?: string };

/** A state in words, with the way out of it. */
export function Notice(props: NoticeProps) {
  const urgent = props.state === "error" || props.state === "stale";
  return (
    <div class={`notice notice-${props.state}`} role={urgent ? "status" : undefined}>
      {body(props)}
    </div>
  );
}

function body(props: NoticeProps): ComponentChildren {
  switch (props.state) {
    case "no-cluster":
      return (
        <>
          <p class="notice-title">No cluster has reported yet</p>
          <p>Install the agent on a host where sacct works, then start it:</p>
          <pre><code>{props.command}</code></pre>
          <p>
            It reads its key from <code>{props.key_path}</code>.{" "}
            <a href={props.help_href}>How to set up a cluster</a>
          </p>
        </>
      );
    case "no-data":
      return (
        <>
          <p class="notice-title">No jobs in this range</p>
          {props.days !== undefined && (
            <p>{`${props.cluster ?? "The cluster"} has data for ${props.days}.`}</p>
          )}
          {props.href !== undefined && (
            <p>
              <a href={props.href}>Go to the nearest range with data</a>
            </p>
          )}
        </>
      );
    case "filtered-out":
      return (
        <>
          <p class="notice-title">No jobs match these filters</p>
          {props.filter === undefined
            ? (
              <p>
                <a href={props.href}>Clear the filters</a>
              </p>
            )
            : (
              <p>
                {`Nothing is left with ${props.filter}. `}
                <a href={props.href}>Show without it</a>
              </p>
            )}
        </>
      );
    case "stale":
      return (
        <p>
          <strong>{props.cluster}</strong>
          {` last reported ${props.age} ago; figures after ${props.since} are missing.`}
        </p>
      );
    case "truncated":
      return (
        <p>
          {`Top ${props.shown} of ${props.of} ${props.what}; the rest is Other. `}
          <a href={props.href}>Show all</a>
        </p>
      );
    case "error":
      return (
        <>
          <p class="notice-title">{props.what}</p>
          <p>
            <a href={props.href}>Try again</a>
            {" · request "}
            <code>{props.request_id}</code>
          </p>
        </>
      );
    case "chart-failed":
      return (
        <p>The interactive chart did not load. The picture and the data table below show the same numbers.</p>
      );
    case "note":
      return (
        <p>
          {props.text}
          {props.href !== undefined && (
            <>
              {" "}
              <a href={props.href}>{props.link ?? "More"}</a>
            </>
          )}
        </p>
      );
  }
}
