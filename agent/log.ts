/** How grave an event is, as journald and syslog know it. */
export type Level = "info" | "warning" | "error";

/** Takes an event of the agent's work: one line, without secrets. */
export type Log = (level: Level, event: string) => void;

const PRIORITY: Readonly<Record<Level, number>> = { info: 6, warning: 4, error: 3 };

/**
 * A log that prints one line for each event: for journald with the priority in front (sd-daemon(3)), which it takes off
 * again, otherwise with the level in words.
 */
export function lineLog(print: (line: string) => void, { journald }: { readonly journald: boolean }): Log {
  return (level, event) => {
    const line = event.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
    if (journald) print(`<${PRIORITY[level]}>${line}`);
    else print(level === "info" ? line : `${level}: ${line}`);
  };
}
