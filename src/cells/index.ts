/** Defines the book's elements. Loaded on every page; whatever is large is loaded when a reader first needs it. */
import { Highlighter } from "./highlight/highlighter.js";
import { LiveCell } from "./live-cell.js";
import { ParamNumber } from "./parameters/param-number.js";
import { RunProgram } from "./run-program.js";

customElements.define("live-cell", LiveCell);
customElements.define("param-number", ParamNumber);
new Highlighter(document);
customElements.define("run-program", RunProgram);
