/**
 * The one table of job columns. The record's type, its validation, the Parquet schema, the CSV header and the
 * column list of `/help` all come from it: a new column is one line here.
 */

/**
 * How a column is typed:
 * - `text`: a string, kept as it came
 * - `time`: whole seconds since 1970-01-01T00:00:00Z
 * - `count`: a whole number, at least 0
 * - `seconds`, `minutes`, `hours`: a duration, at least 0
 * - `bytes`: a whole number of bytes
 * - `percent`: a share of one, at least 0; of several it may exceed 100
 */
export type ColumnType = "text" | "time" | "count" | "seconds" | "minutes" | "hours" | "bytes" | "percent";

/** One line of the table: Slurm's field name, the type, whether it may be unknown (null), and what it means. */
export interface JobColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  readonly meaning: string;
}

/** Every column of a job record in the order of the files, named as `sacct` names its fields where it has one. */
export const JOB_COLUMNS = [
  {
    name: "JobID",
    type: "text",
    nullable: false,
    meaning: "Job id as users know it: 123, 123_4 (array task), 123+0 (het component)",
  },
  {
    name: "JobIDRaw",
    type: "text",
    nullable: false,
    meaning: "Job id inside Slurm, one number per array task; JobID where the sender has none",
  },
  {
    name: "SLUID",
    type: "text",
    nullable: true,
    meaning: "Unique id of the job record (Slurm 25.11 and later)",
  },
  { name: "User", type: "text", nullable: true, meaning: "Name of the user who ran the job" },
  { name: "Group", type: "text", nullable: true, meaning: "Unix group the job ran with" },
  { name: "Account", type: "text", nullable: true, meaning: "Account charged" },
  {
    name: "Partition",
    type: "text",
    nullable: true,
    meaning: "Partition; several, joined by commas, for a job that never started",
  },
  { name: "QOS", type: "text", nullable: true, meaning: "Quality of service" },
  {
    name: "WCKey",
    type: "text",
    nullable: true,
    meaning: "Workload characterisation key; * marks a default one",
  },
  { name: "Reservation", type: "text", nullable: true, meaning: "Reservation the job ran in" },
  { name: "JobName", type: "text", nullable: true, meaning: "Name the user gave the job" },
  { name: "State", type: "text", nullable: true, meaning: "State of the job, as Slurm spells it" },
  {
    name: "CancelledBy",
    type: "text",
    nullable: true,
    meaning: "Uid of whoever cancelled the job, from CANCELLED by UID",
  },
  { name: "ExitCode", type: "text", nullable: true, meaning: "Exit code and signal, code:signal" },
  { name: "Reason", type: "text", nullable: true, meaning: "Why the job last waited" },
  {
    name: "Submit",
    type: "time",
    nullable: true,
    meaning: "When the job was submitted; a requeue sets it anew",
  },
  { name: "Eligible", type: "time", nullable: true, meaning: "When the job could have started" },
  {
    name: "Start",
    type: "time",
    nullable: true,
    meaning:
      "When the job started; unknown while it waits, and equal to End if it was cancelled before it ran",
  },
  {
    name: "End",
    type: "time",
    nullable: true,
    meaning: "When the job ended; unknown while it waits or runs",
  },
  { name: "ElapsedRaw", type: "seconds", nullable: true, meaning: "Run time without suspended time" },
  {
    name: "TimelimitRaw",
    type: "minutes",
    nullable: true,
    meaning: "Time limit; unknown also when unlimited",
  },
  {
    name: "AllocCPUS",
    type: "count",
    nullable: true,
    meaning: "CPUs allocated; those asked for if the job never ran",
  },
  { name: "AllocGPUS", type: "count", nullable: true, meaning: "GPUs allocated, of all types" },
  { name: "AllocNodes", type: "count", nullable: true, meaning: "Nodes allocated" },
  {
    name: "NodeList",
    type: "text",
    nullable: true,
    meaning: "Nodes the job ran on, in Slurm's bracket notation; None assigned for one that never ran",
  },
  { name: "ReqTRES", type: "text", nullable: true, meaning: "Trackable resources asked for" },
  { name: "AllocTRES", type: "text", nullable: true, meaning: "Trackable resources allocated" },
  { name: "ReqMem", type: "bytes", nullable: true, meaning: "Memory asked for by the whole job" },
  {
    name: "MaxRSS",
    type: "bytes",
    nullable: true,
    meaning: "Largest resident memory of any task of the job",
  },
  { name: "TotalCPU", type: "seconds", nullable: true, meaning: "CPU time used by all steps" },
  {
    name: "DiskRead",
    type: "bytes",
    nullable: true,
    meaning: "Bytes read by all tasks of all steps, in whole KiB (fs/disk of TRESUsageInTot)",
  },
  {
    name: "DiskWrite",
    type: "bytes",
    nullable: true,
    meaning: "Bytes written by all tasks of all steps, in whole KiB (fs/disk of TRESUsageOutTot)",
  },
  {
    name: "GPUUtilAve",
    type: "percent",
    nullable: true,
    meaning:
      "GPU utilisation of a step's average task, as an average over the run; above 100 on several GPUs",
  },
  {
    name: "GPUUtilMax",
    type: "percent",
    nullable: true,
    meaning:
      "GPU utilisation of the busiest task (gres/gpuutil of TRESUsageInMax); above 100 on several GPUs",
  },
  {
    name: "GPUMemAve",
    type: "bytes",
    nullable: true,
    meaning: "GPU memory of a step's average task, as an average over the run",
  },
  {
    name: "GPUMemMax",
    type: "bytes",
    nullable: true,
    meaning: "Largest GPU memory of any task (gres/gpumem of TRESUsageInMax)",
  },
  { name: "Restarts", type: "count", nullable: true, meaning: "How often the job had been requeued before" },
  {
    name: "CPUHours",
    type: "hours",
    nullable: true,
    meaning: "CPUs allocated × run time; as sent where the CPUs are unknown",
  },
  {
    name: "GPUHours",
    type: "hours",
    nullable: true,
    meaning: "GPUs allocated × run time; as sent where the GPUs are unknown",
  },
] as const satisfies readonly JobColumn[];

type Column = (typeof JOB_COLUMNS)[number];

/** Name of a column. */
export type ColumnName = Column["name"];

type Value<C extends JobColumn> =
  | (C["type"] extends "text" ? string : number)
  | (C["nullable"] extends true ? null : never);

/** One accounting record: a value for each of {@link JOB_COLUMNS}, null where it is unknown. */
export type JobRecord = { readonly [C in Column as C["name"]]: Value<C> };

/** A record that is no job: its place in the batch (from 0), its id if it has one, and the reason in words. */
export interface Rejected {
  readonly index: number;
  readonly job_id: string | null;
  readonly reason: string;
}
