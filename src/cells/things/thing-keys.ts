/**
 * The things in a cell's pictures by keyboard: each view is one stop of Tab, the arrows go from thing to thing in it, and
 * Enter asks about one. Things that hold controls of their own are reached by those.
 */

/** Elements that the keyboard reaches anyway, or that hold such. */
const CONTROLS = "button, input, select, textarea, a[href], summary, [contenteditable]";

/** Where `role="button"` would take another meaning away. */
const KEEPS_ROLE = "tr, td, th, li, dt, dd, text, g, rect, path, circle, span.line";

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/**
 * Makes the first thing of a view a stop of Tab; to be called after each drawing. Attributes only: `tabIndex` makes the browser
 * lay out the page.
 */
export function reachThings(view: Element): void {
  const things = thingsOf(view);
  const stop =
    things.find((thing) => thing.getAttribute("tabindex") === "0" && thing.dataset["stop"] !== undefined) ??
    things[0];
  for (const thing of things) {
    if (thing.dataset["stop"] === undefined) {
      thing.dataset["stop"] = "";
      const role = thing.getAttribute("role") ?? "img";
      if (!thing.matches(KEEPS_ROLE) && role === "img") thing.setAttribute("role", "button");
    }
    const index = thing === stop ? "0" : "-1";
    if (thing.getAttribute("tabindex") !== index) thing.setAttribute("tabindex", index);
  }
}

/** Goes to the next thing if `key` is an arrow. Returns whether it was. */
export function moveAmongThings(from: HTMLElement, key: string): boolean {
  const by = STEPS[key];
  const view = from.closest(".view");
  if (by === undefined || !view || from.dataset["stop"] === undefined) return false;
  const things = thingsOf(view);
  const next = things[things.indexOf(from) + by];
  if (!next) return true;
  from.setAttribute("tabindex", "-1");
  next.setAttribute("tabindex", "0");
  next.focus();
  return true;
}

/** Things that are seen, and hold no controls. */
function thingsOf(view: Element): HTMLElement[] {
  return [...view.querySelectorAll<HTMLElement>("[data-ref]")].filter(
    (thing) => !thing.matches(CONTROLS) && thing.querySelector(CONTROLS) === null,
  );
}
