/**
 * Each exception of table 6-1 in ring 0 and in ring 3: vector, error code, whether it is a fault or a trap, and that after a
 * fault whose cause was mended the instruction is executed again as if nothing had been.
 * Source: Intel SDM Vol. 3A §6.3.1, §6.5, §6.15.
 */
import { describe, expect, it } from "vitest";
import { CR0, CR4 } from "../../../src/machine/cpu/state.js";
import { FLAG } from "../../../src/machine/isa/registers.js";
import { ENGINES } from "../../../src/machine/machine.js";
import { BareMachine, DATA, GDT } from "./bare-machine.js";

interface Exception {
  readonly name: string;
  readonly vector: number;
  readonly errorCode?: number;
  /** The instruction is at `here`; a trap returns to `behind`. */
  readonly code: string;
  readonly kind: "fault" | "trap";
  /** Rings in which it comes about. */
  readonly rings?: readonly (0 | 3)[];
  readonly flags?: number;
  readonly prepare?: (bare: BareMachine) => void;
  /** Takes the cause away, so that the instruction may run again. */
  readonly mend?: (bare: BareMachine) => void;
}

const setBits = (bare: BareMachine, cr0: bigint, cr4 = 0n): void => {
  const { cpu } = bare.machine;
  cpu.system.cr0 |= cr0;
  cpu.system.cr4 |= cr4;
  cpu.pagingChanged();
};

const clearBits = (bare: BareMachine, cr0: bigint): void => {
  const { cpu } = bare.machine;
  cpu.system.cr0 &= ~cr0;
  cpu.pagingChanged();
};

/** A data segment that is not present, at 20h. */
const ABSENT = 0x20;
const absent = (bare: BareMachine): void => bare.machine.memory.write64(GDT + ABSENT, 0x00cf72000000ffffn);
const present = (bare: BareMachine): void => bare.machine.memory.write64(GDT + ABSENT, 0x00cff2000000ffffn);

const EXCEPTIONS: readonly Exception[] = [
  {
    ...{ name: "#DE of a division by zero", vector: 0, kind: "fault" },
    code: "mov eax, 6\nxor edx, edx\nxor ecx, ecx\nhere: div ecx\nbehind: ud2",
    mend: ({ machine }) => void (machine.cpu.state.general[1] = 2n),
  },
  { name: "#DB of TF", vector: 1, kind: "trap", flags: 2 | FLAG.TF, code: "here: nop\nbehind: nop\nud2" },
  { name: "#DB of INT1", vector: 1, kind: "trap", code: "here: .byte 0xf1\nbehind: ud2" },
  {
    ...{ name: "#BP of INT3", vector: 3, kind: "trap", code: "here: int3\nbehind: ud2" },
    prepare: (bare) => bare.setGate(3, { dpl: 3 }),
  },
  {
    ...{ name: "#OF of INT 4", vector: 4, kind: "trap", code: "here: int 4\nbehind: ud2" },
    prepare: (bare) => bare.setGate(4, { dpl: 3 }),
  },
  { name: "#UD of UD2", vector: 6, kind: "fault", code: "here: ud2" },
  { name: "#UD of LOCK where it may not be", vector: 6, kind: "fault", code: "here: .byte 0xf0, 0x90" },
  {
    ...{ name: "#NM of x87 with CR0.TS", vector: 7, kind: "fault", code: "here: fld1\nbehind: ud2" },
    prepare: (bare) => setBits(bare, CR0.TS),
    mend: (bare) => clearBits(bare, CR0.TS),
  },
  {
    ...{
      name: "#NM of SSE with CR0.TS",
      vector: 7,
      kind: "fault",
      code: "here: xorps xmm0, xmm0\nbehind: ud2",
    },
    prepare: (bare) => setBits(bare, CR0.TS),
    mend: (bare) => clearBits(bare, CR0.TS),
  },
  {
    ...{ name: "#NP of a segment that is not present", vector: 11, errorCode: ABSENT, kind: "fault" },
    code: `mov eax, ${ABSENT | 3}\nhere: mov ds, eax\nbehind: ud2`,
    prepare: absent,
    mend: present,
  },
  {
    ...{ name: "#SS of an address that is not canonical", vector: 12, errorCode: 0, kind: "fault" },
    code: "mov rbp, 0x8000000000000000\nhere: mov al, [rbp]\nbehind: ud2",
    mend: ({ machine }) => void (machine.cpu.state.general[5] = BigInt(DATA)),
  },
  {
    ...{ name: "#GP of an address that is not canonical", vector: 13, errorCode: 0, kind: "fault" },
    code: "mov rbx, 0x8000000000000000\nhere: mov al, [rbx]\nbehind: ud2",
    mend: ({ machine }) => void (machine.cpu.state.general[3] = BigInt(DATA)),
  },
  {
    ...{ name: "#GP of 16 bytes that are not aligned", vector: 13, errorCode: 0, kind: "fault" },
    code: `mov ebx, ${DATA + 8}\nhere: movaps xmm1, [rbx]\nbehind: ud2`,
    mend: ({ machine }) => void (machine.cpu.state.general[3] = BigInt(DATA)),
  },
  {
    ...{ name: "#GP of an instruction of 16 bytes", vector: 13, errorCode: 0, kind: "fault" },
    code: `here: ${".byte 0x66; ".repeat(15)}nop`,
  },
  {
    ...{ name: "#PF of a page that is not present", vector: 14, errorCode: 4, kind: "fault", rings: [3] },
    code: `here: mov eax, [${DATA + 0x1000}]\nbehind: ud2`,
    prepare: (bare) => bare.setEntry(DATA + 0x1000, 0n),
    mend: (bare) => bare.setEntry(DATA + 0x1000, BigInt(DATA + 0x1007)),
  },
  {
    ...{
      name: "#PF of a write to a page that may be read",
      vector: 14,
      errorCode: 3,
      kind: "fault",
      rings: [0],
    },
    code: `here: add dword ptr [${DATA + 0x1000}], 5\nbehind: ud2`,
    prepare: (bare) => bare.setEntry(DATA + 0x1000, BigInt(DATA + 0x1005)),
    mend: (bare) => bare.setEntry(DATA + 0x1000, BigInt(DATA + 0x1007)),
  },
  {
    ...{ name: "#MF of an x87 exception before", vector: 16, kind: "fault" },
    code: "fninit\npush 0x37b\nfldcw [rsp]\nfld1\nfldz\nfdivp\nhere: fld1\nbehind: ud2",
    prepare: (bare) => setBits(bare, CR0.NE),
    mend: ({ machine }) => void (machine.cpu.state.x87.status &= ~0x80ff),
  },
  {
    ...{ name: "#AC of a word that is not aligned", vector: 17, errorCode: 0, kind: "fault", rings: [3] },
    ...{ flags: 2 | FLAG.AC, code: `mov ebx, ${DATA + 1}\nhere: mov ax, [rbx]\nbehind: ud2` },
    mend: ({ machine }) => void (machine.cpu.state.general[3] = BigInt(DATA)),
  },
  {
    ...{ name: "#XM of a division that is not masked", vector: 19, kind: "fault" },
    code: "push 0x1d80\nldmxcsr [rsp]\nxorps xmm1, xmm1\nmov eax, 0x3f800000\nmovd xmm0, eax\nhere: divss xmm0, xmm1\nbehind: ud2",
    prepare: (bare) => setBits(bare, 0n, CR4.OSXMMEXCPT),
    mend: ({ machine }) => void (machine.cpu.state.vectors[2] = 0x3f800000n),
  },
];

describe.each(ENGINES)("on the engine %s", (engine) => {
  const cases = EXCEPTIONS.flatMap((one) =>
    (one.rings ?? ([0, 3] as const)).map((ring) => ({ ...one, ring })),
  );

  it.each(cases)("$name in ring $ring is a $kind with its vector and error code", (one) => {
    const bare = new BareMachine({ engine });
    one.prepare?.(bare);
    bare.load(one.code, one.ring, one.flags ?? 2);
    const stop = bare.runToStop();
    expect(stop).toMatchObject({
      vector: one.vector,
      errorCode: one.errorCode,
      cs: one.ring === 0 ? 0x10 : 0x33,
    });
    expect(stop.rip).toBe(bare.at(one.kind === "fault" ? "here" : "behind"));
    // A fault of an instruction has RF set in its frame, so that a breakpoint there is not met twice; a trap has not.
    expect((stop.flags & FLAG.RF) !== 0).toBe(one.kind === "fault");
  });

  it.each(cases.filter(({ mend }) => mend))(
    "$name in ring $ring, mended, lets the instruction run to its end",
    (one) => {
      const bare = new BareMachine({ engine });
      one.prepare?.(bare);
      bare.load(one.code, one.ring, one.flags ?? 2);
      const { frame } = bare.runToStop();
      one.mend?.(bare);
      const { cpu, memory } = bare.machine;
      // What a handler does at its end.
      memory.writeBytes(0x7000, Uint8Array.of(0x48, 0xcf));
      cpu.state.general[4] = frame + (one.errorCode === undefined ? 0n : 8n);
      cpu.halted = false;
      cpu.rip = 0x7000n;
      expect(bare.runToStop()).toMatchObject({ vector: 6, rip: bare.at("behind") });
    },
  );
});

it("#TS is what a stack of the TSS that is beyond its limit raises", () => {
  for (const engine of ENGINES) {
    const bare = new BareMachine({ engine });
    bare.machine.cpu.system.tr.limit = 10;
    bare.setGate(10, { ist: 0 });
    bare.load("here: ud2", 3);
    // #TS cannot be delivered either, since that needs the same stack: #DF, and then nothing is left.
    expect(bare.run().reason).toBe("shutdown");
    const inner = new BareMachine({ engine });
    inner.machine.cpu.system.tr.limit = 0x23;
    inner.setGate(6, { ist: 1 });
    inner.load("here: ud2", 0);
    expect(inner.runToStop()).toMatchObject({ vector: 10, errorCode: 0x41, rip: inner.at("here") });
  }
});
