/** Tells elements when they come near the window, go far away, are in it, or are not: three distances for all cells of a page. */

/** What an element hears. */
export interface Neighbour {
  comes(near: boolean): void;
  seen(inSight: boolean): void;
}

/** Where one comes near is closer than where one is far away, so that nothing is made and ended by a little scrolling. */
const NEAR = "400px";
const FAR = "3000px";

const heard = new WeakMap<Element, Neighbour>();

/** Elements in the window, though the window itself may be hidden behind another tab. */
const inside = new Set<Element>();

const observer = (
  margin: string,
  tell: (neighbour: Neighbour, isInside: boolean, element: Element) => void,
) => {
  let made: IntersectionObserver | undefined;
  return (): IntersectionObserver => {
    made ??= new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          const neighbour = heard.get(target);
          if (neighbour) tell(neighbour, isIntersecting, target);
        }
      },
      { rootMargin: margin },
    );
    return made;
  };
};

const OBSERVERS = [
  observer(NEAR, (neighbour, isInside) => isInside && neighbour.comes(true)),
  observer(FAR, (neighbour, isInside) => !isInside && neighbour.comes(false)),
  observer("0px", (neighbour, isInside, element) => {
    if (isInside) inside.add(element);
    else inside.delete(element);
    neighbour.seen(isInside && !document.hidden);
  }),
];

globalThis.document?.addEventListener("visibilitychange", () => {
  for (const element of inside) heard.get(element)?.seen(!document.hidden);
});

/** Begins to tell `element`. */
export function watchNearness(element: Element, neighbour: Neighbour): void {
  heard.set(element, neighbour);
  for (const one of OBSERVERS) one().observe(element);
}

export function unwatchNearness(element: Element): void {
  heard.delete(element);
  inside.delete(element);
  for (const one of OBSERVERS) one().unobserve(element);
}
