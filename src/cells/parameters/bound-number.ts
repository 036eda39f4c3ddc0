/**
 * A number that can be typed, stepped by keys and dragged: what a field in a cell and a number in the prose have in common.
 * The constraints live here and nowhere else.
 */
import type { NumberParameter } from "../scenarios/scenario.js";

/** Moves the pointer by so many pixels for one step. */
const DRAG_PX = 6;

/** Page Up and Page Down go so many steps. */
const PAGE = 10;

/** The nearest value that the parameter can have. */
export function constrained({ least, most, step }: NumberParameter, value: number): number {
  const steps = Math.round((value - least) / step);
  const near = Number((least + steps * step).toFixed(10));
  return Math.min(most, Math.max(least, near));
}

/** What a typed text means: the nearest possible value, or undefined for what is no number. */
export function typedNumber(parameter: NumberParameter, text: string): number | undefined {
  const value = Number(text.replace(",", "."));
  const isNumber = text.trim() !== "" && Number.isFinite(value);
  return isNumber ? Math.min(parameter.most, Math.max(parameter.least, value)) : undefined;
}

/** Where a key leads from `value`: arrows a step (with Shift a tenth of it), Page keys ten, Home and End to the ends. */
export function keyedNumber(
  parameter: NumberParameter,
  value: number,
  { key, shiftKey }: Pick<KeyboardEvent, "key" | "shiftKey">,
): number | undefined {
  const { step, least, most } = parameter;
  const fine = shiftKey ? { ...parameter, step: step / 10 } : parameter;
  const to: Readonly<Record<string, number>> = {
    ArrowUp: value + fine.step,
    ArrowRight: value + fine.step,
    ArrowDown: value - fine.step,
    ArrowLeft: value - fine.step,
    PageUp: value + PAGE * step,
    PageDown: value - PAGE * step,
    Home: least,
    End: most,
  };
  const wanted = to[key];
  if (wanted === undefined) return undefined;
  return Math.min(most, Math.max(least, Number(wanted.toFixed(10))));
}

/**
 * Lets an element be dragged sideways to change a number. A press without a drag stays a press.
 * @param read the value now
 * @param changed hears each new value
 */
export function makeDraggable(
  element: HTMLElement,
  parameter: () => NumberParameter | undefined,
  read: () => number,
  changed: (value: number) => void,
): void {
  let from: { x: number; value: number } | undefined;
  element.addEventListener("pointerdown", (event) => {
    if (event.button === 0) from = { x: event.clientX, value: read() };
  });
  element.addEventListener("pointermove", (event) => {
    const bound = parameter();
    if (!from || !bound || event.buttons === 0) return;
    const moved = event.clientX - from.x;
    if (Math.abs(moved) < DRAG_PX && !element.hasPointerCapture(event.pointerId)) return;
    element.setPointerCapture(event.pointerId);
    changed(constrained(bound, from.value + Math.trunc(moved / DRAG_PX) * bound.step));
  });
  for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, () => (from = undefined));
}
