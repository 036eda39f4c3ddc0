/** The glossary as a page, made from its terms. */
import { GLOSSARY, type Term, termId } from "./glossary/index.js";

/** Markdown of the page. */
export function glossaryPage(): string {
  const chapters = GLOSSARY.filter(({ terms }) => terms.length > 0);
  return `---
title: Glossary
---

# Glossary

The words that the chapters set in bold, in the order in which they come up.

${chapters.map(({ chapter, path, terms }) => `## ${chapter}\n\n<dl class="glossary">\n${terms.map((term) => entry(term, path)).join("\n")}\n</dl>`).join("\n\n")}
`;
}

function entry(term: Term, path: string): string {
  const see = term.cell ? ` <a href="${path}#${term.cell}">See it run</a>.` : "";
  const words = term.says.replace(/`([^`]+)`/g, "<code>$1</code>");
  return `<dt id="${termId(term)}">${term.term.replace(/`([^`]+)`/g, "<code>$1</code>")}</dt><dd>${words}${see}</dd>`;
}
