/** Whether an operand of the source fits an operand of a form. */
import type { Form } from "../../machine/isa/instruction.js";
import { Kind, type OperandSpec } from "../../machine/isa/operand.js";
import type { Constant } from "./encoding.js";
import { NO_REGISTER, type SourceOperand } from "./operand.js";

/**
 * Bits of an operand when the operand size is `size`. A general register of 64 bits is what there is outside of 64-bit
 * mode, where the size of such a form is smaller.
 */
export function widthOf({ width, kind }: OperandSpec, size: number): number {
  if (typeof width !== "number") return size;
  return width === 64 && kind === Kind.General && (size === 16 || size === 32) ? size : width;
}

/** Whether `operand` may stand for `spec` at operand size `size`. */
export function fits(
  spec: OperandSpec,
  form: Form,
  size: number,
  operand: SourceOperand,
  constant: Constant,
): boolean {
  switch (spec.place) {
    case "fixed":
      return fitsFixed(spec, widthOf(spec, size), operand, constant);
    case "reg":
    case "opcode":
      return isRegister(operand, spec.kind, widthOf(spec, size));
    case "rm":
      return fitsRm(spec, size, operand);
    case "offset":
      return (
        operand.kind === "memory" &&
        operand.base === NO_REGISTER &&
        operand.index === NO_REGISTER &&
        fitsMemory(operand.size, widthOf(spec, size))
      );
    case "relative":
      return (
        operand.kind === "immediate" || (operand.kind === "memory" && operand.bare && operand.size === 0)
      );
    default:
      return (
        operand.kind === "immediate" &&
        (operand.size === 0 || operand.size === size) &&
        fitsImmediate(spec, typeof form.sizing === "number" ? 0 : size, constant(operand.value))
      );
  }
}

function fitsFixed(spec: OperandSpec, width: number, operand: SourceOperand, constant: Constant): boolean {
  if (spec.kind === Kind.Immediate)
    return operand.kind === "immediate" && constant(operand.value) === BigInt(spec.fixed);
  return isRegister(operand, spec.kind, width) && operand.register.number === spec.fixed;
}

function fitsRm(spec: OperandSpec, size: number, operand: SourceOperand): boolean {
  const width = widthOf(spec, size);
  if (operand.kind === "memory") return spec.rm !== "register" && fitsMemory(operand.size, width);
  if (spec.rm === "memory" || spec.kind === Kind.Memory) return false;
  return isRegister(operand, spec.kind, spec.text.startsWith("r32/") ? 32 : width);
}

function isRegister(
  operand: SourceOperand,
  kind: Kind,
  width: number,
): operand is Extract<SourceOperand, { kind: "register" }> {
  if (operand.kind !== "register" || operand.register.kind !== kind) return false;
  return kind !== Kind.General || operand.register.size === width;
}

/** Memory of unsaid size fits. */
function fitsMemory(said: number, width: number): boolean {
  return said === 0 || width === 0 || said === width;
}

/** Bits that the encoding has for an immediate. */
export function immediateBits(spec: OperandSpec, size: number): number {
  if (spec.width === "z") return size === 16 ? 16 : 32;
  return widthOf(spec, size);
}

/** Whether the processor extends the field by copies of its sign to the operand size. */
export function isSignExtended(spec: OperandSpec, size: number): boolean {
  return spec.signed || (spec.width === "z" && size === 64);
}

/** Whether the field's extension to the operand size gives the value back. One that is not known takes full width. */
function fitsImmediate(spec: OperandSpec, size: number, value: bigint | undefined): boolean {
  if (value === undefined) return !spec.signed;
  const bits = immediateBits(spec, size);
  const isExtended = isSignExtended(spec, size);
  const highest = isExtended ? (1n << BigInt(bits - 1)) - 1n : (1n << BigInt(bits)) - 1n;
  const lowest = -(1n << BigInt(bits - 1));
  // A negative number may be written as the unsigned one with the same bits.
  const readings = [value];
  for (const wide of [64, size || 64]) {
    if (value >> BigInt(wide - 1) === 1n) readings.push(value - (1n << BigInt(wide)));
  }
  return readings.some((reading) => reading >= lowest && reading <= highest);
}
