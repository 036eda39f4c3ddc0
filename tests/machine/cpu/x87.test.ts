/** x87 instructions in random states of the unit, against the real processor. */
import { describe, expect, it } from "vitest";
import { BINARY32, BINARY64, EXTENDED } from "../../../src/machine/float/index.js";
import { decode } from "../../../src/machine/isa/decoder.js";
import { RDI } from "../../../src/machine/isa/registers.js";
import { edges, ODD_PATTERNS, randomOperand, Seeded } from "../float/operands.js";
import { findSilicon, MEMORY, type Moment } from "../float/silicon.js";
import { UserCpu } from "../user-cpu.js";

const silicon = findSilicon();

const CODE = 0x10000000n;
const DATA = 0x20000000n;
const CODE_FRAME = 0x10000;
const DATA_FRAME = 0x20000;
const AT_RDI = 7;

/** Their last bit is not the same on all processors. */
const APPROXIMATE = /^(f2xm1|fyl2x|fyl2xp1|fptan|fpatan|fsin|fcos|fsincos)$/;

const machine = new UserCpu([
  { linear: Number(CODE), frame: CODE_FRAME, pages: 1, writable: true },
  { linear: Number(DATA), frame: DATA_FRAME, pages: 1, writable: true },
]);

/** Every x87 instruction of this machine, with each register and with memory at RDI. */
function instructions(approximate: boolean): number[][] {
  const all: number[][] = [];
  for (let opcode = 0xd8; opcode <= 0xdf; opcode++) {
    for (let digit = 0; digit < 8; digit++) all.push([opcode, (digit << 3) | AT_RDI]);
    for (let modrm = 0xc0; modrm <= 0xff; modrm++) all.push([opcode, modrm]);
  }
  return all.filter((bytes) => {
    const insn = decode(Uint8Array.from(bytes), 0);
    return typeof insn === "object" && APPROXIMATE.test(insn.mnemonic) === approximate;
  });
}

const EXTENDED_EDGES = [...edges(EXTENDED), ...ODD_PATTERNS];
const NARROW_EDGES = [...edges(BINARY32), ...edges(BINARY64)];

function register(random: Seeded): bigint {
  const kind = random.below(6);
  if (kind < 2) return random.pick(EXTENDED_EDGES);
  if (kind < 5) return randomOperand(random, EXTENDED);
  // A small integer, exact.
  const n = BigInt(random.below(200) + 1);
  const shift = BigInt(63 - (n.toString(2).length - 1));
  return ((BigInt(16383 + 63) - shift) << 64n) | (n << shift) | (BigInt(random.below(2)) << 79n);
}

function memory(random: Seeded): Uint8Array {
  const bytes = new Uint8Array(MEMORY);
  const view = new DataView(bytes.buffer);
  const wide = random.pick(EXTENDED_EDGES);
  const kind = random.below(4);
  const low =
    kind === 0
      ? random.next()
      : kind === 1
        ? random.pick(NARROW_EDGES)
        : kind === 2
          ? wide
          : BigInt(random.below(1000) - 500);
  view.setBigUint64(0, BigInt.asUintN(64, low), true);
  view.setBigUint64(8, kind === 2 ? wide >> 64n : random.next(), true);
  for (let n = 16; n < MEMORY; n += 8) view.setBigUint64(n, random.next(), true);
  return bytes;
}

/** A decimal operand must have digits: what other patterns mean is nowhere written. */
function decimal(random: Seeded): Uint8Array {
  const bytes = Uint8Array.from({ length: MEMORY }, () => random.below(10) * 16 + random.below(10));
  bytes[9] = random.below(2) * 0x80;
  return bytes;
}

/** No unmasked exception waits. */
function randomMoment(random: Seeded, instruction: number[]): Moment {
  const masks = random.below(3) === 0 ? random.below(64) : 0x3f;
  const flags = random.below(64) & masks;
  const top = random.below(8);
  const used = random.below(3) === 0 ? random.below(65536) : random.below(2) === 0 ? 0 : 0xc0c0;
  return {
    instruction,
    control: 0x40 | masks | (random.pick([3, 3, 2, 0]) << 8) | (random.below(4) << 10),
    status: flags | (top << 11) | (random.below(65536) & 0x4700) | (random.below(2) << 6),
    tags: used,
    st: Array.from({ length: 8 }, () => register(random)),
    xmm: [0n, 0n],
    mxcsr: 0x1f80,
    memory: instruction[0] === 0xdf && instruction[1] === 0x27 ? decimal(random) : memory(random),
    rax: random.next(),
    flags: 0x202n | (random.next() & 0x8d5n),
  };
}

function execute(before: Moment): Moment {
  const { cpu } = machine;
  machine.reset();
  const { x87 } = cpu.state;
  cpu.memory.writeBytes(CODE_FRAME, Uint8Array.from(before.instruction));
  cpu.memory.writeBytes(DATA_FRAME, before.memory);
  x87.control = before.control;
  x87.statusWord = before.status;
  before.st.forEach((value, n) => x87.write(n, value));
  x87.tagWord = before.tags;
  cpu.state.general[0] = before.rax;
  cpu.state.general[RDI] = DATA;
  machine.clear();
  cpu.flags = Number(before.flags);
  cpu.rip = CODE;
  machine.step();
  return {
    ...before,
    control: x87.control,
    status: x87.statusWord,
    tags: x87.tagWord,
    st: before.st.map((_, n) => x87.read(n)),
    memory: cpu.memory.readBytes(DATA_FRAME, MEMORY),
    rax: cpu.state.general[0]!,
    flags: BigInt(cpu.flags),
  };
}

const hex = (n: bigint | number): string => n.toString(16);
const describeMoment = (m: Moment): string =>
  [
    ...[
      `cw ${hex(m.control)}`,
      `sw ${hex(m.status)}`,
      `tags ${hex(m.tags)}`,
      `flags ${hex(m.flags)}`,
      `rax ${hex(m.rax)}`,
    ],
    ...[`memory ${Buffer.from(m.memory).toString("hex")}`, ...m.st.map(hex)],
  ].join(" ");

describe.skipIf(typeof silicon === "string")("an x87 instruction", () => {
  const ask = silicon as Exclude<typeof silicon, string>;

  it("leaves the unit, memory and flags as the real processor does, in any state", () => {
    const random = new Seeded(21n);
    const before = instructions(false).flatMap((bytes) =>
      Array.from({ length: 40 }, () => randomMoment(random, bytes)),
    );
    const wrong = new Map<string, { count: number; first: string }>();
    ask(before).forEach((after, n) => {
      const got = describeMoment(execute(before[n]!));
      if (got === describeMoment(after)) return;
      const insn = decode(Uint8Array.from(before[n]!.instruction), 0);
      const name = typeof insn === "object" ? insn.form.text : "";
      const first = `${typeof insn === "object" ? insn.mnemonic : ""}\n${describeMoment(before[n]!)}\n${got}\n${describeMoment(after)}`;
      const known = wrong.get(name);
      wrong.set(name, { count: (known?.count ?? 0) + 1, first: known?.first ?? first });
    });
    expect([...wrong].map(([form, { count, first }]) => `${form} ${count}: ${first}`)).toEqual([]);
  });

  it("computes powers, logarithms and angles but for the last bit, and all else exactly", () => {
    const random = new Seeded(22n);
    const before = instructions(true).flatMap((bytes) =>
      Array.from({ length: 600 }, () => randomMoment(random, bytes)),
    );
    const wrong: string[] = [];
    let differ = 0;
    ask(before).forEach((after, n) => {
      const got = execute(before[n]!);
      if (got.st.some((value, i) => value !== after.st[i])) differ++;
      if (describeMoment(blurred(got, after)) !== describeMoment(blurred(after, got))) {
        wrong.push([before[n]!, got, after].map(describeMoment).join("\n"));
      }
    });
    expect({ count: wrong.length, first: wrong.slice(0, 6) }).toEqual({ count: 0, first: [] });
    expect(differ / before.length).toBeLessThan(0.05);
  });
});

/** The moment without what follows from the last bit of a result: C1, and that bit where both have a number. */
function blurred(moment: Moment, other: Moment): Moment {
  const st = moment.st.map((value, i) => {
    const distance = ordinal(value) - ordinal(other.st[i]!);
    return distance === 1n || distance === -1n ? 0n : value;
  });
  return { ...moment, st, status: moment.status & ~0x200 };
}

/** A pattern's place among the numbers of its sign. */
function ordinal(bits: bigint): bigint {
  return ((bits >> 64n) << 63n) + (bits & 0x7fffffffffffffffn);
}
