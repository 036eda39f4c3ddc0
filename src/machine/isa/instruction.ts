/**
 * One definition of an instruction, from which decoder, disassembler, assembler, evaluator, explanation,
 * reference page and tests are made. Families of definitions are in `families/`.
 */
import type { Insn } from "./insn.js";
import type { OperandSpec } from "./operand.js";
import type { Ops } from "./ops.js";

/**
 * What an instruction does, written once against `Ops`. It never branches in TypeScript on a value of
 * the machine, only on decoded fields; it reads, may fault, stores to memory, and only then writes
 * registers and flags, so that a fault leaves nothing half done.
 */
export type Semantics = <V, B, X>(o: Ops<V, B, X>, i: Insn) => void;

/** One instruction as its family file writes it. */
export interface Instruction {
  /** The mnemonic in lower case as GNU as writes it in Intel syntax. Conditional families have one entry a condition. */
  readonly mnemonic: string;
  /** Other mnemonics that assemble to the same. */
  readonly aliases?: readonly string[];
  /** One sentence: what it does. */
  readonly says: string;
  /** Where the manual describes it, for example "SDM Vol. 2A, ADD". */
  readonly manual: string;
  /** Flags in the manual's words, for example "OF SF ZF AF PF CF"; "" when none change. */
  readonly flags: string;
  /** The encodings, in the notation of `form-grammar.ts`. */
  readonly forms: readonly string[];
  readonly semantics: Semantics;
  /**
   * A small program in which it is executed, when one made from its first form would not do (`book/instruction-examples.ts`).
   * `first` and `second` are 16 bytes of data each, unless the lines define them.
   */
  readonly example?: string;
}

/** A mandatory prefix: none of 66/F2/F3 may stand (`NP`), one of them must, or any may (`""`). */
export type MandatoryPrefix = "" | "NP" | "66" | "F2" | "F3";

/** One encoding, parsed. */
export interface Form {
  readonly instruction: Instruction;
  /** The line in the definition that it came from. */
  readonly text: string;
  /** 0: one-byte opcodes; 1: 0F; 2: 0F 38; 3: 0F 3A. */
  readonly map: 0 | 1 | 2 | 3;
  readonly opcode: number;
  readonly prefix: MandatoryPrefix;
  /** REX.W must be 1, must be 0, or either. */
  readonly rexW: 0 | 1 | undefined;
  /** The opcode's low three bits name a register. */
  readonly registerInOpcode: boolean;
  readonly hasModrm: boolean;
  /** ModRM.reg must be this (`/digit`). */
  readonly digit: number | undefined;
  /** The whole ModRM byte is fixed (`0F 01 F8`); with `modrmPlusIndex` its low three bits are ST(i). */
  readonly modrm: number | undefined;
  readonly modrmPlusIndex: boolean;
  readonly rm: "register" | "memory" | "both";
  readonly operands: readonly OperandSpec[];
  /** How the operand size is chosen: see `Width`; a number when it is fixed (0 when meaningless). */
  readonly sizing: number | "v" | "y" | "q";
  /** LOCK is allowed when the destination is memory. */
  readonly lockable: boolean;
  /** F2/F3 mean REP for this form (string instructions). */
  readonly repeatable: boolean;
  /** REX.B must be 0 (`90` is NOP, `41 90` is XCHG). */
  readonly rexB0: boolean;
  /** REX.W changes nothing that a program could see, so that an assembler leaves it out. */
  readonly rexWFree: boolean;
  /** Neither REX.W nor 66 changes anything. */
  readonly sizeFree: boolean;
  /** A near branch: in 64-bit mode 64 bits whatever the prefixes say, elsewhere the operand size. */
  readonly isNear: boolean;
  /** `NP` and `66` tell operands of 16 bits from wider ones, instead of choosing another instruction. */
  readonly prefixIsSize: boolean;
  /** Where it can be decoded: in all modes, in 64-bit mode alone, or everywhere else. */
  readonly modes: "all" | "64-bit" | "legacy";
}
