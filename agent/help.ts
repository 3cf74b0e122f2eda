import { CONFIG_PATH } from "./config.ts";
import type { CommandName } from "./options.ts";
import { PROGRAM } from "./version.ts";

const CONFIG = `  --config FILE        read the configuration from FILE
                       (default ${CONFIG_PATH})`;
const VERBOSE = "  --verbose            say more of what is done";
const DRY_RUN = `  --dry-run            show the jobs of the dates, or of the last days; send and
                       write nothing
  --json               print one JSON object (dry runs, verify, doctor, status)`;
const END_DATE = "  --end-date DATE      last day, inclusive (default: now)";
const DATES = `A DATE is a UTC day, as 2026-01-31, and may carry a time, as 2026-01-31T12:00 or
2026-01-31T12:00+01:00.`;
const STATUS = `Exit status: 0 done; 1 done, but something needs a look; 2 the command line or
the configuration is wrong, or the server refuses the key; 75 the server cannot
be reached or another run is at work: everything is kept, the next run goes on;
130 or 143 interrupted.`;

const GENERAL = `Usage: ${PROGRAM} [COMMAND] [OPTION]...
Reads the jobs of a Slurm cluster from sacct and sends them to SLURM Usage
History.

Commands:
  collect              collect what is new and send it (without a command, too)
  backfill             fill in the past, from --start-date on
  verify               compare the server's days with Slurm's, send what differs
  doctor               check configuration, Slurm and server; say what to do
  status               show how far all is sent, and what waits
  version              print the version
  help [COMMAND]       print this text, or all about a command

Options:
${CONFIG}
  --start-date DATE    first day of backfill or verify
${END_DATE}
${DRY_RUN}
${VERBOSE}
  --help               print this text, or all about a command
  --version            print the version

${DATES}

${STATUS}`;

const COLLECT = `Usage: ${PROGRAM} [collect] [OPTION]...
Collects the jobs that ended since the last run, and those that run or wait now,
and sends them. The first run goes collection_window_days back. Once a day it
also sends an inventory of the cluster, and once a week it verifies. This is
what the timer does every night.

${CONFIG}
  --start-date DATE    fill in the past from this day on, as backfill does
${END_DATE}
${DRY_RUN}
  --verbose            say more: the windows, and the first jobs of a dry run

${DATES}

${STATUS}`;

const BACKFILL = `Usage: ${PROGRAM} backfill --start-date DATE [OPTION]...
Fills in the past, the newest day first. What was sent already is not collected
again, so that a backfill that was interrupted goes on when it is given again.

  --start-date DATE    first day to collect
${END_DATE}
${DRY_RUN}
${CONFIG}
  --verbose            say more: the windows, and the first jobs of a dry run

${DATES}

${STATUS}`;

const VERIFY = `Usage: ${PROGRAM} verify [OPTION]...
Asks Slurm once more, in another way, counts jobs and hours by day, compares
them with what the server has, and sends the days again that differ. Days that
the server's retention has moved away are not compared.

  --start-date DATE    first day to compare (default: 35 days ago, but not
                       before the first run)
${END_DATE}
  --dry-run            compare only, send nothing
  --json               print the comparison as one JSON object
${CONFIG}
${VERBOSE}

${DATES}

${STATUS}`;

const DOCTOR = `Usage: ${PROGRAM} doctor [OPTION]...
Checks the configuration, the state folder, Slurm and the server, and says what
to do about each finding. To test the key it sends one batch without jobs.

${CONFIG}
  --json               print the findings as one JSON object
  --verbose            show stack traces of unexpected errors

Exit status: 0 all is well; 1 there are warnings or problems; 2 the
configuration cannot be used.`;

const STATUS_HELP = `Usage: ${PROGRAM} status [OPTION]...
Shows up to when all is sent, what is missing, what waits to be sent, what the
server refused and what it answered last. Asks neither Slurm nor the server.

${CONFIG}
  --json               print it as one JSON object
  --verbose            show every span of time and every batch

Exit status: 0 all is well; 1 something needs a look; 2 the configuration
cannot be used.`;

const HELP: Readonly<Record<CommandName, string>> = {
  collect: COLLECT,
  backfill: BACKFILL,
  verify: VERIFY,
  doctor: DOCTOR,
  status: STATUS_HELP,
  version: `Usage: ${PROGRAM} version\nPrints the version.`,
  help: GENERAL,
};

/** What help prints about a command, or about all; at most 80 columns wide. */
export function helpText(topic: CommandName | null): string {
  return HELP[topic ?? "help"];
}
