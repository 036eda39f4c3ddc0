/** Where the reader's run and the book's part, in words. */
import { beforeAll, describe, expect, it } from "vitest";
import { setUpOf } from "../../../src/cells/cell-attributes.js";
import { compareLoads } from "../../../src/cells/compare/compare-loads.js";
import type { Load } from "../../../src/cells/protocol.js";
import { prepareScenario } from "../../../src/cells/stage/make-stage.js";
import { noFiles } from "../no-files.js";

const STEP = "    mov eax, 3\nagain:\n    add ebx, 10\n    dec eax\n    jnz again\n    hlt";

const load = (text: string): Load => ({ ...setUpOf(() => null), program: { kind: "source", text } });

beforeAll(() => prepareScenario("bare", noFiles));

describe("two runs", () => {
  it("part at the first step after which a register differs", () => {
    const compared = compareLoads(load(STEP.replace("10", "11")), [], load(STEP));
    expect(compared.steps).toBe(2);
    expect(compared.says).toMatch(/^They part after 2 steps: rbx is 0xb here and 0xa there/);
  });

  it("of the same program never part", () => {
    expect(compareLoads(load(STEP), [], load(STEP))).toEqual({
      says: "They do the same, all the way: both end after 11 steps.",
    });
  });

  it("of which one is changed by hand part there", () => {
    const place = { kind: "register", name: "rcx" } as const;
    const inputs = [{ time: 3, input: { kind: "value" as const, place, value: 7n } }];
    expect(compareLoads(load(STEP), inputs, load(STEP)).says).toMatch(/rcx is 0x7 here and 0x0 there/);
  });

  it("that never end are compared as far as is sensible", () => {
    const forever = load("again: inc rax\n    jmp again");
    expect(compareLoads(forever, [], forever).says).toMatch(/^They do the same for .* steps/);
  }, 60_000);

  it("of which one cannot be run are not compared", () => {
    expect(() => compareLoads(load(STEP), [], load("movv"))).toThrow(/cannot be run/);
  });
});
