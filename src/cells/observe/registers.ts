/** Registers and flags of a processor as views want them, and which changed since an earlier look. */
import type { Cpu } from "../../machine/cpu/cpu.js";
import { GENERAL_NAMES } from "../../machine/isa/registers.js";
import type { FlagsState, RegisterState } from "../../views/machine-state.js";

/** What is compared between two looks. */
export interface RegisterValues {
  readonly general: readonly bigint[];
  readonly rip: bigint;
  readonly flags: number;
}

/** A copy of the values now. */
export function registerValues(cpu: Cpu): RegisterValues {
  return { general: [...cpu.state.general], rip: cpu.rip, flags: cpu.flags };
}

const register = (name: string, value: bigint, was: bigint | undefined): RegisterState =>
  was === undefined || was === value ? { name, value } : { name, value, was };

/** The sixteen general registers. */
export function registersState(now: RegisterValues, before: RegisterValues | undefined): RegisterState[] {
  return now.general.map((value, n) => register(GENERAL_NAMES[64][n]!, value, before?.general[n]));
}

export function ripState(now: RegisterValues, before: RegisterValues | undefined): RegisterState {
  return register("rip", now.rip, before?.rip);
}

export function flagsState(now: RegisterValues, before: RegisterValues | undefined): FlagsState {
  return { value: now.flags, changed: before === undefined ? 0 : now.flags ^ before.flags };
}

/** Sets a register by name; false when there is none of that name. */
export function setRegister(cpu: Cpu, name: string, value: bigint): boolean {
  if (name === "rip") {
    cpu.rip = BigInt.asUintN(64, value);
    return true;
  }
  const number = GENERAL_NAMES[64].indexOf(name);
  if (number < 0 || number > 15) return false;
  cpu.state.general[number] = BigInt.asUintN(64, value);
  return true;
}
