/**
 * How the translator treats an instruction, found by translating it once into nothing: what its semantics ask of `Ops`
 * decides, not a list of names.
 */
import type { Insn } from "../isa/insn.js";
import type { Form } from "../isa/instruction.js";
import { CallTranslation } from "./call-translation.js";
import type { Node } from "./node.js";
import { Untranslatable } from "./untranslatable.js";

export interface InstructionKind {
  /**
   * `translated`: as code; `called`: by the evaluator, within the region; `alone`: as code in a block of its own (it
   * may repeat itself); `calledAlone`: by the evaluator, in such a block; `last`: by the evaluator, as the last one
   * of its block.
   */
  readonly how: "translated" | "called" | "alone" | "calledAlone" | "last";
  /** Nothing of the block follows. */
  readonly ends: boolean;
  /** Control comes back behind it, sooner or later. */
  readonly returns: boolean;
  /** It names a target relative to itself. */
  readonly target: boolean;
}

export type KindOf = (insn: Insn) => InstructionKind;

const LAST: InstructionKind = { how: "last", ends: true, returns: true, target: false };
const CALLED: InstructionKind = { how: "called", ends: false, returns: false, target: false };
const CALLED_ALONE: InstructionKind = { how: "calledAlone", ends: true, returns: true, target: false };
const ALONE: InstructionKind = { how: "alone", ends: true, returns: true, target: false };

/** x87 instructions begin with an escape opcode D8..DF; FWAIT is 9B. */
const isX87 = (form: Form): boolean =>
  form.map === 0 && ((form.opcode & 0xf8) === 0xd8 || form.opcode === 0x9b);

/** MOVS and STOS, which the evaluator does many iterations at a time. */
const isBulk = (form: Form): boolean =>
  form.map === 0 && ((form.opcode & 0xfe) === 0xa4 || (form.opcode & 0xfe) === 0xaa);

/** Remembers the answer for each form, with a memory operand and without. */
export class InstructionKinds {
  private readonly withRegisters = new Map<Form, InstructionKind>();
  private readonly withMemory = new Map<Form, InstructionKind>();

  readonly kindOf: KindOf = (insn) => {
    const known = insn.modrm < 0xc0 ? this.withMemory : this.withRegisters;
    let kind = known.get(insn.form);
    if (!kind) {
      kind = survey(insn);
      known.set(insn.form, kind);
    }
    const repeats = insn.repeat !== 0 && insn.form.repeatable && kind.how !== "last";
    if (!repeats) return kind;
    return isBulk(insn.form) ? CALLED_ALONE : ALONE;
  };
}

/** What may do anything to the processor, or fault late: the evaluator does it once, and says where the guest goes on. */
const LAST_FOR: ReadonlySet<string> = new Set(["assist", "getSegment", "setMxcsr", "access after a store"]);

function survey(insn: Insn): InstructionKind {
  const trial = new Trial();
  try {
    insn.semantics(trial, insn);
  } catch (caught) {
    if (!(caught instanceof Untranslatable)) throw caught;
    if (isX87(insn.form)) return CALLED;
    return LAST_FOR.has(caught.what) ? LAST : CALLED;
  }
  return trial.kind;
}

/** Translates one instruction and keeps no more than what kind it is. */
class Trial extends CallTranslation {
  private stored = false;

  constructor() {
    super(2, false);
  }

  get kind(): InstructionKind {
    const { transfer } = this;
    const translated = { how: "translated", ends: transfer !== undefined } as const;
    if (!transfer) return { ...translated, returns: false, target: false };
    if (transfer.kind === "conditional") return { ...translated, ends: false, returns: false, target: true };
    if (transfer.kind === "crossing") return { ...translated, returns: true, target: false };
    // What stores its return address is a call.
    return { ...translated, returns: this.stored, target: transfer.kind === "static" };
  }

  override store(...parameters: Parameters<CallTranslation["store"]>): void {
    this.stored = true;
    super.store(...parameters);
  }

  protected bail(): void {}
  protected repeat(): void {}

  override bailIf(_c: Node): void {}
}
