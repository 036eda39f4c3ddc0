/**
 * Read-modify-write instructions for locks and counters. Every instruction is atomic here, as only one processor
 * exists; LOCK is therefore checked by the decoder and then has no further effect.
 * Source: Intel SDM Vol. 2, entries named below.
 */
import type { Insn } from "../insn.js";
import type { Instruction, Semantics } from "../instruction.js";
import { Kind } from "../operand.js";
import { read } from "../operands.js";
import type { Ops } from "../ops.js";
import { FLAG, RAX, RBX, RCX, RDX, type Size } from "../registers.js";
import { entry, STATUS } from "./entry.js";

const GENERAL_PROTECTION = 13;

/** With the same register twice, the sum wins. */
function exchangeAdd<V, B>(o: Ops<V, B>, i: Insn): void {
  const size = i.size as Size;
  const to = i.operands[0]!;
  const other = i.operands[1]!.register;
  const b = o.get(other, size);
  const address = to.kind === Kind.Memory ? o.address(i) : undefined;
  if (address !== undefined) o.probeWrite(size, address, i.segment);
  const a = address === undefined ? o.get(to.register, size) : o.load(size, address, i.segment);
  const sum = o.add(size, a, b);
  if (address !== undefined) o.store(size, address, sum, i.segment);
  o.set(other, size, a);
  if (address === undefined) o.set(to.register, size, sum);
  o.flags("add", size, a, b, sum);
}

/** Memory is written even when the values differ, with what it held; a register is not (AMD; its upper half stays). */
function compareExchange<V, B>(o: Ops<V, B>, i: Insn): void {
  const size = i.size as Size;
  const to = i.operands[0]!;
  const expected = o.get(RAX, size);
  const desired = read(o, i, 1);
  const address = to.kind === Kind.Memory ? o.address(i) : undefined;
  if (address !== undefined) o.probeWrite(size, address, i.segment);
  const old = address === undefined ? o.get(to.register, size) : o.load(size, address, i.segment);
  const same = o.equal(expected, old);
  if (address !== undefined) o.store(size, address, o.select(same, desired, old), i.segment);
  o.if(
    same,
    () => {
      if (address === undefined) o.set(to.register, size, desired);
    },
    () => o.set(RAX, size, old),
  );
  o.flags("sub", size, expected, old, o.sub(size, expected, old));
}

/** Two halves of `half` bits each: EDX:EAX and ECX:EBX, or RDX:RAX and RCX:RBX. */
function compareExchangePair<V, B>(o: Ops<V, B>, i: Insn, half: 32 | 64): void {
  const low = o.address(i);
  const high = o.add(i.addressSize, low, o.constant(BigInt(half >> 3)));
  o.probeWrite(half, low, i.segment);
  o.probeWrite(half, high, i.segment);
  const oldLow = o.load(half, low, i.segment);
  const oldHigh = o.load(half, high, i.segment);
  const same = o.both(o.equal(oldLow, o.get(RAX, half)), o.equal(oldHigh, o.get(RDX, half)));
  o.store(half, low, o.select(same, o.get(RBX, half), oldLow), i.segment);
  o.store(half, high, o.select(same, o.get(RCX, half), oldHigh), i.segment);
  o.if(o.not(same), () => {
    o.set(RAX, half, oldLow);
    o.set(RDX, half, oldHigh);
  });
  o.setFlag(FLAG.ZF, same);
}

const compareExchange8: Semantics = (o, i) => compareExchangePair(o, i, 32);

const compareExchange16: Semantics = (o, i) =>
  o.if(
    o.isZero(o.and(o.address(i), o.constant(15n))),
    () => compareExchangePair(o, i, 64),
    () => o.raise(GENERAL_PROTECTION, 0),
  );

export const ATOMICS: readonly Instruction[] = [
  entry(
    "xadd",
    "Adds the source to the destination; the source gets the destination's old value.",
    STATUS,
    ["0F C0 /r | r/m8, r8 | lock", "0F C1 /r | r/mv, rv | lock"],
    exchangeAdd,
  ),
  entry(
    "cmpxchg",
    "Stores the source if the destination equals the accumulator, else loads the accumulator from it.",
    STATUS,
    ["0F B0 /r | r/m8, r8 | lock", "0F B1 /r | r/mv, rv | lock"],
    compareExchange,
  ),
  entry(
    "cmpxchg8b",
    "Stores ECX:EBX if the memory equals EDX:EAX, else loads EDX:EAX from it.",
    "ZF",
    ["W0 0F C7 /1 | m64 | lock"],
    compareExchange8,
    { manual: "SDM Vol. 2A, CMPXCHG8B/CMPXCHG16B" },
  ),
  entry(
    "cmpxchg16b",
    "Stores RCX:RBX if the aligned memory equals RDX:RAX, else loads RDX:RAX from it.",
    "ZF",
    ["REX.W 0F C7 /1 | m128 | lock"],
    compareExchange16,
    { manual: "SDM Vol. 2A, CMPXCHG8B/CMPXCHG16B" },
  ),
];
