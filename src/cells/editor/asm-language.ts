/** Colours for Intel-syntax assembly in the editor: a tokenizer of one line at a time, no grammar. */
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { tags } from "@lezer/highlight";

const REGISTER =
  /^(?:[re]?(?:ax|bx|cx|dx|si|di|sp|bp|ip)|[abcd][hl]|(?:si|di|sp|bp)l|r(?:8|9|1[0-5])[dwb]?|[cdefgs]s|[xy]mm\d+|cr\d|dr\d|st)\b/i;
const SIZE = /^(?:byte|word|dword|qword|xmmword|tbyte|ptr|offset|rep|repe|repne|lock)\b/i;

/** The tokenizer by itself, with which the book prints its listings too. */
export const asmLanguage = StreamLanguage.define<{ start: boolean }>({
  name: "asm",
  startState: () => ({ start: true }),
  token(stream, state) {
    if (stream.sol()) state.start = true;
    if (stream.eatSpace()) return null;
    if (stream.match(/^(?:#|\/\/).*/)) return "comment";
    if (stream.match(/^[.\w$]+:/)) return "labelName";
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^'(?:[^'\\]|\\.)'?/)) return "string";
    if (stream.match(/^(?:0x[\da-f]+|0b[01]+|\d+[bf]?)\b/i)) return "number";
    if (stream.match(/^\.\w+/)) return "keyword";
    if (stream.match(REGISTER)) return "variableName";
    if (stream.match(SIZE)) return "modifier";
    if (stream.match(/^\w+/)) {
      const first = state.start;
      state.start = false;
      return first ? "keyword" : null;
    }
    if (stream.match(";")) state.start = true;
    else stream.next();
    return null;
  },
  languageData: { commentTokens: { line: "#" } },
});

const style = HighlightStyle.define([
  { tag: tags.comment, color: "var(--code-comment)" },
  { tag: tags.labelName, color: "var(--code-label)", fontWeight: "600" },
  { tag: tags.string, color: "var(--code-string)" },
  { tag: tags.number, color: "var(--code-number)" },
  { tag: tags.keyword, color: "var(--code-keyword)" },
  { tag: tags.modifier, color: "var(--code-keyword)" },
  { tag: tags.variableName, color: "var(--code-register)" },
]);

/** The language and its colours. */
export const assembly: Extension = [asmLanguage, syntaxHighlighting(style)];
