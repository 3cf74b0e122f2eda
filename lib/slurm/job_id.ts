/** A job id taken apart. */
export interface JobId {
  readonly kind: "job" | "step";
  /** The number before any `_`, `+` or `.`. */
  readonly base: number;
  /** Index of the array task: 4 in `123_4`. */
  readonly task: number | null;
  /** Indices of array tasks that have not started, as printed: `5-9%2` in `123_[5-9%2]`. */
  readonly pending_tasks: string | null;
  /** Component of a heterogeneous job: 1 in `123+1`. */
  readonly component: number | null;
  /** `batch`, `extern`, `interactive` or a number, for a step: `0` in `123.0`. */
  readonly step: string | null;
}

const JOB_ID =
  /^(\d{1,10})(?:_(?:(\d{1,10})|\[([\d,:%.-]+)\])|\+(\d{1,10}))?(?:\.(batch|extern|interactive|TBD|\d{1,10}(?:\+\d{1,10})?))?$/;

/**
 * Takes a job id apart: `123`, `123_4`, `123_[5-9%2]`, `123+0` are jobs, `123.batch`, `123_4.extern`, `37+0.0` are
 * steps of one.
 *
 * @throws {SyntaxError} if the text is no job id.
 */
export function parseJobId(text: string): JobId {
  const match = JOB_ID.exec(text.trim());
  if (!match) {
    throw new SyntaxError(
      `Cannot parse job id ${
        JSON.stringify(text)
      }: expected 123, 123_4, 123_[5-9], 123+0 or one of these with .step`,
    );
  }
  const [, base, task, pending, component, step] = match;
  return {
    kind: step === undefined ? "job" : "step",
    base: Number(base),
    task: task === undefined ? null : Number(task),
    pending_tasks: pending ?? null,
    component: component === undefined ? null : Number(component),
    step: step ?? null,
  };
}

/**
 * Whether an array's tasks that have not started, as printed between the brackets of `123_[5-9%2]`, hold a task:
 * numbers and ranges with a step, `1,5-9:2`; what stands after `%` is how many may run at once.
 */
export function holdsTask(pending_tasks: string, task: number): boolean {
  return ranges(pending_tasks).some(({ from, to, step }) =>
    task >= from && task <= to && (task - from) % step === 0
  );
}

/** The first tasks of such a list, at most `count`. */
export function firstTasks(pending_tasks: string, count: number): readonly number[] {
  const tasks: number[] = [];
  for (const { from, to, step } of ranges(pending_tasks)) {
    for (let task = from; task <= to && tasks.length < count; task += step) tasks.push(task);
  }
  return tasks;
}

/**
 * Such a list without some of its tasks, empty if none is left. Null if that cannot be told: Slurm cuts long lists off
 * (`1-5,7,...`), and of more than `most` tasks not each is looked at.
 */
export function withoutTasks(
  pending_tasks: string,
  { gone, most = 100_000 }: { readonly gone: ReadonlySet<number>; readonly most?: number },
): string | null {
  const [list, limit] = pending_tasks.split("%", 2);
  const tasks = firstTasks(list, most + 1);
  if (list.includes("..") || tasks.length > most) return null;
  const left = tasks.filter((task) => !gone.has(task));
  if (left.length === tasks.length) return pending_tasks;
  const spans: { from: number; to: number }[] = [];
  for (const task of left) {
    const last = spans.at(-1);
    if (last?.to === task - 1) last.to = task;
    else spans.push({ from: task, to: task });
  }
  const text = spans.map(({ from, to }) => from === to ? `${from}` : `${from}-${to}`).join(",");
  return limit === undefined || text === "" ? text : `${text}%${limit}`;
}

function ranges(pending_tasks: string): readonly { from: number; to: number; step: number }[] {
  return pending_tasks.replace(/%.*$/, "").split(",").flatMap((part) => {
    const match = /^(\d+)(?:-(\d+)(?::([1-9]\d*))?)?$/.exec(part);
    if (match === null) return [];
    const [, from, to = from, step = "1"] = match;
    return [{ from: Number(from), to: Number(to), step: Number(step) }];
  });
}
