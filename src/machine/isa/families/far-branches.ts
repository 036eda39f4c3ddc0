/**
 * Branches into other code segments: the target is a far pointer, an offset and behind it a selector, in the instruction
 * (not in 64-bit mode) or in memory.
 * Source: Intel SDM Vol. 2A CALL and JMP.
 */
import type { Cpu } from "../../cpu/cpu.js";
import { farCall, farJump } from "../../cpu/far-transfer.js";
import type { Insn } from "../insn.js";
import type { Instruction } from "../instruction.js";
import { Kind } from "../operand.js";
import type { Size } from "../registers.js";
import { entry, withExamples } from "./entry.js";

interface FarPointer {
  readonly selector: number;
  readonly offset: bigint;
}

function farPointer(cpu: Cpu, i: Insn): FarPointer {
  if (i.operands[0]!.kind === Kind.Immediate)
    return {
      selector: Number(i.immediate >> BigInt(i.size)) & 0xffff,
      offset: BigInt.asUintN(i.size, i.immediate),
    };
  const { evaluator } = cpu;
  const at = evaluator.address(i);
  const offset = evaluator.load(i.size as Size, at, i.segment);
  const behind = BigInt.asUintN(i.addressSize, at + BigInt(i.size >> 3));
  return { selector: Number(evaluator.load(16, behind, i.segment)), offset };
}

/** In memory the pointer has 4, 6 or 10 bytes, by the operand size. */
const inMemory = (digit: number): string[] => [
  `66 W0 FF /${digit} | m32 | size=16`,
  `W0 FF /${digit} | m48 | size=32 by66`,
  `REX.W FF /${digit} | m80 | size=64`,
];

const EXAMPLES: Readonly<Record<string, string>> = {
  jmp: `
    lea rax, [rip + there]
    mov [rip + first], eax
    mov word ptr [rip + first + 4], cs
    jmp fword ptr [rip + first]
    there:
    nop
  `,
  call: `
    lea rax, [rip + there]
    mov [rip + first], eax
    mov word ptr [rip + first + 4], cs
    call fword ptr [rip + first]
    there:
    nop
  `,
};

export const FAR_BRANCHES: readonly Instruction[] = withExamples(EXAMPLES, [
  entry(
    "jmp",
    "Continues at an offset in another code segment.",
    "",
    [...inMemory(5), "EA | immz, imm16 | size=v legacy"],
    (o) =>
      o.assist((cpu, i) => {
        const { selector, offset } = farPointer(cpu, i);
        farJump(cpu, selector, offset);
      }),
  ),
  entry(
    "call",
    "Pushes CS and the address of the next instruction, and continues at an offset in another code segment.",
    "",
    [...inMemory(3), "9A | immz, imm16 | size=v legacy"],
    (o) =>
      o.assist((cpu, i) => {
        const { selector, offset } = farPointer(cpu, i);
        farCall(cpu, i, selector, offset);
      }),
  ),
]);
