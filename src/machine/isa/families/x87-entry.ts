/** The frames in which the x87 families write an instruction. Source: Intel SDM Vol. 1 §8.6, §8.7 (who waits). */
import type { Cpu } from "../../cpu/cpu.js";
import { requireX87, X87Step } from "../../cpu/x87-step.js";
import type { Insn } from "../insn.js";
import type { Instruction } from "../instruction.js";
import { entry } from "./entry.js";

interface More {
  readonly flags?: string;
  readonly manual?: string;
}

/** An instruction that computes; like most it first waits for the last one's exceptions. */
export function x87(
  mnemonic: string,
  says: string,
  forms: readonly string[],
  run: (step: X87Step) => void,
  more: More = {},
): Instruction {
  return x87Control(mnemonic, says, forms, (cpu, i) => run(new X87Step(cpu, i)), { ...more, waits: true });
}

/** An instruction about the unit itself; most of them do not wait. */
export function x87Control(
  mnemonic: string,
  says: string,
  forms: readonly string[],
  run: (cpu: Cpu, i: Insn) => void,
  { flags = "", manual = mnemonic.toUpperCase(), waits = false }: More & { waits?: boolean } = {},
): Instruction {
  const assist = (cpu: Cpu, i: Insn): void => {
    requireX87(cpu, waits);
    run(cpu, i);
  };
  return entry(mnemonic, says, flags, forms, (o) => o.assist(assist), { manual: `SDM Vol. 2A, ${manual}` });
}
