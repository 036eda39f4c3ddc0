/**
 * How many units wide a picture is drawn. One unit is one pixel wherever there is room for it, so that letters keep their size
 * on a narrow screen instead of shrinking with the picture.
 */
const WIDEST = 720;
const NARROWEST = 320;

/** Of what `element` is drawn into; without a layout, as in a still, the widest. */
export function pictureWidth(element: Element): number {
  const { width } = element.getBoundingClientRect();
  return width === 0 ? WIDEST : Math.round(Math.max(NARROWEST, Math.min(WIDEST, width)));
}
