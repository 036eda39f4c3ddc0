/**
 * Linked highlighting for a page: whoever points at a thing, focuses it or taps on it sees all others that mean the same,
 * in its cell, in the cells that share a machine with it, and in the words of the prose about them. Everything that can
 * be lit carries `data-ref`, and words outside of a cell `data-cell` too.
 */
import type { Reference } from "../../trace/reference.js";
import { aliases } from "./aliases.js";
import { lightUp, referenceOf } from "./light-up.js";

/** As much of a cell as highlighting needs. */
export interface Lightable extends HTMLElement {
  /** Lights what means one of these, now and after each new state. */
  light(things: readonly Reference[]): void;
  /** What else the thing is called in this cell's machine now. */
  aliasesOf(thing: Reference): readonly Reference[];
}

interface Pointed {
  readonly thing: Reference;
  readonly cells: readonly Lightable[];
}

export class Highlighter {
  private pointed: Pointed | undefined;
  /** A tap lights until the next tap; a mouse goes away by itself. */
  private byTouch = false;

  constructor(private readonly root: Document) {
    root.addEventListener("pointerover", (event) => this.point(event.target, event.pointerType === "touch"));
    root.addEventListener("pointerout", (event) => {
      if (event.pointerType !== "touch" && !this.holds(event.relatedTarget)) this.clear();
    });
    root.addEventListener("pointerdown", (event) => {
      if (!this.holds(event.target)) this.clear();
    });
    root.addEventListener("focusin", (event) => this.point(event.target, false));
    root.addEventListener("focusout", () => this.clear());
  }

  /** Whether `target` is, or is in, a thing. */
  private holds(target: EventTarget | null): boolean {
    return target instanceof Element && target.closest("[data-ref]") !== null;
  }

  private point(target: EventTarget | null, byTouch: boolean): void {
    const element = target instanceof Element ? target.closest<HTMLElement | SVGElement>("[data-ref]") : null;
    const thing = element && referenceOf(element);
    if (!element || !thing) {
      if (!this.byTouch) this.clear();
      return;
    }
    this.byTouch = byTouch;
    this.show({ thing, cells: this.cellsOf(element) });
  }

  /** The cell that the element is in or speaks of, and those that share its machine. */
  private cellsOf(element: Element): Lightable[] {
    const name = element.closest<HTMLElement>("[data-cell]")?.dataset["cell"];
    const cell = element.closest<Lightable>("live-cell") ?? (name === undefined ? null : this.named(name));
    if (!cell) return [];
    const group = cell.getAttribute("share");
    if (group === null) return [cell];
    return [...this.root.querySelectorAll<Lightable>(`live-cell[share="${CSS.escape(group)}"]`)];
  }

  private named(name: string): Lightable | null {
    return this.root.querySelector<Lightable>(`live-cell[name="${CSS.escape(name)}"]`);
  }

  private show(pointed: Pointed): void {
    this.clear();
    this.pointed = pointed;
    const { thing, cells } = pointed;
    const things = cells[0]?.aliasesOf?.(thing) ?? aliases(undefined, thing);
    this.light(cells, things);
  }

  private clear(): void {
    const { pointed } = this;
    this.pointed = undefined;
    if (pointed) this.light(pointed.cells, []);
  }

  private light(cells: readonly Lightable[], things: readonly Reference[]): void {
    for (const cell of cells) {
      cell.light?.(things);
      const name = CSS.escape(cell.getAttribute("name") ?? "");
      lightUp(this.root, `[data-cell="${name}"][data-ref]`, things);
    }
  }
}
