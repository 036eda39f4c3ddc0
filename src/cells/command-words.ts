/**
 * Splits a line into arguments as a shell does: blanks separate, quotes and backslashes keep together.
 * Leaves out: variables, patterns, pipes; such characters stand for themselves.
 * Source: POSIX.1-2017, Shell Command Language §2.2 (quoting), §2.6.5.
 */
import type { Problem } from "../views/machine-state.js";

/** The words of `line`, or where a quote is not closed. */
export function splitWords(line: string): { words: string[] } | { problem: Problem } {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const c = line[at] ?? "";
    if (c === "'" || c === '"') {
      const close = closingQuote(line, at);
      if (close < 0) return { problem: unclosed(c, at) };
      const inside = line.slice(at + 1, close);
      word = (word ?? "") + (c === '"' ? inside.replace(/\\([$`"\\])/g, "$1") : inside);
      at = close;
    } else if (c === "\\" && at + 1 < line.length) {
      at++;
      word = (word ?? "") + (line[at] ?? "");
    } else if (/\s/.test(c)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + c;
  }
  if (word !== undefined) words.push(word);
  return { words };
}

function closingQuote(line: string, open: number): number {
  const quote = line[open];
  for (let at = open + 1; at < line.length; at++) {
    if (line[at] === "\\" && quote === '"') at++;
    else if (line[at] === quote) return at;
  }
  return -1;
}

function unclosed(quote: string, at: number): Problem {
  return {
    line: 1,
    column: at + 1,
    length: 1,
    reason: `the ${quote} at column ${at + 1} is not closed`,
    nextStep: `Close it with another ${quote}, or write \\${quote} for the character itself.`,
  };
}
