/** The element `block-page`: a button that keeps this page’s thread for two seconds, to show what cooperation means. */

const BLOCKED_MS = 2000;

export class BlockPage extends HTMLElement {
  connectedCallback(): void {
    if (this.querySelector("button")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Block this page for two seconds";
    const says = document.createElement("p");
    says.setAttribute("role", "status");
    button.addEventListener("click", () => {
      const begin = performance.now();
      while (performance.now() - begin < BLOCKED_MS);
      says.textContent = "That was it. Whatever you clicked or scrolled meanwhile happened only now.";
    });
    this.append(button, says);
  }
}
