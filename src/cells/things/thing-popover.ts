/**
 * What one can ask about a thing in a picture: why its value is what it is, where it was written, and whether runs shall
 * stop at it. Opens beside the thing; Escape, and a press elsewhere, close it. Loaded when first opened.
 */
import type { Reference } from "../../trace/reference.js";
import { formatReference } from "../../trace/reference-text.js";
import { stopWords, thingWords } from "../highlight/thing-words.js";
import type { Because } from "../protocol.js";

export interface ThingEvents {
  /** Why the thing is as it is. */
  why(thing: Reference): Promise<Because>;
  goTo(time: number): void;
  /** Whether runs stop at it. */
  stops(thing: Reference): boolean;
  toggleStop(thing: Reference): void;
}

/** Things that have a value somebody wrote. */
const VALUES: readonly Reference["kind"][] = [
  ...(["register", "flag", "memory", "physical", "gate", "segment", "entry", "saved", "descriptor"] as const),
];

let present: { element: HTMLElement; close(): void } | undefined;

/** Opens the popover for `thing`, which `anchor` shows, in `cell`. */
export function openThing(cell: HTMLElement, anchor: Element, thing: Reference, events: ThingEvents): void {
  present?.close();
  const element = document.createElement("div");
  element.className = "cell-popover";
  element.setAttribute("role", "dialog");
  element.setAttribute("aria-label", thingWords(thing));
  element.tabIndex = -1;
  const close = (giveBack = false) => {
    element.remove();
    document.removeEventListener("pointerdown", outside, true);
    present = undefined;
    if (giveBack && anchor instanceof HTMLElement) anchor.focus();
  };
  const outside = (event: Event) => {
    if (!element.contains(event.target as Node)) close();
  };
  element.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") close(true);
  });
  fill(element, thing, events, () => close(true));
  present = { element, close };
  cell.append(element);
  place(element, cell, anchor);
  document.addEventListener("pointerdown", outside, true);
  element.focus();
}

function fill(element: HTMLElement, thing: Reference, events: ThingEvents, close: () => void): void {
  const heading = document.createElement("h4");
  heading.textContent = thingWords(thing);
  heading.translate = false;
  const why = document.createElement("p");
  const actions = document.createElement("div");
  actions.className = "notice-actions";
  const stop = stopWords(thing);
  if (stop !== undefined) {
    const label = events.stops(thing) ? "No longer stop here" : stop;
    actions.append(button(label, () => events.toggleStop(thing), close));
  }
  actions.append(button("Close", () => {}, close));
  element.append(heading, why, actions);
  if (VALUES.includes(thing.kind)) void explain(why, actions, thing, events, close);
  else why.textContent = formatReference(thing);
}

async function explain(
  why: HTMLElement,
  actions: HTMLElement,
  thing: Reference,
  events: ThingEvents,
  close: () => void,
): Promise<void> {
  why.textContent = "Looking back through time …";
  try {
    const { says, time } = await events.why(thing);
    why.textContent = says;
    if (time !== undefined) actions.prepend(button("Go there", () => events.goTo(time), close));
  } catch (caught) {
    why.textContent = `That could not be found out: ${caught instanceof Error ? caught.message : caught}.`;
  }
}

function button(label: string, act: () => void, close: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "plain-button";
  made.textContent = label;
  made.addEventListener("click", () => {
    close();
    act();
  });
  return made;
}

const GAP_PX = 6;

/** Below the thing, or above it where there is more room, and inside of the cell from left to right. */
function place(element: HTMLElement, cell: HTMLElement, anchor: Element): void {
  const frame = cell.getBoundingClientRect();
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = element;
  const left = Math.min(
    Math.max(GAP_PX, at.left - frame.left),
    Math.max(GAP_PX, frame.width - width - GAP_PX),
  );
  const below = at.bottom + GAP_PX + height < innerHeight || at.top < height;
  const top = below ? at.bottom - frame.top + GAP_PX : at.top - frame.top - height - GAP_PX;
  element.style.left = `${left}px`;
  element.style.top = `${top}px`;
}
