/** Puts the class `lit` on the parts of a picture or of the prose that mean one of some things, and takes it from the others. */
import { type Reference, sameThing } from "../../trace/reference.js";
import { parseReference } from "../../trace/reference-text.js";

/** The class of a lit element. */
export const LIT = "lit";

/** Texts of references are few and come again with every state. */
const MOST_KNOWN = 5000;
const known = new Map<string, Reference | undefined>();

/** What `data-ref` of an element says; undefined when it is not a reference. */
export function referenceOf(element: HTMLElement | SVGElement): Reference | undefined {
  const text = element.dataset["ref"] ?? "";
  if (!known.has(text)) {
    if (known.size > MOST_KNOWN) known.clear();
    known.set(text, parseReference(text));
  }
  return known.get(text);
}

/** Lights what means one of `things` among the elements that a selector finds below `root`. */
export function lightUp(root: ParentNode, selector: string, things: readonly Reference[]): void {
  for (const element of root.querySelectorAll<HTMLElement | SVGElement>(selector)) {
    const own = things.length > 0 ? referenceOf(element) : undefined;
    element.classList.toggle(LIT, own !== undefined && things.some((thing) => sameThing(thing, own)));
  }
}
