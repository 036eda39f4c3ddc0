/** A button that opens a short list of more buttons. Escape and a press elsewhere close it; the arrows go through it. */
import { iconOf } from "./icons.js";

export class Menu {
  readonly element = document.createElement("div");
  private readonly opener = document.createElement("button");
  private readonly list = document.createElement("div");

  constructor(private readonly items: readonly HTMLButtonElement[]) {
    const { element, opener, list } = this;
    element.className = "cell-menu";
    opener.type = "button";
    opener.className = "plain-button menu-opener";
    opener.title = "More";
    opener.setAttribute("aria-label", "More");
    opener.setAttribute("aria-expanded", "false");
    opener.append(iconOf("more")!);
    list.className = "menu-list";
    list.setAttribute("role", "group");
    list.setAttribute("aria-label", "More");
    list.hidden = true;
    list.append(...items);
    element.append(opener, list);
    opener.addEventListener("click", () => this.open(list.hidden !== false));
    list.addEventListener("click", () => this.open(false));
    element.addEventListener("keydown", (event) => this.key(event));
    element.addEventListener("focusout", (event) => {
      if (!element.contains(event.relatedTarget as Node | null)) this.open(false);
    });
  }

  private open(on: boolean): void {
    const inside = this.list.contains(document.activeElement);
    this.list.hidden = !on;
    this.opener.setAttribute("aria-expanded", String(on));
    if (!on && inside) this.opener.focus();
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape" && !this.list.hidden) {
      this.opener.focus();
      this.open(false);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp")
      this.move(event.key === "ArrowDown" ? 1 : -1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private move(by: number): void {
    this.open(true);
    const at = this.items.indexOf(document.activeElement as HTMLButtonElement);
    const { length } = this.items;
    this.items[at < 0 ? (by > 0 ? 0 : length - 1) : (at + by + length) % length]?.focus();
  }
}
