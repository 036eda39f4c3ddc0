/**
 * Random page tables: any bits at any level, changed again while they are in use, under accesses of all kinds. Nothing
 * reaches the host, nothing hangs, and both engines see the same.
 */
import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { CR0, CR4 } from "../../../src/machine/cpu/state.js";
import { FLAG } from "../../../src/machine/isa/registers.js";
import type { TlbShape } from "../../../src/machine/memory/tlb-shape.js";
import { BareMachine, CODE, DATA, ROOT_5 } from "./bare-machine.js";

const SEEDS = Number(process.env["FUZZ_SEEDS"] ?? 150);
const ACCESSES = 60;
const RAM = 4 << 20;
/** Physical addresses of the tables that `BareMachine` makes: PML4, PDPT, PD, two PTs. */
const TABLES = [0x10000, 0x11000, 0x12000, 0x13000, 0x14000];

/** TLBs of all sizes; most often the usual one. */
const SHAPES: readonly (TlbShape | undefined)[] = [
  ...[undefined, undefined, undefined, { entries: 1, ways: 1 }, { entries: 4, ways: 4 }],
  ...[
    { entries: 8, ways: 2 },
    { entries: 64, ways: 1 },
    { entries: 12, ways: 3 },
  ],
];

function generator(seed: number): (below: number) => number {
  let state = (seed * 2654435761) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** An entry that is often sound: present, with an address in RAM, and then some bits more. */
function randomEntry(random: (below: number) => number): bigint {
  if (random(8) === 0) return (BigInt(random(2 ** 31)) << 33n) | BigInt(random(2 ** 31));
  const address = random(4) === 0 ? TABLES[random(TABLES.length)]! : random(RAM >>> 12) << 12;
  const wild = random(6) === 0 ? BigInt(1 << random(30)) << BigInt(random(34)) : 0n;
  return (
    (BigInt(address | random(512) | (random(5) === 0 ? 0 : 1)) | wild) ^ (random(9) === 0 ? 1n << 63n : 0n)
  );
}

function randomAddress(random: (below: number) => number): bigint {
  const kind = random(8);
  if (kind === 0) return (BigInt(random(2 ** 31)) << 33n) | BigInt(random(2 ** 31));
  if (kind === 3) return (BigInt(random(512)) << 48n) | BigInt(DATA + random(RAM - DATA));
  if (kind === 1) return BigInt(0x40000000 * random(512)) | BigInt(random(2 ** 30));
  if (kind === 2) return BigInt(TABLES[random(TABLES.length)]! + 8 * random(512));
  return BigInt(DATA + random(RAM - DATA));
}

/** Accesses one after the other; what faults is skipped by the handler of #GP, #SS and #PF. */
function randomProgram(random: (below: number) => number): string {
  const lines: string[] = [];
  for (let n = 0; n < ACCESSES; n++) {
    lines.push(`mov rbx, ${randomAddress(random)}`);
    const kind = random(8);
    if (kind === 0) {
      lines.push(
        `mov rcx, ${randomEntry(random)}`,
        `mov rdx, ${TABLES[random(5)]! + 8 * random(512)}`,
        "mov [rdx], rcx",
      );
    } else if (kind === 1) lines.push("invlpg [rbx]");
    else if (kind === 2) lines.push("mov rcx, cr3", "mov cr3, rcx");
    else lines.push(["mov al, [rbx]", "mov [rbx], al", "mov [rbx], edi", "add [rbx], edi"][random(4)]!);
  }
  return `${lines.join("\n")}\nhlt\nhandler: add rsp, 8\nadd qword ptr [rsp], 2\niretq`;
}

function run(seed: number, engine: "evaluator" | "translator"): Record<string, unknown> {
  const random = generator(seed);
  const shape = SHAPES[random(SHAPES.length)];
  const bare = new BareMachine({ engine, ...(shape && { tlb: shape }) });
  const { machine } = bare;
  const { cpu, memory } = machine;
  if (random(3) === 0) {
    bare.useFiveLevels();
    for (let n = 0; n < 20; n++) memory.write64(ROOT_5 + 8 * (1 + random(511)), randomEntry(random));
  }
  const program = randomProgram(random);
  for (let n = 0; n < 200; n++)
    memory.write64(TABLES[3 + random(2)]! + 8 * (0x100 + random(256)), randomEntry(random));
  for (let n = 0; n < 20; n++)
    memory.write64(TABLES[random(3)]! + 8 * (2 + random(510)), randomEntry(random));
  if (random(2) === 0)
    cpu.system.cr4 |= CR4.PGE | (CR4.SMEP * BigInt(random(2))) | (CR4.SMAP * BigInt(random(2)));
  if (random(3) === 0) cpu.system.cr0 &= ~CR0.WP;
  // The program's own pages stay in order at first.
  for (let page = 0; page < 2; page++) bare.setEntry(CODE + page * 4096, BigInt(CODE + page * 4096 + 3));
  cpu.pagingChanged();
  bare.load(program, 0, 2 | (random(2) === 0 ? FLAG.AC : 0));
  for (const vector of [12, 13, 14]) bare.setGate(vector, { handler: bare.at("handler") });
  if (engine === "translator") cpu.translateHere();
  const { reason } = machine.run(5000);
  const { tlb } = cpu.mmu;
  return {
    ...{
      reason,
      time: cpu.time,
      rip: cpu.rip,
      flags: cpu.flags,
      cr2: cpu.system.cr2,
      rsp: cpu.state.general[4],
    },
    ...{ general: [...cpu.state.general], walks: tlb.misses, evictions: tlb.evictions },
    memory: createHash("sha256").update(memory.bytes).digest("hex"),
  };
}

it("random page tables do the same on both engines, and nothing to the host", () => {
  const reasons = new Map<string, number>();
  for (let seed = 1; seed <= SEEDS; seed++) {
    const evaluated = run(seed, "evaluator");
    expect(run(seed, "translator"), `seed ${seed}`).toEqual(evaluated);
    const reason = String(evaluated["reason"]);
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  // Most programs come to their end; the others lost their code or their stack.
  expect(reasons.get("halted")).toBeGreaterThan(SEEDS / 2);
});
