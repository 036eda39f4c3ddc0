/** The operand sizes in which an instruction of the source may be meant. */
import type { CodeSize } from "../../machine/isa/insn.js";
import type { Form } from "../../machine/isa/instruction.js";
import { Kind } from "../../machine/isa/operand.js";
import type { Wanted } from "./form-names.js";
import type { SourceOperand } from "./operand.js";

/** The form has an absolute address of full width. */
export const hasOffset = (form: Form): boolean => form.operands.some((spec) => spec.place === "offset");

/** The operand sizes to try. Where no operand tells the size, it is the usual one. */
export function sizesOf(
  form: Form,
  { suffix, mnemonic, codeSize }: Wanted,
  operands: readonly SourceOperand[],
): readonly number[] {
  let all = allSizes(form, codeSize);
  if (mnemonic === "movabs" && !hasOffset(form)) all = all.filter((size) => size === 64);
  if (suffix !== 0) return all.filter((size) => size === suffix || (size === 0 && suffix === 64));
  // On the stack, and where a branch's target lies, memory of unsaid size is of the usual one.
  const isUnsaid = operands.some((one) => one.kind === "memory" && one.size === 0);
  if (isUnsaid && (form.sizing === "q" || form.isNear)) return all.slice(0, 1);
  const saysTarget =
    form.isNear && operands.some((one) => one.kind === "register" || (one.kind === "memory" && one.size > 0));
  const isTold =
    saysTarget ||
    form.operands.some((spec, n) =>
      spec.kind === Kind.Immediate ? saidSize(operands[n]!) !== 0 : typeof spec.width !== "number",
    );
  return isTold ? all : all.slice(0, 1);
}

const saidSize = (operand: SourceOperand): number => (operand.kind === "immediate" ? operand.size : 0);

const SIZES_64: Readonly<Record<string, readonly number[]>> = { q: [64, 16], y: [32, 64], v: [32, 64, 16] };

/** The operand sizes in which a form can be encoded, the usual one first. */
function allSizes({ sizing, rexW, isNear }: Form, codeSize: CodeSize): readonly number[] {
  if (codeSize !== 64) {
    if (sizing === "v" || sizing === "q" || isNear) return codeSize === 16 ? [16, 32] : [32, 16];
    return [sizing === "y" || sizing === 64 ? 32 : sizing];
  }
  if (typeof sizing === "number") return [sizing];
  const sizes = SIZES_64[sizing]!;
  return rexW === undefined ? sizes : sizes.filter((size) => (size === 64) === (rexW === 1));
}
