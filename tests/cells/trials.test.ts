/** Instructions tried alone in each ring; the verdicts are those of a real x86-64 (book map, X1.08). */
import { describe, expect, it } from "vitest";
import { LIMITS, type Load } from "../../src/cells/protocol.js";
import { tryInstructions } from "../../src/cells/stage/trials.js";

function verdicts(text: string): string[] {
  const load: Load = {
    program: { kind: "source", text },
    scenario: "trials",
    parameters: {},
    show: [],
    limits: LIMITS,
    gates: [],
    rings: [0, 1, 2, 3],
  };
  return tryInstructions(load).trials.map((trial) => trial.verdict);
}

describe("trying instructions in rings 0 to 3", () => {
  it.each(["hlt", "cli", "in al, 0x60", "mov cr3, rax", "lgdt [rsp]", "mov ecx, 0xc0000082; rdmsr"])(
    "%s is for ring 0 only",
    (text) => {
      expect(verdicts(text)).toEqual(["done", "refused", "refused", "refused"]);
    },
  );

  it("popfq that clears IF is ignored outside ring 0, without a fault", () => {
    expect(verdicts("pushfq; and qword ptr [rsp], ~0x200; popfq")).toEqual([
      "done",
      "ignored",
      "ignored",
      "ignored",
    ]);
  });

  it("sidt is allowed everywhere while UMIP is off", () => {
    expect(verdicts("sidt [rsp-16]")).toEqual(["done", "done", "done", "done"]);
  });

  it("memory of the kernel is open to rings 1 and 2: paging knows two classes only", () => {
    expect(verdicts("mov rax, [0xffffffff80001010]")).toEqual(["done", "done", "done", "refused"]);
  });

  it("a breakpoint is no refusal", () => expect(verdicts("int3")).toEqual(["done", "done", "done", "done"]));

  it("a line that loops is given up", () =>
    expect(verdicts("x: jmp x")).toEqual(["done", "done", "done", "done"]));

  it("a mistake is named with its line in the whole source", () => {
    const load: Load = {
      program: { kind: "source", text: "nop\nnoop" },
      scenario: "trials",
      parameters: {},
      show: [],
      limits: LIMITS,
      gates: [],
      rings: [3],
    };
    expect(tryInstructions(load)).toMatchObject({ trials: [{ line: 1 }], problems: [{ line: 2 }] });
  });
});
