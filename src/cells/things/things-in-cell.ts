/** Lets a reader ask about the things in a cell's pictures and its lines: by a press, a long press or the context menu, or by keys. */
import type { Reference } from "../../trace/reference.js";
import { referenceOf } from "../highlight/light-up.js";
import { moveAmongThings } from "./thing-keys.js";
import type { ThingEvents } from "./thing-popover.js";

/** Presses on these mean something else already. */
const OWN_PRESS =
  "button, input, select, textarea, a[href], summary, .cm-editor, .cell-source, .cell-popover, .parameter";

/** Begins to listen in `cell`. */
export function askAboutThings(cell: HTMLElement, events: ThingEvents): void {
  const open = async (anchor: Element, thing: Reference) => {
    const { openThing } = await import("./thing-popover.js");
    openThing(cell, anchor, thing, events);
  };
  cell.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || event.target.closest(OWN_PRESS)) return;
    if (document.getSelection()?.toString()) return;
    const found = thingAt(event.target);
    if (found) void open(found.element, found.thing);
  });
  cell.addEventListener("contextmenu", (event) => {
    const found = event.target instanceof Element && !event.shiftKey ? thingAt(event.target) : undefined;
    if (!found) return;
    event.preventDefault();
    void open(found.element, found.thing);
  });
  cell.addEventListener("keydown", (event) => {
    const { target } = event;
    if (!(target instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (moveAmongThings(target, event.key)) return event.preventDefault();
    const thing = target.dataset["stop"] === undefined ? undefined : referenceOf(target);
    if (!thing || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    event.stopPropagation();
    void open(target, thing);
  });
}

function thingAt(target: Element): { element: Element; thing: Reference } | undefined {
  const element = target.closest<HTMLElement | SVGElement>("[data-ref]");
  const thing = element && referenceOf(element);
  return thing ? { element, thing } : undefined;
}
