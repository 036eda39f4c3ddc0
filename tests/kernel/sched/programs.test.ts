/** A C program about scheduling prints the same on the real kernel and on ours, whatever the policy. */
import { describe } from "vitest";
import { hasCompiler } from "../abi/native.js";
import { compareProgram } from "../compare-program.js";

describe.skipIf(!hasCompiler)("on both kernels the same comes of", { timeout: 120_000 }, () => {
  compareProgram(import.meta.dirname, "classes.c");
  compareProgram(import.meta.dirname, "attributes.c");
  compareProgram(import.meta.dirname, "switches.c");
  compareProgram(import.meta.dirname, "shares.c", [], { kernel: { scheduler: "eevdf", timerHertz: 1000 } });
});
