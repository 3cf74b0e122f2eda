import { Buckets } from "../engine/buckets.ts";
import { Distinct, Extreme } from "../engine/collect.ts";
import type { Doing } from "../engine/intervals.ts";
import type { Scan } from "../engine/scan.ts";
import { Samples } from "../engine/samples.ts";
import { SpanTally } from "../engine/spans.ts";
import { type Flow, tallyFlow } from "../engine/flow.ts";
import { type Event, Tally, tallyEvents } from "../engine/tally.ts";
import type { Week } from "../engine/week.ts";
import { withBreaks } from "../engine/work.ts";
import type { CodedText } from "../engine/coded_text.ts";
import type { Basis } from "../view/filters.ts";
import type { Span } from "./capacity.ts";
import type { Asked, ClusterData } from "./data.ts";
import { grouperOf, Names } from "./grouping.ts";
import type { Offering } from "./offered.ts";
import type { Selection } from "./scan.ts";

/** What to measure, over which buckets and grouped how. */
export interface Measuring extends Pick<Asked, "breathe">, Offering {
  readonly basis: Basis;
  /** Up to when all clusters have reported; null before the first. */
  readonly reported_s: number | null;
}

/** The scans of one cluster's weeks. */
interface ClusterScans {
  readonly cluster: ClusterData;
  readonly until_s: number;
  readonly scans: readonly Scan[];
}

/** Looks at the chosen jobs for several measures: what they share is counted once. */
export class Taking {
  readonly #selections: readonly Selection[];
  readonly measuring: Measuring;
  #scans: Promise<readonly ClusterScans[]> | null = null;
  #scans_on_nodes: Promise<readonly ClusterScans[]> | null = null;
  readonly #made = new Map<string, Promise<unknown>>();

  constructor(selections: readonly Selection[], measuring: Measuring) {
    this.#selections = selections;
    this.measuring = measuring;
  }

  /** A value of jobs at one of their moments, summed. */
  events(key: string, event: (cluster: ClusterData) => Event): Promise<Tally> {
    return this.#once(`events ${key}`, async () => {
      const tally = new Tally(this.measuring.buckets);
      await this.#each(({ cluster }) => {
        const told = event(cluster);
        return (scan) => tallyEvents(tally, scan, told);
      });
      return tally;
    });
  }

  /** A flow of jobs over their intervals; over the buckets given, or those asked for. */
  flow(
    key: string,
    flow: (cluster: ClusterData) => Flow,
    buckets: Buckets = this.measuring.buckets,
  ): Promise<Tally> {
    return this.#once(`flow ${key}`, async () => {
      const tally = new Tally(buckets);
      await this.#each(({ cluster, until_s }) => {
        const told = flow(cluster);
        return (scan) => tallyFlow(tally, scan, { flow: told, until_s });
      });
      return tally;
    });
  }

  /**
   * A flow of jobs over the part of their intervals that lies in a span of their cluster; null for none of it. Where
   * nodes are chosen, jobs are grouped only by those, whose part of them the flow has to tell.
   */
  flowWithin(
    key: string,
    flow: (cluster: ClusterData) => Flow,
    spanOf: (cluster: ClusterData) => Span | null,
  ): Promise<Tally> {
    return this.#once(`flow within ${key}`, async () => {
      const { buckets } = this.measuring;
      const tally = new Tally(buckets);
      const parts: Tally[] = [];
      await this.#each(({ cluster, until_s }) => {
        const span = spanOf(cluster);
        if (span === null) return () => {};
        const [from_s, to_s] = span;
        const inner = buckets.edges.filter((edge) => edge > from_s && edge < to_s);
        const part = new Tally(new Buckets([from_s, ...inner, to_s]));
        parts.push(part);
        const told = flow(cluster);
        return (scan) => tallyFlow(part, scan, { flow: told, until_s });
      }, this.#onNodes());
      for (const part of parts) tally.include(part, buckets.at(part.buckets.start_s));
      return tally;
    });
  }

  /** The clusters that are looked at, those without a job too. */
  get clusters(): readonly ClusterData[] {
    return this.#selections.map(({ cluster }) => cluster);
  }

  /** A value of the jobs whose intervals overlap a bucket, summed; the same for all jobs of a run. */
  spans(key: string, doing: Doing, value: (week: Week) => (row: number) => number): Promise<Tally> {
    return this.#once(`spans ${key}`, async () => {
      const spans = new SpanTally(new Tally(this.measuring.buckets));
      await this.#each(({ until_s }) => (scan) => spans.add({ scan, doing, until_s }, value(scan.week)));
      return spans.finish();
    });
  }

  /** Values of jobs at one of their moments, one by one. */
  samples(key: string, event: Omit<Event, "weighted">): Promise<Samples> {
    return this.#once(`samples ${key}`, async () => {
      const samples = new Samples(this.measuring.buckets);
      await this.#each(() => (scan) => samples.count(scan, event));
      await withBreaks(samples.counting(), this.measuring.breathe);
      await this.#each(() => (scan) => samples.keep(scan, event));
      await withBreaks(samples.keeping(), this.measuring.breathe);
      return samples;
    });
  }

  /** Distinct texts among the jobs that run. */
  distinct(column: CodedText): Promise<Distinct> {
    return this.#once(`distinct ${column}`, async () => {
      const found = new Distinct(this.measuring.buckets);
      const names = new Names();
      await this.#each(({ cluster, until_s }) => {
        const numbers = names.of(cluster, column);
        return (scan) => found.collect({ scan, doing: "runs", until_s }, numbers(scan.week));
      });
      return found;
    });
  }

  /** Fewest or most CPUs among the jobs that run. */
  extreme(which: "min" | "max"): Promise<Extreme> {
    return this.#once(`extreme ${which}`, async () => {
      const found = new Extreme(this.measuring.buckets, which);
      await this.#each(({ until_s }) => (scan) =>
        found.collect({ scan, doing: "runs", until_s }, (row) => scan.week.numbers.AllocCPUS.at(row))
      );
      return found;
    });
  }

  async #each(
    look: (scans: ClusterScans) => (scan: Scan) => void,
    grouped = this.#scans ??= this.#group(),
  ): Promise<void> {
    for (const scans of await grouped) {
      const lookAt = look(scans);
      for (const scan of scans.scans) {
        const pause = this.measuring.breathe?.();
        if (pause !== undefined) await pause;
        lookAt(scan);
      }
    }
  }

  #onNodes(): Promise<readonly ClusterScans[]> {
    const { by, filters: { only } } = this.measuring;
    return by === "node" && only.node.length > 0
      ? this.#scans_on_nodes ??= this.#group(only.node)
      : this.#scans ??= this.#group();
  }

  async #group(nodes: readonly string[] = []): Promise<readonly ClusterScans[]> {
    const { by, slotOf, breathe } = this.measuring;
    const found: ClusterScans[] = [];
    for (const selection of this.#selections) {
      const { cluster, weeks } = selection;
      const grouper = grouperOf(selection, by, slotOf, nodes);
      const scans: Scan[] = [];
      for (const chosen of weeks) {
        const pause = breathe?.();
        if (pause !== undefined) await pause;
        scans.push(grouper(chosen));
      }
      found.push({ cluster, until_s: cluster.fresh_until_s ?? 0, scans });
    }
    return found;
  }

  #once<T>(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#made.get(key) as Promise<T> | undefined;
    const made = known ?? make();
    this.#made.set(key, made);
    return made;
  }
}
