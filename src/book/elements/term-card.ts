/**
 * The card of a term: what the glossary says, where the reader points, focuses or taps. Without JavaScript a term is a link to
 * the glossary, and it stays one: a click on a term whose card is open follows it. Escape closes the card.
 */
import type { Term } from "../glossary/term.js";

/** Time to pass over a word without wanting to know. */
const HOVER_MS = 250;

export class TermCards {
  private readonly card = document.createElement("div");
  private shown: HTMLAnchorElement | undefined;
  private waiting: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.card.id = "term-card";
    this.card.className = "term-card";
    this.card.setAttribute("role", "tooltip");
    this.card.hidden = true;
  }

  /** Listens on the whole page. */
  listen(page: Document): void {
    page.body.append(this.card);
    page.addEventListener("pointerover", (event) => this.pointed(event));
    page.addEventListener("focusin", ({ target }) => {
      const term = termAt(target);
      if (term) void this.show(term);
      else this.hide();
    });
    page.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") this.hide();
    });
    page.addEventListener(
      "click",
      (event) => {
        const term = termAt(event.target);
        if (!term || (this.shown === term && !this.card.hidden)) return;
        event.preventDefault();
        void this.show(term);
      },
      { capture: true },
    );
  }

  private pointed({ target, pointerType }: PointerEvent): void {
    if (pointerType === "touch") return;
    const term = termAt(target);
    clearTimeout(this.waiting);
    if (term) this.waiting = setTimeout(() => void this.show(term), HOVER_MS);
    else if (!this.card.contains(target as Node) && this.shown !== document.activeElement)
      this.waiting = setTimeout(() => this.hide(), HOVER_MS);
  }

  private async show(link: HTMLAnchorElement): Promise<void> {
    const { findTerm } = await import("../glossary/index.js");
    const term = findTerm(link.textContent ?? "");
    if (!term) return;
    this.hide();
    this.shown = link;
    this.card.replaceChildren(...cardOf(term, link.href));
    this.card.hidden = false;
    link.setAttribute("aria-describedby", this.card.id);
    this.place(link);
  }

  /** Below the word, inside of the window. */
  private place(link: HTMLElement): void {
    const word = link.getBoundingClientRect();
    const { width, height } = this.card.getBoundingClientRect();
    const left = Math.max(8, Math.min(word.left, innerWidth - width - 8));
    const below = word.bottom + 6;
    const top = below + height > innerHeight && word.top > height + 6 ? word.top - height - 6 : below;
    this.card.style.left = `${left + scrollX}px`;
    this.card.style.top = `${top + scrollY}px`;
  }

  private hide(): void {
    this.shown?.removeAttribute("aria-describedby");
    this.shown = undefined;
    this.card.hidden = true;
  }
}

const termAt = (target: EventTarget | null): HTMLAnchorElement | null =>
  target instanceof Element ? target.closest<HTMLAnchorElement>("a.term") : null;

function cardOf({ term, says }: Term, href: string): HTMLElement[] {
  const name = document.createElement("strong");
  name.textContent = term.replaceAll("`", "");
  const words = document.createElement("span");
  says.split(/`([^`]+)`/).forEach((part, n) => {
    if (n % 2 === 0) return words.append(part);
    const code = document.createElement("code");
    code.textContent = part;
    words.append(code);
  });
  const more = document.createElement("a");
  more.href = href;
  more.tabIndex = -1;
  more.textContent = "Glossary";
  return [name, words, more];
}
