/**
 * How many units wide a picture is drawn. One unit is one pixel wherever there is room for it, so that letters keep their size
 * on a narrow screen instead of shrinking with the picture. Each picture is measured once, and again by the browser when its
 * width changes: to ask while a page is being drawn makes the browser lay it out anew each time.
 */
const WIDEST = 720;
const NARROWEST = 320;

const widths = new WeakMap<Element, number>();

/** Absent where there is no layout, as in a still. */
const watch =
  "ResizeObserver" in globalThis
    ? new ResizeObserver((changes) => {
        for (const { target, contentRect } of changes) widths.set(target, contentRect.width);
      })
    : undefined;

/** Of what `element` is drawn into; without a layout the widest. */
export function pictureWidth(element: Element): number {
  const width = widths.get(element) ?? measured(element);
  return width === 0 ? WIDEST : Math.round(Math.max(NARROWEST, Math.min(WIDEST, width)));
}

function measured(element: Element): number {
  const { width } = element.getBoundingClientRect();
  widths.set(element, width);
  watch?.observe(element);
  return width;
}
