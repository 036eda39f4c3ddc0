/**
 * The words of a fence's info string behind its language and kind: `name=value` or `name="value with spaces"`. Here only their
 * spelling is judged; each kind of fence says which names it knows.
 */

/** A word: `name`, `name=value`, or `name="value with spaces"`. */
const WORD = /([^\s="]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s"]+)))?(?=\s|$)/y;

/** What is wrong with one word, or undefined; `value` is undefined for a name alone. */
export type WordJudge = (name: string, value: string | undefined) => string | undefined;

/** The words by name, or what is wrong with the first bad one. A name may stand there once. */
export function readInfoWords(info: string, judge: WordJudge): Map<string, string> | string {
  const text = info.trim();
  const words = new Map<string, string>();
  for (let at = 0; at < text.length; at += /^\s*/.exec(text.slice(at))![0].length) {
    WORD.lastIndex = at;
    const match = WORD.exec(text);
    if (!match) return `“${text.slice(at)}” is not of the form name=value or name="value with spaces"`;
    const [whole, name = "", quoted, bare] = match;
    const wrong =
      judge(name, quoted ?? bare) ?? (words.has(name) ? `“${name}” stands here twice` : undefined);
    if (wrong) return wrong;
    words.set(name, quoted?.replaceAll('\\"', '"') ?? bare ?? "");
    at += whole.length;
  }
  return words;
}

/** A judge that knows some names, all of which need a value. */
export function knownWords(known: readonly string[]): WordJudge {
  return (name, value) => {
    if (!known.includes(name)) return `unknown word “${name}”; known: ${[...known].sort().join(", ")}`;
    return value === undefined ? `“${name}” needs a value: ${name}=…` : undefined;
  };
}
