/** Defines the book's elements. Loaded on every page; whatever is large is loaded when a reader first needs it. */
import { adoptCellStyle } from "./cell-style.js";
import { LiveAsm } from "./live-asm.js";
import { RunProgram } from "./run-program.js";

adoptCellStyle();
customElements.define("live-asm", LiveAsm);
customElements.define("run-program", RunProgram);
