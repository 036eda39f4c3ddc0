/** Lists that grow at their end, which is where a reader looks. */

/**
 * Brings the end of `list` into sight when it has another end than before, named by `last`. Not at each drawing: to scroll makes
 * the browser lay out the page at once.
 */
export function followEnd(list: HTMLElement, last: string | number | undefined): void {
  const end = String(last);
  if (list.dataset["end"] === end) return;
  list.dataset["end"] = end;
  list.scrollTop = list.scrollHeight;
}
