import assert from "node:assert/strict";
import {
  type Candidate,
  isBatch,
  mergeWindow,
  untidyRuns,
  type WindowLimits,
} from "../../../lib/engine/merge_window.ts";
import { batchName, mergedName } from "../../../lib/store/file_names.ts";

/** `b` a batch, `m` the merged file of week 1, `n` of week 2, `F` a file of another tool; a digit is its size. */
function files(text: string, { bytes = 10 } = {}): Candidate[] {
  let time_ms = Date.UTC(2024, 0, 1);
  return [...text].map((kind, at) => {
    // Merged files that follow one another are of one moment.
    if (!("mn".includes(kind) && "mn".includes(text[at - 1] ?? ""))) time_ms += 1000;
    const week = kind === "n" ? "2024W02" : "2024W01";
    const name = "mn".includes(kind) ? mergedName(time_ms, { week, copy: 1 }) : batchName(time_ms);
    const size = "mn".includes(kind) ? bytes : 1;
    return { file: { name, bytes: size, changed_ms: 0 }, rows: size, own: kind !== "F" };
  });
}

/** The places of the files that are chosen. */
function chosen(all: readonly Candidate[], limits: Partial<WindowLimits> = {}): string {
  const window = mergeWindow(all, {
    max_files: 100,
    max_rows: 1000,
    least_files: 2,
    wanted: isBatch,
    ...limits,
  });
  return (window ?? []).map((one) => all.indexOf(one)).join();
}

Deno.test("mergeWindow() chooses the oldest batches that follow one another, as many as the limits allow", () => {
  assert.equal(chosen(files("bbbb")), "0,1,2,3");
  assert.equal(chosen(files("bbbb"), { max_files: 3 }), "0,1,2");
  assert.equal(chosen(files("bbbb"), { max_rows: 2 }), "0,1");
  assert.equal(chosen(files("b")), "");
  assert.equal(chosen(files("b"), { least_files: 1 }), "0");
  assert.equal(chosen([]), "");
});

Deno.test("mergeWindow() never reaches over a file that may not be merged", () => {
  assert.equal(chosen(files("bFb")), "");
  assert.equal(chosen(files("bFbb")), "2,3");
  assert.equal(chosen(files("bbFbb")), "0,1");
  const same_moment = files("bFb").map((one, at) => ({
    ...one,
    file: { ...one.file, name: at === 2 ? one.file.name : `jobs_20240101_000000_000-${at}.parquet` },
  }));
  assert.equal(chosen([...same_moment, ...files("bbbbb").slice(3)]), "2,3,4");
});

Deno.test("mergeWindow() takes merged files along while they are no larger than what comes after them", () => {
  assert.equal(chosen(files("mnbb", { bytes: 10 })), "2,3");
  assert.equal(chosen(files("mnbb", { bytes: 1 })), "0,1,2,3");
  assert.equal(chosen(files("mbmbb", { bytes: 7 })), "0,1,2,3,4", "with what lies between");
  assert.equal(chosen(files("mbmbb", { bytes: 7 }), { max_rows: 12 }), "1,2,3,4");
});

Deno.test("mergeWindow() takes all files of one moment or none", () => {
  assert.equal(chosen(files("bmnb", { bytes: 1 }), { max_files: 3 }), "0,1,2");
  assert.equal(chosen(files("bmnb", { bytes: 1 }), { max_files: 2 }), "", "one batch alone is not worth it");
});

Deno.test("untidyRuns() gives the runs in which a week has more than one file, or a batch is left", () => {
  const places = (text: string) => {
    const all = files(text);
    return untidyRuns(all).map((run) => run.map((one) => all.indexOf(one)).join());
  };
  assert.deepEqual(places("mn"), []);
  assert.deepEqual(places("mnb"), ["0,1,2"]);
  assert.deepEqual(places("mnFmn"), [], "they cannot be merged over the file between them");
  assert.deepEqual(places("b"), ["0"]);
  assert.deepEqual(places("mFbFnb"), ["2", "4,5"]);
});
