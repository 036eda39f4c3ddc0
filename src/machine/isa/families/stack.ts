/**
 * The stack: PUSH, POP, the flags on it, and stack frames.
 * Source: Intel SDM Vol. 2, entries named below; which bits POPF may write: Vol. 2B, POPF, table 4-16.
 * Leaves out: POP of segment registers (system instructions).
 */
import type { Insn } from "../insn.js";
import type { Instruction, Semantics } from "../instruction.js";
import { Kind } from "../operand.js";
import { drop, peek, push, read } from "../operands.js";
import type { Assist, Ops } from "../ops.js";
import { FLAG, RBP, RSP, type Size, SS, STATUS_FLAGS } from "../registers.js";
import { entry, withExamples } from "./entry.js";

const pushOperand: Semantics = (o, i) => push(o, i.size as Size, read(o, i, 0));

/** POP to memory computes the address with the stack pointer already moved; POP RSP keeps the popped value. */
const popOperand: Semantics = (o, i) => {
  const size = i.size as Size;
  const to = i.operands[0]!;
  const value = peek(o, size);
  if (to.kind === Kind.Memory) {
    o.store(size, addressAfterPop(o, i), value, i.segment);
    drop(o, size);
  } else {
    drop(o, size);
    o.set(to.register, size, value);
  }
};

function addressAfterPop<V, B>(o: Ops<V, B>, i: Insn): V {
  const address = o.address(i);
  if (i.base !== RSP) return address;
  return o.add(i.addressSize, address, o.constant(BigInt(i.size >> 3)));
}

const pushFlags: Assist = (cpu, i) => {
  push(
    cpu.evaluator,
    i.size as Size,
    BigInt(cpu.flags & ~(FLAG.RF | FLAG.VM) & (i.size === 16 ? 0xffff : -1)),
  );
};

/** Ring 3 cannot change IOPL, and IF only when IOPL allows it; it is not told that its wish was ignored. */
const popFlags: Assist = (cpu, i) => {
  const { cpl } = cpu.system;
  const old = cpu.flags;
  let writable = STATUS_FLAGS | FLAG.TF | FLAG.DF | FLAG.NT;
  if (i.size !== 16) writable |= FLAG.AC | FLAG.ID;
  if (cpl === 0) writable |= FLAG.IOPL;
  if (cpl <= (old & FLAG.IOPL) >> 12) writable |= FLAG.IF;
  const popped = Number(peek(cpu.evaluator, i.size as Size) & 0xffffffffn);
  drop(cpu.evaluator, i.size as Size);
  cpu.flags = (old & ~writable & ~(i.size === 16 ? 0 : FLAG.RF)) | (popped & writable);
};

/**
 * Saves RBP, copies `level - 1` frame pointers of enclosing procedures and reserves space. Registers change last;
 * the final stack pointer must be writable. Source: SDM Vol. 2A, ENTER, operation.
 */
const enter: Semantics = (o, i) => {
  const size = i.size as Size;
  const slot = o.constant(BigInt(size >> 3));
  const level = Number((i.immediate >> 16n) & 31n);
  let top = o.sub(64, o.get(RSP, 64), slot);
  o.store(size, top, o.get(RBP, size), SS);
  const frame = top;
  let outer = o.get(RBP, 64);
  for (let n = 1; n < level; n++) {
    outer = o.sub(64, outer, slot);
    top = o.sub(64, top, slot);
    o.store(size, top, o.load(size, outer, SS), SS);
  }
  if (level > 0) {
    top = o.sub(64, top, slot);
    o.store(size, top, o.truncate(size, frame), SS);
  }
  top = o.sub(64, top, o.and(o.immediate(i), o.constant(0xffffn)));
  o.probeWrite(size, top, SS);
  o.set(RBP, size, o.truncate(size, frame));
  o.set(RSP, 64, top);
};

const leave: Semantics = (o, i) => {
  const size = i.size as Size;
  const frame = o.get(RBP, 64);
  const saved = o.load(size, frame, SS);
  o.set(RSP, 64, o.add(64, frame, o.constant(BigInt(size >> 3))));
  o.set(RBP, size, saved);
};

const EXAMPLES: Readonly<Record<string, string>> = {
  enter: `
    enter 32, 0
  `,
  leave: `
    push rbp
    mov rbp, rsp
    sub rsp, 32
    leave
  `,
};

export const STACK: readonly Instruction[] = withExamples(EXAMPLES, [
  entry(
    "push",
    "Moves the stack pointer down and stores the operand there.",
    "",
    [
      "50+r | rq",
      "6A | imm8s | size=q",
      "68 | immz | size=q",
      "FF /6 | r/mq",
      "0F A0 | fs | size=q",
      "0F A8 | gs | size=q",
      "06 | es | size=q legacy",
      "0E | cs | size=q legacy",
      "16 | ss | size=q legacy",
      "1E | ds | size=q legacy",
    ],
    pushOperand,
  ),
  entry(
    "pop",
    "Loads the operand from the stack and moves the stack pointer up.",
    "",
    ["58+r | rq", "8F /0 | r/mq"],
    popOperand,
  ),
  entry("pushf", "Pushes RFLAGS.", "", ["9C | | size=q"], (o) => o.assist(pushFlags), {
    aliases: ["pushfq"],
  }),
  entry(
    "popf",
    "Pops RFLAGS, as far as the privilege level allows.",
    "all",
    ["9D | | size=q"],
    (o) => o.assist(popFlags),
    {
      aliases: ["popfq"],
    },
  ),
  entry("enter", "Makes a stack frame for a procedure.", "", ["C8 | imm16, imm8 | size=q"], enter),
  entry("leave", "Removes the stack frame of a procedure.", "", ["C9 | | size=q"], leave),
]);
