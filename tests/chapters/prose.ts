/** The words of a page. */

/** Without code, fences, front matter and markup. */
export function prose(markdown: string): string {
  return markdown
    .replace(/^---[\s\S]*?^---$/m, "")
    .replace(/^(`{3})(?!`)(?!predict)[\s\S]*?^\1$/gm, "")
    .replace(/^`{3,}.*$/gm, "")
    .replace(/`[^`]*`/g, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\]\([^)]*\)|\]\{[^}]*\}/g, "]")
    .replace(/\{\{([^=}]*)=?[^}]*\}\}/g, "$1");
}
