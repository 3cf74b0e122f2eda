/** What is not seen or turns the text around it: control characters, marks of direction, breaks, code points of no use. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;
/** Joins the parts of one sign, as of an emoji, between two that are seen. */
const JOINED = /(?<=\p{Extended_Pictographic}\p{M}*)\u200d(?=\p{Extended_Pictographic})/u;
const BESIDE_SPACE = /^\s|\s$|^$/u;
/** Reads like the word for jobs that have no name. */
const LIKE_NONE = /^\(+none\)+$/;

/**
 * A name as people read it: what cannot be seen stands as its code point, as in "a⟨U+202E⟩b", and a name that looks
 * blank or like none stands between quotes.
 */
export function nameText(name: string): string {
  const shown = name.replace(UNSEEN, (sign, at: number) => {
    const around = name.slice(Math.max(0, at - 8), at + 9);
    if (sign === "\u200d" && JOINED.test(around)) return sign;
    const point = sign.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0");
    return `⟨U+${point}⟩`;
  });
  return BESIDE_SPACE.test(shown) || LIKE_NONE.test(shown) ? `"${shown.replace(/\s/gu, "\u00a0")}"` : shown;
}
