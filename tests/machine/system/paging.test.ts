/** Paging: every right × every kind of access, accessed and dirty flags, the TLB. Source: Intel SDM Vol. 3A chapter 4. */
import { describe, expect, it } from "vitest";
import { CR0, CR4 } from "../../../src/machine/cpu/state.js";
import { FLAG } from "../../../src/machine/isa/registers.js";
import { ENGINES } from "../../../src/machine/machine.js";
import { PTE, walk } from "../../../src/machine/memory/page-table.js";
import { FETCH, READ, WRITE } from "../../../src/machine/memory/tlb.js";
import { BareMachine, DATA } from "./bare-machine.js";

const ACCESSES = [
  ["read", "mov al, [rbx]", READ],
  ["write", "mov [rbx], al", WRITE],
  ["fetch", "jmp rbx", FETCH],
] as const;

/** The error code that the manual's rules give, or undefined when the access is allowed; written out rule by rule. */
function expected(
  access: number,
  user: boolean,
  page: { present: boolean; user: boolean; writable: boolean; executable: boolean },
  mode: { wp: boolean; smep: boolean; smap: boolean; ac: boolean },
): number | undefined {
  const base = (access === WRITE ? 2 : 0) | (user ? 4 : 0) | (access === FETCH ? 16 : 0);
  if (!page.present) return base;
  const denied =
    (user && !page.user) ||
    (access === WRITE && !page.writable && (user || mode.wp)) ||
    (access === FETCH && !page.executable) ||
    (!user && page.user && access === FETCH && mode.smep) ||
    (!user && page.user && access !== FETCH && mode.smap && !mode.ac);
  return denied ? base | 1 : undefined;
}

const BOOLEANS = [false, true];

describe.each(ENGINES)("on the engine %s", (engine) => {
  describe.each(ACCESSES)("a %s", (_name, code, access) => {
    it.each([0, 3] as const)(
      "from ring %s is allowed or faults as rights, WP, SMEP, SMAP and AC say",
      (ring) => {
        for (const present of BOOLEANS)
          for (const user of BOOLEANS)
            for (const writable of BOOLEANS)
              for (const executable of BOOLEANS)
                for (const wp of BOOLEANS)
                  for (const supervisor of ring === 0 ? BOOLEANS : [false])
                    for (const ac of supervisor ? BOOLEANS : [false]) {
                      const bare = new BareMachine({ engine });
                      const page = { present, user, writable, executable };
                      const mode = { wp, smep: supervisor, smap: supervisor, ac };
                      const bits = (present ? PTE.P : 0) | (user ? PTE.US : 0) | (writable ? PTE.RW : 0);
                      // HLT in the page ends an allowed fetch of ring 0; in ring 3 it is #GP there.
                      bare.machine.memory.write8(DATA, 0xf4);
                      bare.setEntry(DATA, BigInt(DATA | bits) | (executable ? 0n : 1n << 63n));
                      // The code's own page belongs to ring 3 only where SMEP would forbid ring 0 to run there.
                      if (ring === 0) bare.setEntry(0x100000, BigInt(0x100000 | PTE.P | PTE.RW));
                      const { cpu } = bare.machine;
                      if (!wp) cpu.system.cr0 &= ~CR0.WP;
                      if (supervisor) cpu.system.cr4 |= CR4.SMEP | CR4.SMAP;
                      cpu.pagingChanged();
                      bare.load(`mov ebx, ${DATA}\n${code}\nud2`, ring, 2 | (ac ? FLAG.AC : 0));
                      const want = expected(access, ring === 3, page, mode);
                      const label = JSON.stringify({ ring, page, mode });
                      if (want === undefined && access === FETCH && ring === 0) {
                        bare.run();
                        expect(cpu.rip, label).toBe(BigInt(DATA + 1));
                      } else {
                        const stop = bare.runToStop();
                        const got = stop.vector === 14 ? stop.errorCode : undefined;
                        expect(got, label).toBe(want);
                        if (want !== undefined) expect(stop.cr2, label).toBe(BigInt(DATA));
                      }
                    }
      },
    );
  });

  describe("accessed and dirty", () => {
    const flagsAfter = (code: string): number => {
      const bare = new BareMachine({ engine });
      bare.load(`${code}\nud2`, 0).runToStop();
      return Number(bare.machine.memory.read64(bare.entryOf(DATA))) & (PTE.A | PTE.D);
    };
    it("a read sets accessed, a write sets accessed and dirty, nothing sets neither", () => {
      expect(flagsAfter("nop")).toBe(0);
      expect(flagsAfter(`mov al, [${DATA}]`)).toBe(PTE.A);
      expect(flagsAfter(`mov [${DATA}], al`)).toBe(PTE.A | PTE.D);
      expect(flagsAfter(`mov al, [${DATA}]\nmov [${DATA}], al`)).toBe(PTE.A | PTE.D);
    });

    it("a walk that only looks changes nothing", () => {
      const bare = new BareMachine({ engine });
      const { memory, cpu } = bare.machine;
      const before = memory.read64(bare.entryOf(DATA));
      expect(walk(memory, cpu.mmu.mode, DATA, 0, WRITE, false, false, false)).toMatchObject({
        error: -1,
        physical: DATA,
      });
      expect(memory.read64(bare.entryOf(DATA))).toBe(before);
    });
  });

  describe("the TLB", () => {
    it("keeps a translation until INVLPG or a new CR3", () => {
      for (const flush of ["nop", `invlpg [${DATA}]`, "mov rcx, cr3\nmov cr3, rcx"]) {
        const bare = new BareMachine({ engine });
        const entry = bare.entryOf(DATA);
        bare.load(
          `mov al, [${DATA}]\nmov qword ptr [${entry}], 0\n${flush}\nhere: mov al, [${DATA}]\nud2`,
          0,
        );
        expect(bare.runToStop().vector, flush).toBe(flush === "nop" ? 6 : 14);
      }
    });

    it("reserved bits in an entry give error bit 3", () => {
      const bare = new BareMachine({ engine });
      bare.setEntry(DATA, BigInt(DATA | 7) | (1n << 45n));
      expect(bare.load(`mov al, [${DATA}]`, 0).runToStop()).toMatchObject({ vector: 14, errorCode: 0b1001 });
    });

    it("a page of 2 MiB maps its whole range", () => {
      const bare = new BareMachine({ engine });
      const { memory } = bare.machine;
      memory.write64(0x12000 + 8, BigInt(DATA | PTE.P | PTE.RW | PTE.US | PTE.PS));
      bare.machine.cpu.flushTranslations();
      memory.write8(DATA + 0x1ff123, 0x5a);
      bare.load(`movzx eax, byte ptr [${DATA + 0x1ff123}]\nud2`, 0).runToStop();
      expect(bare.machine.cpu.state.general[0]).toBe(0x5an);
    });
  });

  describe("self-modifying code", () => {
    it("a changed instruction is executed as changed, on the same page and from another one", () => {
      const bare = new BareMachine({ engine });
      bare
        .load(
          "mov ecx, 2\nagain: mov eax, 1\nlea rdx, [rip+again]\nmov byte ptr [rdx+1], 7\ndec ecx\njnz again\nud2",
          0,
        )
        .runToStop();
      expect(bare.machine.cpu.state.general[0]).toBe(7n);
    });

    it("an instruction may change the very next one", () => {
      const bare = new BareMachine({ engine });
      bare.load("lea rdx, [rip+next]\nmov byte ptr [rdx+1], 9\nnext: mov al, 1\nud2", 0).runToStop();
      expect(bare.machine.cpu.state.general[0]! & 0xffn).toBe(9n);
    });
  });
});
