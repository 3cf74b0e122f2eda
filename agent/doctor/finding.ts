import { withoutSecrets } from "../sending/secrets.ts";
import { wordsOf } from "../words.ts";

/** How well something is: fine; worth knowing; to be looked at; keeps the agent from its work. */
export type Verdict = "ok" | "note" | "warning" | "problem";

/** What a check has found. */
export interface Finding {
  /** What was looked at, in a word or two. */
  readonly check: string;
  readonly verdict: Verdict;
  /** What was seen. */
  readonly words: string;
  /** What to do about it; null where nothing is to be done. */
  readonly advice: string | null;
}

/** Makes the findings of one check; what programs and servers say becomes one line. */
export function findings(check: string) {
  const made = (verdict: Verdict, words: string, advice: string | null): Finding => ({
    check,
    verdict,
    words: words.replace(/[\s\p{Cc}]+/gu, " ").trim(),
    advice,
  });
  return {
    ok: (words: string) => made("ok", words, null),
    note: (words: string, advice: string | null = null) => made("note", words, advice),
    warning: (words: string, advice: string) => made("warning", words, advice),
    problem: (words: string, advice: string) => made("problem", words, advice),
  };
}

/** The same finding with stars in place of secrets. */
export function discreet({ words, advice, ...finding }: Finding, secrets: readonly string[]): Finding {
  return {
    ...finding,
    words: withoutSecrets(words, secrets),
    advice: advice === null ? null : withoutSecrets(advice, secrets),
  };
}

/** What is looked at, and how; the name is used where looking itself fails. */
export type Check = readonly [name: string, look: () => Promise<readonly Finding[]>];

/** The findings of some checks, one after the other; one that breaks is a finding itself, and the others go on. */
export async function* findingsOf(checks: readonly Check[]): AsyncGenerator<Finding> {
  for (const [name, look] of checks) {
    try {
      yield* await look();
    } catch (error) {
      const advice = "mend this first, then ask again";
      yield findings(name).problem(`cannot be checked: ${wordsOf(error)}`, advice);
    }
  }
}
