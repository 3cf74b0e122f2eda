/** Where log lines go. */
export type Log = (
  level: "info" | "warn" | "error",
  text: string,
  details?: Readonly<Record<string, unknown>>,
) => void;

/** Control characters, line separators too: a line of the log stays one line whatever a client sends. */
const CONTROL = /\p{Cc}|\u2028|\u2029/gu;

/** One line a message on the standard error: time, level, text, details as JSON. */
export function logTo(write: (line: string) => void, now_ms: () => number): Log {
  return (level, text, details) => {
    const more = details === undefined ? "" : ` ${JSON.stringify(details)}`;
    const line = `${new Date(now_ms()).toISOString()} ${level} ${text}${more}`;
    write(
      line.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`),
    );
  };
}
