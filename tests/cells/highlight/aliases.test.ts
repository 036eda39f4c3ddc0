/** What is the same thing under several names, asked of real moments of the book's machines. */
import { beforeAll, describe, expect, it } from "vitest";
import { setUpOf } from "../../../src/cells/cell-attributes.js";
import { openSession } from "../../../src/cells/cell-session.js";
import { aliases } from "../../../src/cells/highlight/aliases.js";
import { prepareScenario } from "../../../src/cells/stage/make-stage.js";
import { formatReference, parseReference } from "../../../src/trace/reference-text.js";
import type { MachineState } from "../../../src/views/machine-state.js";
import { noFiles } from "../no-files.js";

const PROGRAM =
  'again:\n    add ebx, 10\n    int 0x80\n    jmp again\n.section .kernel, "ax"\nvector_0x80:\n    iretq';

let state: MachineState;

beforeAll(async () => {
  await prepareScenario("gates", noFiles);
  const setUp = setUpOf((name) => ({ scenario: "gates" })[name] ?? null);
  const opened = openSession({ ...setUp, program: { kind: "source", text: PROGRAM } });
  if (!("session" in opened)) throw new Error(JSON.stringify(opened));
  state = opened.session.state();
});

const names = (text: string): string[] => aliases(state, parseReference(text)!).map(formatReference);

describe("a thing", () => {
  it("that is a line is its instruction, which is its bytes", () => {
    expect(names("line:2")).toEqual(expect.arrayContaining(["instruction:0x401000", "memory:0x401000+3"]));
  });

  it("that is a byte of an instruction is the instruction and its line", () => {
    expect(names("memory:0x401001+1")).toEqual(expect.arrayContaining(["instruction:0x401000", "line:2"]));
  });

  it("that is an instruction is its line and its bytes", () => {
    expect(names("instruction:0x401003")).toEqual(expect.arrayContaining(["line:3", "memory:0x401003+2"]));
  });

  it("that is a gate is sixteen bytes of the IDT, and each of those bytes is the gate", () => {
    const { base } = state.tables!.idt;
    const address = base + 0x800n;
    expect(names("gate:0x80")).toContain(`memory:0x${address.toString(16)}+16`);
    expect(names(`memory:0x${(address + 5n).toString(16)}+1`)).toContain("gate:0x80");
  });

  it("that is a descriptor is eight bytes of the GDT, whatever the privilege in its selector", () => {
    const address = state.tables!.gdt.base + 0x30n;
    expect(names("segment:0x33")).toContain(`memory:0x${address.toString(16)}+8`);
  });

  it("that is a register is not what its value points to", () => {
    expect(names("register:rip")).toEqual(["register:rip"]);
  });

  it("without a machine has only its own name", () => {
    expect(aliases(undefined, parseReference("line:2")!)).toEqual([{ kind: "line", line: 2 }]);
  });
});
