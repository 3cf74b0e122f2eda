/** All jobs of a data folder in plain typed arrays, for the naive loop. */
import { listSegments, readSegmentFile } from "../../lib/store/folder.ts";
import { decodeSegment, openSegment } from "../../lib/store/segment.ts";
import { CLUSTER, type Ranked, RANKINGS } from "./cases.ts";

/** Columns as one would write them down; times in epoch seconds, NaN where unknown. */
export interface Columns {
  readonly length: number;
  readonly submit_s: Float64Array;
  readonly start_s: Float64Array;
  readonly end_s: Float64Array;
  readonly elapsed_s: Float64Array;
  readonly cpus: Float64Array;
  readonly gpus: Float64Array;
  readonly nodes: Float64Array;
  /** 1 where the job ran. */
  readonly ran: Uint8Array;
  /** Numbers of texts. */
  readonly codes: Readonly<Record<Ranked, Uint32Array>>;
  readonly texts: Readonly<Record<Ranked, readonly string[]>>;
}

const NUMBERS = {
  submit_s: "Submit",
  start_s: "Start",
  end_s: "End",
  elapsed_s: "ElapsedRaw",
  cpus: "AllocCPUS",
  gpus: "AllocGPUS",
  nodes: "AllocNodes",
} as const;
const TEXTS = {
  account: "Account",
  user: "User",
  partition: "Partition",
  state: "State",
  qos: "QOS",
} as const;

/** Reads all files of the folder; also says how long decoding alone took. */
export async function readColumns(
  root: string,
  jobs: number,
): Promise<{ columns: Columns; decoded_ms: number }> {
  const numbers = made(Object.keys(NUMBERS) as (keyof typeof NUMBERS)[], () => new Float64Array(jobs));
  const codes = made(RANKINGS, () => new Uint32Array(jobs));
  const known = made(RANKINGS, () => new Map<string, number>());
  const ran = new Uint8Array(jobs);
  let length = 0;
  let decoded_ms = 0;
  for (const { name } of await listSegments(root, CLUSTER)) {
    const bytes = await readSegmentFile(root, { cluster: CLUSTER, name });
    if (bytes === null) continue;
    const begin_ms = performance.now();
    const table = await decodeSegment(openSegment(bytes));
    decoded_ms += performance.now() - begin_ms;
    for (const [name, column] of Object.entries(NUMBERS) as [keyof typeof NUMBERS, "Submit"][]) {
      numbers[name].set(table.numbers[column].subarray(0, table.length), length);
    }
    for (const by of RANKINGS) {
      const { codes: from, dictionary } = table.text[TEXTS[by]];
      for (let row = 0; row < table.length; row++) {
        const text = dictionary.text(from[row]) ?? "";
        let code = known[by].get(text);
        if (code === undefined) known[by].set(text, code = known[by].size);
        codes[by][length + row] = code;
      }
    }
    const { codes: lists, dictionary } = table.text.NodeList;
    for (let row = 0; row < table.length; row++) {
      const placed = dictionary.text(lists[row]) !== "None assigned";
      ran[length + row] = placed && !Number.isNaN(table.numbers.Start[row]) ? 1 : 0;
    }
    length += table.length;
  }
  if (length !== jobs) throw new Error(`The files hold ${length} jobs, not ${jobs}`);
  const texts = made(RANKINGS, (by) => [...known[by].keys()]);
  return { columns: { length, ...numbers, ran, codes, texts }, decoded_ms };
}

function made<K extends string, V>(names: readonly K[], make: (name: K) => V): Record<K, V> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<K, V>;
}
