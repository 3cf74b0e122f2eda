import { type Spread, SPREAD_CLASSES } from "../view/classes.ts";
import { formatDuration, formatValue } from "../view/format.ts";
import type { MeasureName, ValueFormat } from "../view/measures.ts";
import { DAY_S, HOUR_S, MINUTE_S } from "../view/units.ts";

/** A space at which no line breaks. */
const GAP = "\u00a0";

/** How a spread is told on its page. */
export interface SpreadWords {
  /** Noun at the head of titles, as "Wait". */
  readonly noun: string;
  readonly format: ValueFormat;
  /** Unit of the values, empty for durations. */
  readonly unit: string;
  /** Which jobs it is of. */
  readonly basis: string;
  /** What a job of a value did, before the value: "waited at most". */
  readonly at_most: string;
  /** What those of no value lack, after their number. */
  readonly unknown: string;
  /** Where the axis of curves begins, and what is told of values before it. */
  readonly x_min: number;
  readonly below: string;
  /** What is defined on the page of help. */
  readonly definition: MeasureName;
}

const STARTED = "Jobs that started";
const RUNNING = "Jobs running at the time";

/** The words of each spread. */
export const SPREAD_WORDS: Readonly<Record<Spread, SpreadWords>> = {
  wait: {
    noun: "Wait",
    format: "duration",
    unit: "",
    basis: `${STARTED}, from submission to start`,
    at_most: "waited at most",
    unknown: "with a wait that is not known",
    x_min: 1,
    below: "waits under 1 s are drawn at 1 s",
    definition: "wait-p50",
  },
  planned: {
    noun: "Planned time",
    format: "duration",
    unit: "",
    basis: `${STARTED}, from being eligible to start`,
    at_most: "waited at most",
    unknown: "of which it is not known since when they were eligible",
    x_min: 1,
    below: "times under 1 s are drawn at 1 s",
    definition: "planned-p50",
  },
  elapsed: {
    noun: "Run time",
    format: "duration",
    unit: "",
    basis: "Jobs that ended, without suspended time",
    at_most: "ran at most",
    unknown: "with a run time that is not known",
    x_min: 1,
    below: "run times under 1 s are drawn at 1 s",
    definition: "elapsed-p50",
  },
  size: sizeWords("CPUs", "without CPUs", "size-mean"),
  gpus: sizeWords("GPUs", "without GPUs", "gpu-hours"),
  nodes: sizeWords("nodes", "without nodes", "node-hours"),
  memory: {
    ...sizeWords("GiB", "of which the memory is not known", "mem-hours"),
    noun: "Memory",
    below: "less than 1 GiB is drawn at 1 GiB",
  },
};

function sizeWords(unit: string, unknown: string, definition: MeasureName): SpreadWords {
  return {
    noun: unit.slice(0, 1).toUpperCase() + unit.slice(1),
    format: "count",
    unit,
    basis: RUNNING,
    at_most: "had at most",
    unknown,
    x_min: 1,
    below: "",
    definition,
  };
}

/** A value of a spread with its unit, in short. */
export function spreadValue(of: Spread, value: number | null): string {
  const { format, unit } = SPREAD_WORDS[of];
  if (format === "duration") return formatDuration(value);
  const text = formatValue(value, "ratio", "short");
  return value === null ? text : `${text}${GAP}${value === 1 ? unit.replace(/s$/, "") : unit}`;
}

/** Ends and labelled places of the logarithmic axis that values up to `highest` are drawn on. */
export function spreadAxis(
  of: Spread,
  highest: number,
): { readonly x_max: number; readonly marks: readonly { readonly at: number; readonly label: string }[] } {
  if (SPREAD_WORDS[of].format === "duration") {
    const marks = [[MINUTE_S, `1${GAP}min`], [HOUR_S, `1${GAP}h`], [DAY_S, `1${GAP}d`]] as const;
    return { x_max: 30 * DAY_S, marks: marks.map(([at, label]) => ({ at, label })) };
  }
  const x_max = Math.max(16, 2 ** Math.ceil(Math.log2(highest)));
  const marks = [8, 64, 512, 4096, 32_768].filter((at) => at < x_max);
  return { x_max, marks: marks.map((at) => ({ at, label: spreadValue(of, at) })) };
}

/** The names of the classes of a spread, on an axis and in full. */
export function classNames(of: Spread): readonly { readonly tick: string; readonly label: string }[] {
  const { unit } = SPREAD_WORDS[of];
  const plain = (text: string) =>
    text.replace(/\d{4,}/g, (digits) => formatValue(Number(digits), "count", "full"));
  return SPREAD_CLASSES[of].map(({ key }, place, classes) => {
    const bound = key.replace(/^(<=|>) ?/, "");
    if (key.startsWith("<=")) {
      const before = classes[place - 1]?.key.replace(/^<= /, "");
      return {
        tick: `≤${bound.replace(" ", GAP)}`,
        label: before === undefined ? `at most ${bound.replace(" ", GAP)}` : between(before, bound),
      };
    }
    if (key.startsWith(">")) {
      const text = plain(bound).replace(" ", GAP);
      return { tick: `>${GAP}${text}`, label: `over ${text}${/\D$/.test(bound) ? "" : ` ${unit}`}` };
    }
    const tick = plain(key.replace("-", "–"));
    return { tick, label: `${tick} ${key === "1" ? unit.replace(/s$/, "") : unit}` };
  });
}

/** `1–10 min`, or `10 min – 1 h` where the units differ. */
function between(low: string, high: string): string {
  const [[from, unit], [to, of]] = [low.split(" "), high.split(" ")];
  return unit === of ? `${from}–${to}${GAP}${of}` : `${from}${GAP}${unit} – ${to}${GAP}${of}`;
}
