/**
 * One encoding, or several, of every form, made from the form's own description without an assembler. Registers are
 * fixed so that tests can look for them: RDX in ModRM.reg, RBX in ModRM.rm, RCX in the opcode, RSI under memory.
 */
import type { Form } from "../../../src/machine/isa/instruction.js";
import { FORMS } from "../../../src/machine/isa/instruction-set.js";
import { Kind, type OperandSpec } from "../../../src/machine/isa/operand.js";

const REG = 2;
const RM = 3;
const BASE = 6;
const OPCODE_REGISTER = 1;
const DISPLACEMENT = 0x10;

export interface Encoding {
  form: Form;
  bytes: Uint8Array;
}

/** Every form with a register and with memory in ModRM.rm, as far as it allows them, and in every operand size. */
export function allEncodings(): Encoding[] {
  return FORMS.flatMap((form) =>
    variants(form).flatMap((size) =>
      modrmBytes(form).map((modrm) => ({ form, bytes: Uint8Array.from(encode(form, size, modrm)) })),
    ),
  );
}

type SizeVariant = "plain" | "66" | "REX.W";

function variants(form: Form): SizeVariant[] {
  if (form.rexW !== undefined) return form.rexW === 1 ? ["REX.W"] : ["plain"];
  const takes66 = form.prefix === "" || form.prefix === "F2" || form.prefix === "F3";
  if (form.sizing === "v" || form.sizing === "q")
    return takes66 ? ["plain", "66", "REX.W"] : ["plain", "REX.W"];
  return form.sizing === "y" ? ["plain", "REX.W"] : ["plain"];
}

function modrmBytes(form: Form): number[][] {
  if (!form.hasModrm) return [[]];
  if (form.modrm !== undefined) return [[form.modrm | (form.modrmPlusIndex ? RM : 0)]];
  const reg = (form.digit ?? REG) << 3;
  const all: number[][] = [];
  if (form.rm !== "memory") all.push([0xc0 | reg | RM]);
  if (form.rm !== "register") all.push([0x40 | reg | BASE, DISPLACEMENT]);
  return all;
}

function encode(form: Form, size: SizeVariant, modrm: readonly number[]): number[] {
  const bytes: number[] = [];
  if (size === "66" || form.prefix === "66") bytes.push(0x66);
  if (form.prefix === "F2" || form.prefix === "F3") bytes.push(form.prefix === "F2" ? 0xf2 : 0xf3);
  if (size === "REX.W") bytes.push(0x48);
  if (form.map > 0) bytes.push(0x0f);
  if (form.map > 1) bytes.push(form.map === 2 ? 0x38 : 0x3a);
  bytes.push(form.opcode + (form.registerInOpcode ? OPCODE_REGISTER : 0), ...modrm);
  for (const operand of form.operands)
    bytes.push(...new Array<number>(trailingBytes(operand, size)).fill(0x12));
  return bytes;
}

function trailingBytes({ place, width, kind }: OperandSpec, size: SizeVariant): number {
  if (place === "offset") return 8;
  if (place !== "immediate" && place !== "relative" && kind !== Kind.Relative) return 0;
  if (typeof width === "number") return width >> 3;
  if (size === "66") return 2;
  return size === "REX.W" && width === "v" ? 8 : 4;
}
