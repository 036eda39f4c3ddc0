/** A word to the reader above a cell, with what can be done about it: about kept changes, about a link that was opened. */

export interface NoticeAction {
  readonly label: string;
  act(): void;
}

export class Notice {
  readonly element = document.createElement("div");

  constructor() {
    this.element.className = "cell-notice";
    this.element.setAttribute("role", "status");
    this.element.hidden = true;
  }

  /** Shows words, perhaps more to look at, and buttons; each button closes the notice. */
  show(text: string, actions: readonly NoticeAction[], more?: Element): void {
    const words = document.createElement("p");
    words.textContent = text;
    const buttons = document.createElement("div");
    buttons.className = "notice-actions";
    buttons.append(...actions.map((action) => this.button(action)));
    this.element.replaceChildren(words, ...(more ? [more] : []), buttons);
    this.element.hidden = false;
  }

  hide(): void {
    this.element.hidden = true;
    this.element.replaceChildren();
  }

  private button({ label, act }: NoticeAction): HTMLButtonElement {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "plain-button";
    made.textContent = label;
    made.addEventListener("click", () => {
      this.hide();
      act();
    });
    return made;
  }
}
