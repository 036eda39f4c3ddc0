/**
 * Assembly as the book prints it: the same tokenizer as in the editor of a cell, so that a listing looks the same before
 * and after a reader clicks into it. The colours are in `docs/style.css`.
 */
import { highlightCode, tagHighlighter, tags } from "@lezer/highlight";
import { asmLanguage } from "../cells/editor/asm-language.js";

const CLASSES = tagHighlighter([
  { tag: tags.comment, class: "asm-comment" },
  { tag: tags.labelName, class: "asm-label" },
  { tag: tags.string, class: "asm-string" },
  { tag: tags.number, class: "asm-number" },
  { tag: tags.keyword, class: "asm-keyword" },
  { tag: tags.modifier, class: "asm-keyword" },
  { tag: tags.variableName, class: "asm-register" },
]);

/** A `pre` with one `span.line` a line, which is what a cell marks when the machine is there. */
export function printAssembly(source: string): string {
  const text = source.replace(/\n$/, "");
  const lines = [""];
  highlightCode(
    text,
    asmLanguage.parser.parse(text),
    CLASSES,
    (token, classes) => {
      const printed = escapeText(token);
      lines[lines.length - 1] += classes ? `<span class="${classes}">${printed}</span>` : printed;
    },
    () => lines.push(""),
  );
  const spans = lines.map((line) => `<span class="line">${line}</span>`);
  return `<pre class="assembly" translate="no" tabindex="0"><code>${spans.join("\n")}</code></pre>\n`;
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
