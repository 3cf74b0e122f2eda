/** The page's questions answered the way one would write it down first: one loop over plain columns. */
import {
  type Answers,
  type Case,
  CASES,
  CLUSTER,
  largest,
  type Ranked,
  RANKINGS,
  something,
  TOTALS,
} from "./cases.ts";
import { answer, noFindings, task, timed } from "./child.ts";
import { type Columns, readColumns } from "./naive_columns.ts";
import { NOW_S } from "./trace.ts";

const HOUR_S = 3600;

/** All answers of a page. */
function page(columns: Columns, { edges, account }: Case): Answers {
  const { submit_s, start_s, end_s, elapsed_s, codes, texts } = columns;
  const count = edges.length - 1;
  const from_s = edges[0];
  const to_s = edges[count];
  const wanted = account === null ? -1 : texts.account.indexOf(account);
  const buckets = () => new Array<number>(count).fill(0);
  const perBucket = <T>(make: () => T) => Array.from({ length: count }, make);
  const sums: Record<string, number> = Object.fromEntries(TOTALS.map((name) => [name, 0]));
  const hours = { cpu: new Map<number, number[]>(), gpu: new Map<number, number[]>() };
  const ended_by_state = new Map<number, number[]>();
  const waits = perBucket((): number[] => []);
  const elapsed = perBucket((): number[] => []);
  const users = perBucket(() => new Set<number>());
  const used = byRanked((by) => new Float64Array(texts[by].length));
  const ended = byRanked((by) => new Float64Array(texts[by].length));
  const facets = byRanked((by) => new Float64Array(texts[by].length));
  let present = 0;
  for (let row = 0; row < columns.length; row++) {
    const chosen = wanted < 0 || codes.account[row] === wanted;
    const submitted_s = submit_s[row];
    const over = !Number.isNaN(end_s[row]);
    if (submitted_s < to_s && (over ? end_s[row] : NOW_S) >= from_s) {
      facets.account[codes.account[row]]++;
      if (chosen) {
        present++;
        for (const by of RANKINGS) if (by !== "account") facets[by][codes[by][row]]++;
      }
    }
    if (!chosen) continue;
    if (submitted_s >= from_s && submitted_s < to_s) sums["jobs-submitted"]++;
    if (columns.ran[row] === 0) {
      if (end_s[row] >= from_s && end_s[row] < to_s) sums["jobs-never-ran"]++;
      continue;
    }
    const begin_s = start_s[row];
    if (begin_s >= from_s && begin_s < to_s) {
      sums["jobs-started"]++;
      waits[bucketOf(edges, begin_s)].push(Math.max(0, begin_s - submitted_s));
    }
    if (end_s[row] >= from_s && end_s[row] < to_s) {
      const bucket = bucketOf(edges, end_s[row]);
      sums["jobs-ended"]++;
      elapsed[bucket].push(elapsed_s[row]);
      cells(ended_by_state, codes.state[row], buckets)[bucket]++;
      for (const by of RANKINGS) ended[by][codes[by][row]]++;
    }
    const finish_s = over ? end_s[row] : NOW_S;
    const span_s = finish_s - begin_s;
    const share = over && span_s > 0 ? Math.min(1, elapsed_s[row] / span_s) : 1;
    if (begin_s >= to_s || finish_s <= from_s) continue;
    const cpu_cells = cells(hours.cpu, codes.account[row], buckets);
    const gpu_cells = cells(hours.gpu, codes.account[row], buckets);
    const last_s = Math.min(finish_s, to_s);
    let at_s = Math.max(begin_s, from_s);
    for (let bucket = bucketOf(edges, at_s); at_s < last_s; bucket++) {
      const part_h = (Math.min(last_s, edges[bucket + 1]) - at_s) * share / HOUR_S;
      cpu_cells[bucket] += columns.cpus[row] * part_h;
      gpu_cells[bucket] += columns.gpus[row] * part_h;
      sums["cpu-hours"] += columns.cpus[row] * part_h;
      sums["gpu-hours"] += columns.gpus[row] * part_h;
      sums["node-hours"] += columns.nodes[row] * part_h;
      for (const by of RANKINGS) used[by][codes[by][row]] += columns.cpus[row] * part_h;
      users[bucket].add(codes.user[row]);
      at_s = edges[bucket + 1];
    }
  }
  sums.users = new Set(users.flatMap((set) => [...set])).size;
  sums.accounts = hours.cpu.size;
  const answers: Record<string, readonly (number | null)[]> = {};
  const percentiles = (name: string, values: readonly (readonly number[])[], percents: readonly number[]) => {
    const sorted = values.map((list) => Float64Array.from(list).sort());
    const all = Float64Array.from(values.flat()).sort();
    for (const percent of percents) {
      answers[`series ${name}-p${percent} none `] = sorted.map((list) => percentile(list, percent));
      sums[`${name}-p${percent}`] = percentile(all, percent) ?? 0;
    }
  };
  percentiles("wait", waits, [50, 90, 95, 99]);
  percentiles("elapsed", elapsed, [50, 95]);
  for (const what of ["cpu", "gpu"] as const) {
    const accounts = new Map([...hours[what]].map(([code, values]) => [texts.account[code], values]));
    for (const [key, values] of largest(accounts)) answers[`series ${what}-hours account ${key}`] = values;
    answers[`series ${what}-hours cluster ${CLUSTER}`] = buckets()
      .map((_, bucket) => accounts.values().reduce((sum, values) => sum + values[bucket], 0));
  }
  for (const [code, values] of ended_by_state) {
    answers[`series jobs-ended state ${texts.state[code]}`] = values;
  }
  answers["series users none "] = users.map(({ size }) => size);
  for (const name of TOTALS) answers[`total ${name}`] = [sums[name]];
  answers[`facet cluster ${CLUSTER}`] = [present];
  for (const by of RANKINGS) {
    texts[by].forEach((text, code) => {
      answers[`ranking ${by} ${text}`] = [used[by][code], ended[by][code]];
      answers[`facet ${by} ${text}`] = [facets[by][code]];
    });
  }
  return answers;
}

function byRanked<T>(make: (by: Ranked) => T): Record<Ranked, T> {
  return Object.fromEntries(RANKINGS.map((by) => [by, make(by)])) as Record<Ranked, T>;
}

function cells(map: Map<number, number[]>, code: number, make: () => number[]): number[] {
  let values = map.get(code);
  if (values === undefined) map.set(code, values = make());
  return values;
}

/** The last bucket that begins at or before a time. */
function bucketOf(edges: readonly number[], time_s: number): number {
  let low = 0;
  let high = edges.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (edges[middle] <= time_s) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The smallest value that at least so many in a hundred do not exceed. */
function percentile(sorted: Float64Array, percent: number): number | null {
  return sorted.length === 0 ? null : sorted[Math.max(0, Math.ceil(percent * sorted.length / 100) - 1)];
}

const { root, jobs, cases } = task<{
  readonly root: string;
  readonly jobs: number;
  readonly cases: readonly string[];
}>();
const findings = noFindings();
const { columns, decoded_ms } = await readColumns(root, jobs);
findings.facts.decoded_rows_per_s = jobs / decoded_ms * 1000;
for (const asked of CASES.filter(({ name }) => cases.includes(name))) {
  findings.answers[asked.name] = something(page(columns, asked));
  findings.timings[asked.name] = await timed(() => JSON.stringify(page(columns, asked)), { warm: true });
}
answer(findings);
