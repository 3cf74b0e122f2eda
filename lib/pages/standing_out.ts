import type { ClusterAnswer, MeasureValues } from "../query/answers.ts";
import { choose, DEFAULT_FILTERS, type Filters } from "../view/filters.ts";
import { formatDuration, formatPercent, formatValue } from "../view/format.ts";
import { crossHref, pageHref } from "./links.ts";
import { formatAge, isStale } from "./notices.ts";

/** Something that is not as usual, in a few words, and where more of it is. */
export interface Standing {
  readonly text: string;
  readonly href: string;
}

/** From where on something stands out; each is named in `/help`. */
export const STANDING_OUT = {
  /** A wait or a queue is as many times as long as before. */
  times: 2,
  /** Shorter waits than these change without anybody minding: seconds. */
  wait_p50_s: 600,
  wait_p95_s: 3600,
  /** Jobs that wait at one time, at least. */
  queue: 50,
  /** The longest queue is as many times the mean of the range. */
  peak_times: 5,
  /** Rise of the share of failed jobs, and how many there are at least. */
  failed_rise: 0.05,
  failed_jobs: 20,
  /** Share of a cluster's nodes that are out of service. */
  nodes_out: 0.05,
} as const;

/** Findings that are told at most. */
export const MOST_STANDING = 3;

/** What the rules look at. */
export interface StandingInput {
  readonly now: MeasureValues;
  /** The same of the period before; empty where there is none. */
  readonly then: MeasureValues;
  /** The chosen clusters. */
  readonly clusters: readonly ClusterAnswer[];
  /** When most jobs waited at one time; null for unknown. */
  readonly peak: { readonly jobs: number; readonly label: string } | null;
  readonly now_s: number;
}

type Rule = (input: StandingInput, filters: Filters) => readonly Standing[];

/** What stands out, gravest first, at most {@link MOST_STANDING}; empty where nothing does. */
export function standingOut(input: StandingInput, filters: Filters): readonly Standing[] {
  return RULES.flatMap((rule) => rule(input, filters)).slice(0, MOST_STANDING);
}

const RULES: readonly Rule[] = [
  ({ clusters, now_s }) =>
    clusters.filter((cluster) => isStale(cluster, now_s)).map(({ name, fresh_until_s }) => ({
      text: fresh_until_s === null
        ? `${name} has not reported`
        : `${name} last reported ${formatAge(now_s - fresh_until_s)} ago`,
      href: `${pageHref("status", DEFAULT_FILTERS)}#${encodeURIComponent(name)}`,
    })),
  ({ clusters }, filters) =>
    clusters.flatMap(({ name, hardware }) => {
      if (hardware === null || hardware.nodes === 0) return [];
      const { nodes, nodes_out } = hardware;
      if (nodes_out / nodes <= STANDING_OUT.nodes_out) return [];
      const sorted = { ...choose(filters, "cluster", [name]), sort: "state" };
      return [{
        text: `${count(nodes_out)} of ${count(nodes)} nodes of ${name} are out of service`,
        href: `${pageHref("nodes", sorted)}#table`,
      }];
    }),
  ({ now, then }, filters) => {
    const [share, before] = [now["failed-share"] ?? null, then["failed-share"] ?? null];
    if (share === null || before === null || share - before <= STANDING_OUT.failed_rise) return [];
    if ((now["jobs-failed"] ?? 0) < STANDING_OUT.failed_jobs) return [];
    return [{
      text: `${formatPercent(share)} of the jobs failed, ${formatPercent(before)} before`,
      href: `${crossHref("efficiency", filters)}#failures`,
    }];
  },
  ({ now, then }, filters) => {
    const [p95, p50] = [
      longer(now["wait-p95"], then["wait-p95"], STANDING_OUT.wait_p95_s),
      longer(now["wait-p50"], then["wait-p50"], STANDING_OUT.wait_p50_s),
    ];
    const href = `${crossHref("wait", { ...filters, by: null, measure: null })}#trend`;
    if (p50 !== null) return [{ text: `half of the jobs waited more than ${p50}`, href }];
    return p95 === null ? [] : [{ text: `5 % of the jobs waited more than ${p95}`, href }];
  },
  ({ now, then, peak }, filters) => {
    const [jobs, before] = [now["pending-mean"] ?? null, then["pending-mean"] ?? null];
    const href = `${crossHref("wait", { ...filters, by: null, measure: null })}#pending-mean`;
    if (jobs === null) return [];
    if (before !== null && before > 0 && jobs >= STANDING_OUT.queue && jobs > STANDING_OUT.times * before) {
      return [{
        text: `${queued(jobs)} jobs waited at one time on average, ${queued(before)} before`,
        href,
      }];
    }
    return peak !== null && peak.jobs >= STANDING_OUT.queue && peak.jobs > STANDING_OUT.peak_times * jobs
      ? [{ text: `${queued(peak.jobs)} jobs waited at one time (${peak.label})`, href }]
      : [];
  },
];

/** A wait that grew beyond the threshold, with the one before; null where it did not. */
function longer(
  now: number | null | undefined,
  then: number | null | undefined,
  least_s: number,
): string | null {
  if (now === null || now === undefined || then === null || then === undefined) return null;
  return now >= least_s && now > STANDING_OUT.times * then
    ? `${formatDuration(now)}, ${formatDuration(then)} before`
    : null;
}

function count(value: number): string {
  return formatValue(value, "count", "full");
}

function queued(value: number): string {
  return formatValue(Math.round(value), "count", "short");
}
