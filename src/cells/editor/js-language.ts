/** JavaScript in the editor: colours and indentation, in the colours of assembly. Loaded only by cells in which readers write it. */
import { javascript } from "@codemirror/lang-javascript";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { tags } from "@lezer/highlight";

const style = HighlightStyle.define([
  { tag: tags.comment, color: "var(--code-comment)" },
  { tag: [tags.string, tags.regexp, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: "var(--code-keyword)" },
  { tag: [tags.definition(tags.variableName), tags.function(tags.variableName)], color: "var(--code-label)" },
  { tag: tags.propertyName, color: "var(--code-register)" },
]);

/** The language and its colours. */
export const script: Extension = [javascript(), syntaxHighlighting(style)];
