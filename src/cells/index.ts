/** Defines the book's elements. Loaded on every page; whatever is large is loaded when a reader first needs it. */
import { Highlighter } from "./highlight/highlighter.js";
import { LiveCell } from "./live-cell.js";
import { ParamNumber } from "./parameters/param-number.js";
import { RunProgram } from "./run-program.js";

customElements.define("live-cell", LiveCell);
customElements.define("param-number", ParamNumber);
customElements.define("run-program", RunProgram);
new Highlighter(document);

/** An address may carry a moment; few do. */
function openLinkedMoment(): void {
  const { hash } = location;
  if (!hash.startsWith("#moment=")) return;
  void import("./moment/open-moment.js").then(({ openMoment }) => openMoment(hash));
}

openLinkedMoment();
addEventListener("hashchange", openLinkedMoment);
