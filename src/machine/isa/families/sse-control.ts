/**
 * MXCSR, the register of rounding, masks and flags of SSE; EMMS; the store of a general register that asks the
 * caches not to keep it.
 * Source: Intel SDM Vol. 1 §10.2.3, §9.6; Vol. 2A/2B entries named below.
 */
import type { Instruction } from "../instruction.js";
import { read, write } from "../operands.js";
import { withExamples } from "./entry.js";
import { sse } from "./sse-operands.js";

const EXAMPLES: Readonly<Record<string, string>> = {
  ldmxcsr: `
    mov dword ptr [rip + first], 0x1fa0
    ldmxcsr [rip + first]
  `,
};

export const SSE_CONTROL: readonly Instruction[] = withExamples(EXAMPLES, [
  sse("ldmxcsr", "Loads MXCSR.", ["NP 0F AE /2 | m32"], (o, i) => o.setMxcsr(read(o, i, 0))),
  sse("stmxcsr", "Stores MXCSR.", ["NP 0F AE /3 | m32"], (o, i) => write(o, i, 0, o.getMxcsr())),
  {
    mnemonic: "emms",
    says: "Marks all x87 registers empty, after MMX code.",
    manual: "SDM Vol. 2A, EMMS",
    flags: "",
    forms: ["NP 0F 77"],
    semantics: (o) => {
      o.requireMmx();
      o.emptyMmx();
    },
  },
  {
    mnemonic: "movnti",
    says: "Stores a general register, asking the caches not to keep it.",
    manual: "SDM Vol. 2B, MOVNTI",
    flags: "",
    forms: ["NP 0F C3 /r | my, ry"],
    semantics: (o, i) => write(o, i, 0, read(o, i, 1)),
  },
]);
