/** C programs about signals and timers print the same on the real kernel and on ours. */
import { describe } from "vitest";
import { hasCompiler } from "../abi/native.js";
import { compareProgram } from "../compare-program.js";

describe.skipIf(!hasCompiler)("on both kernels the same comes of", { timeout: 120_000 }, () => {
  compareProgram(import.meta.dirname, "queued.c");
  compareProgram(import.meta.dirname, "timers.c");
  compareProgram(import.meta.dirname, "signal-files.c", ["-pthread"]);
});
