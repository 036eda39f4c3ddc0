/** The operands of an instruction, as the source means them. */
import type { CodeSize } from "../../machine/isa/insn.js";
import type { Expression } from "./expression.js";
import type { RegisterName } from "./register-names.js";

/** No base or no index register, or no segment override. */
export const NO_REGISTER = -1;
/** The base is the address of the next instruction. */
export const RIP_BASE = -2;

export interface MemoryOperand {
  readonly kind: "memory";
  /** In bits; 0 when the source does not say. */
  readonly size: number;
  /** A general register number, `NO_REGISTER` or `RIP_BASE`. */
  readonly base: number;
  readonly index: number;
  /** 1, 2, 4 or 8. */
  readonly scale: number;
  readonly displacement: Expression | undefined;
  /** Segment override, or -1. */
  readonly segment: number;
  readonly addressSize: CodeSize;
  /** A symbol without brackets: it may as well be a branch's target. */
  readonly bare: boolean;
  readonly column: number;
  readonly length: number;
}

export interface RegisterOperand {
  readonly kind: "register";
  readonly register: RegisterName;
  readonly column: number;
  readonly length: number;
}

export interface ImmediateOperand {
  readonly kind: "immediate";
  readonly value: Expression;
  /** In bits, for `push word ptr 5`; 0 when the source does not say. */
  readonly size: number;
  readonly column: number;
  readonly length: number;
}

export type SourceOperand = MemoryOperand | RegisterOperand | ImmediateOperand;
