import { mergedWeek } from "../store/file_names.ts";
import { receivedAt, type SegmentFile } from "../store/folder.ts";

/** A file as the choice of what to merge sees it. */
export interface Candidate {
  readonly file: SegmentFile;
  readonly rows: number;
  /** Whether it may be merged: this program wrote it, and it can be read. */
  readonly own: boolean;
}

/** How much to merge at a time. */
export interface WindowLimits {
  readonly max_files: number;
  readonly max_rows: number;
  /** Fewer files than these are not worth it. */
  readonly least_files: number;
  /** Where to begin: at the first file that is wanted. */
  readonly wanted: (file: SegmentFile) => boolean;
}

/** Whether a file is of a single batch as it came. */
export function isBatch({ name }: SegmentFile): boolean {
  return mergedWeek(name) === null;
}

/**
 * Chooses files to merge: some that follow one another and end with all of one moment, so that what is made of them
 * can take their place in the order of the files, on which it depends which version of a job is the latest. Merged
 * files before them are taken along while they are no larger, so that no job is written again more often than
 * the logarithm of their number.
 *
 * @param candidates all files in their order
 */
export function mergeWindow(
  candidates: readonly Candidate[],
  limits: WindowLimits,
): readonly Candidate[] | null {
  for (const run of runsOf(candidates)) {
    for (let start = 0; start < run.length; start++) {
      if (!run[start].files.some(({ file }) => limits.wanted(file))) continue;
      let window = run[start];
      for (let next = start + 1; next < run.length; next++) {
        const longer = joined(window, run[next]);
        if (!fits(longer, limits)) break;
        window = longer;
      }
      for (let before = start - 1; before >= 0 && run[before].bytes <= window.bytes; before--) {
        const longer = joined(run[before], window);
        if (!fits(longer, limits)) break;
        window = longer;
      }
      if (window.files.length >= limits.least_files) return window.files;
    }
  }
  return null;
}

/** The runs of files of which more than one file a week or the file of a batch is left, each as a whole. */
export function untidyRuns(candidates: readonly Candidate[]): readonly (readonly Candidate[])[] {
  return runsOf(candidates).map((run) => run.flatMap(({ files }) => files)).filter((files) => {
    const weeks = files.map(({ file }) => mergedWeek(file.name));
    return weeks.includes(null) || new Set(weeks).size < weeks.length;
  });
}

/** Files of one moment. */
interface Group {
  readonly files: readonly Candidate[];
  readonly bytes: number;
  readonly rows: number;
}

/** Files that may be merged and follow one another, by moment. */
function runsOf(candidates: readonly Candidate[]): readonly (readonly Group[])[] {
  const runs: Group[][] = [[]];
  for (let start = 0, end = 0; start < candidates.length; start = end) {
    const time_ms = receivedAt(candidates[start].file);
    while (end < candidates.length && receivedAt(candidates[end].file) === time_ms) end++;
    const moment = candidates.slice(start, end);
    if (moment.every(({ own }) => own)) runs[runs.length - 1].push(moment.map(groupOf).reduce(joined));
    else runs.push([]);
  }
  return runs;
}

function groupOf(candidate: Candidate): Group {
  return { files: [candidate], bytes: candidate.file.bytes, rows: candidate.rows };
}

function joined(a: Group, b: Group): Group {
  return { files: [...a.files, ...b.files], bytes: a.bytes + b.bytes, rows: a.rows + b.rows };
}

function fits({ files, rows }: Group, { max_files, max_rows }: WindowLimits): boolean {
  return files.length <= max_files && rows <= max_rows;
}
