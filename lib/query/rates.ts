import type { Dataset, NumericColumn } from "../engine/dataset.ts";

/** What a row of a dataset counts for; NaN leaves it out. */
export type ValueOf = (dataset: Dataset) => (row: number) => number;

/** What a row counts for each second of its run, which ends as given. */
export type RateOf = (dataset: Dataset) => (row: number, end_s: number) => number;

/** The value of a column. */
export function columnRate(column: NumericColumn): ValueOf {
  return (dataset) => {
    const values = dataset.numbers[column];
    return (row) => values[row];
  };
}

/** CPUs × the rate of CPU-hours: divided by the CPU-hours, the size that the average CPU-hour was used in. */
export function cpusByCpuHours({ numbers }: Dataset): (row: number) => number {
  const { AllocCPUS, cpu_rate } = numbers;
  return (row) => (Number.isNaN(AllocCPUS[row]) ? cpu_rate[row] : AllocCPUS[row]) * cpu_rate[row];
}

/** (run time + wait) / run time × the rate of node-hours (Open XDMoD's expansion factor). */
export function expansion({ numbers }: Dataset): (row: number, end_s: number) => number {
  const { run_start_s, wait_s, elapsed_s, node_rate } = numbers;
  return (row, end_s) => {
    const run_s = Number.isNaN(elapsed_s[row]) ? end_s - run_start_s[row] : elapsed_s[row];
    const waited_s = Number.isNaN(wait_s[row]) ? 0 : wait_s[row];
    return run_s > 0 ? (run_s + waited_s) / run_s * node_rate[row] : node_rate[row];
  };
}

/** Every row as one. */
export function one(): number {
  return 1;
}

/** Every row as one in which a column is known. */
export function oneWhereKnown(column: NumericColumn) {
  return ({ numbers }: Dataset) => (row: number) => Number.isNaN(numbers[column][row]) ? NaN : 1;
}
