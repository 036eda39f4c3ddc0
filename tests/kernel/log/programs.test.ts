/** The kernel's log does for programs what the real one does. */
import { describe } from "vitest";
import { hasCompiler } from "../abi/native.js";
import { compareProgram } from "../compare-program.js";

describe.skipIf(!hasCompiler)("on both kernels the same comes of", { timeout: 120_000 }, () => {
  compareProgram(import.meta.dirname, "messages.c");
});
