/** Input and output by ports. Source: Intel SDM Vol. 2, IN, OUT, INS, OUTS; Vol. 1 chapter 19. */
import type { Cpu } from "../../cpu/cpu.js";
import { requirePorts } from "../../cpu/privilege.js";
import type { Insn } from "../insn.js";
import type { Instruction } from "../instruction.js";
import { Kind } from "../operand.js";
import { DS, ES, FLAG, RAX, RCX, RDI, RDX, RSI, type Size } from "../registers.js";
import { entry, withExamples } from "./entry.js";

/** The port that an operand names: an immediate, or DX. */
function portOf(cpu: Cpu, i: Insn, operand: number): number {
  return i.operands[operand]!.kind === Kind.Immediate
    ? Number(i.immediate)
    : Number(cpu.evaluator.get(RDX, 16));
}

/** Raises what keeps the ring from the port; the debug registers hear of the others. */
function reach(cpu: Cpu, port: number, bytes: number): void {
  requirePorts(cpu, port, bytes);
  cpu.debug.port(port, bytes);
}

const bytesOf = (size: number): 1 | 2 | 4 => (size >> 3) as 1 | 2 | 4;

function input(cpu: Cpu, i: Insn): void {
  const size = i.operands[0]!.size as Size;
  const port = portOf(cpu, i, 1);
  reach(cpu, port, size >> 3);
  cpu.evaluator.set(RAX, size, BigInt(cpu.ports.read(port, bytesOf(size))));
}

function output(cpu: Cpu, i: Insn): void {
  const size = i.operands[1]!.size as Size;
  const port = portOf(cpu, i, 0);
  reach(cpu, port, size >> 3);
  cpu.ports.write(port, bytesOf(size), Number(cpu.evaluator.get(RAX, size)));
}

/** One element of INS or OUTS; with REP the instruction stays current until RCX is 0. */
function stringTransfer(cpu: Cpu, i: Insn, isInput: boolean): void {
  const { evaluator } = cpu;
  const width = i.addressSize;
  const repeats = i.repeat !== 0;
  const count = evaluator.get(RCX, width);
  if (repeats && count === 0n) return;
  const size = i.size as Size;
  const port = Number(evaluator.get(RDX, 16));
  reach(cpu, port, size >> 3);
  const pointer = isInput ? RDI : RSI;
  const address = evaluator.get(pointer, width);
  if (isInput) {
    evaluator.probeWrite(size, address, ES);
    evaluator.store(size, address, BigInt(cpu.ports.read(port, bytesOf(size))), ES);
  } else {
    const segment = i.segmentOverride >= 4 ? i.segmentOverride : DS;
    cpu.ports.write(port, bytesOf(size), Number(evaluator.load(size, address, segment)));
  }
  const step = BigInt(size >> 3);
  evaluator.set(
    pointer,
    width,
    BigInt.asUintN(width, evaluator.flag(FLAG.DF) ? address - step : address + step),
  );
  if (!repeats) return;
  evaluator.set(RCX, width, count - 1n);
  if (count !== 1n) evaluator.again(i);
}

const EXAMPLES: Readonly<Record<string, string>> = {
  in: `
    in al, 0x64
  `,
  out: `
    mov al, 'A'
    mov edx, 0x3f8
    out dx, al
  `,
};

export const SYSTEM_PORTS: readonly Instruction[] = withExamples(EXAMPLES, [
  entry(
    "in",
    "Reads a port into the accumulator.",
    "",
    [
      "E4 | al, imm8",
      "66 W0 E5 | ax, imm8",
      "E5 | eax, imm8 | by66",
      "EC | al, dx",
      "66 W0 ED | ax, dx",
      "ED | eax, dx | by66",
    ],
    (o) => o.assist(input),
  ),
  entry(
    "out",
    "Writes the accumulator to a port.",
    "",
    [
      "E6 | imm8, al",
      "66 W0 E7 | imm8, ax",
      "E7 | imm8, eax | by66",
      "EE | dx, al",
      "66 W0 EF | dx, ax",
      "EF | dx, eax | by66",
    ],
    (o) => o.assist(output),
  ),
  ...[
    { letter: "b", size: 8, forms: ["6C", "6E"], by66: "" },
    { letter: "w", size: 16, forms: ["66 W0 6D", "66 W0 6F"], by66: "" },
    { letter: "d", size: 32, forms: ["6D", "6F"], by66: " by66" },
  ].flatMap(({ letter, size, forms, by66 }) => [
    entry(
      `ins${letter}`,
      "Reads a port into memory at RDI, and moves on.",
      "",
      [`${forms[0]} | | rep size=${size}${by66}`],
      (o) => o.assist((cpu, i) => stringTransfer(cpu, i, true)),
      { manual: "SDM Vol. 2A, INS" },
    ),
    entry(
      `outs${letter}`,
      "Writes memory at RSI to a port, and moves on.",
      "",
      [`${forms[1]} | | rep size=${size}${by66}`],
      (o) => o.assist((cpu, i) => stringTransfer(cpu, i, false)),
      { manual: "SDM Vol. 2B, OUTS" },
    ),
  ]),
]);
