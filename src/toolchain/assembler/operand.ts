/**
 * Operands in Intel syntax: registers, immediates, memory in all its spellings, branch targets.
 * Source: GNU as manual, "i386-Memory", "i386-Variations".
 */
import { Kind } from "../../machine/isa/operand.js";
import { type Expression, parseExpression, type TokenReader } from "./expression.js";
import { SourceError, suggestion } from "./problem.js";
import { REGISTERS, type RegisterName } from "./register-names.js";

export interface MemoryOperand {
  readonly kind: "memory";
  /** In bits; 0 when the source does not say. */
  readonly size: number;
  /** A general register number, -1 for none, -2 for RIP. */
  readonly base: number;
  readonly index: number;
  /** 1, 2, 4 or 8. */
  readonly scale: number;
  readonly displacement: Expression | undefined;
  /** Segment override, or -1. */
  readonly segment: number;
  readonly addressSize: 32 | 64;
  /** A bare symbol: it may as well be a branch target or, for a constant, an immediate. */
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
  readonly column: number;
  readonly length: number;
}

export type SourceOperand = MemoryOperand | RegisterOperand | ImmediateOperand;

/** Sizes by the words before PTR. */
const POINTER_SIZES: Readonly<Record<string, number>> = {
  ...{ byte: 8, word: 16, dword: 32, qword: 64, tbyte: 80, xmmword: 128, oword: 128, fword: 48, mmword: 64 },
};

export const NO_REGISTER = -1;
export const RIP_BASE = -2;

/** Reads one operand. `isConstant` tells symbols set by .equ, which are immediates when they stand alone. */
export function parseOperand(reader: TokenReader, isConstant: (name: string) => boolean): SourceOperand {
  const first = reader.next;
  const column = first?.column ?? reader.endColumn;
  const end = () => {
    const last = reader.tokens[reader.at - 1];
    return last ? last.column + last.text.length - column : 1;
  };
  const register = parseRegister(reader);
  if (register && !isPunctuation(reader, ":")) return { kind: "register", register, column, length: end() };
  const parts = new MemoryParts();
  if (register) takeSegment(reader, parts, register, column);
  if (takeWord(reader, "offset")) {
    const value = parseExpression(reader);
    return { kind: "immediate", value, column, length: end() };
  }
  const size = parseSize(reader);
  const override = size === undefined ? undefined : parseRegister(reader);
  if (override) takeSegment(reader, parts, override, column);
  const bracketed = parseAddress(reader, parts);
  const explicit = size !== undefined || parts.segment >= 0 || bracketed;
  if (!explicit && parts.displacement) {
    const plain = isPlainConstant(parts.displacement, isConstant);
    if (plain) return { kind: "immediate", value: parts.displacement, column, length: end() };
  }
  return parts.finish(size ?? 0, !explicit, column, end());
}

function isPunctuation(reader: TokenReader, text: string): boolean {
  return reader.next?.kind === "punctuation" && reader.next.text === text;
}

function takeWord(reader: TokenReader, word: string): boolean {
  if (reader.next?.kind !== "word" || reader.next.text.toLowerCase() !== word) return false;
  reader.at++;
  return true;
}

function takeSegment(reader: TokenReader, parts: MemoryParts, register: RegisterName, column: number): void {
  if (register.kind !== Kind.Segment)
    throw new SourceError(column, 2, "only a segment register may stand before a colon", "use fs: or gs:");
  reader.expect(":");
  parts.segment = register.number;
}

/** A register at the reader's place, `st(3)` included. */
function parseRegister(reader: TokenReader): RegisterName | undefined {
  const token = reader.next;
  const found = token?.kind === "word" ? REGISTERS.get(token.text.toLowerCase()) : undefined;
  if (!found) return undefined;
  reader.at++;
  const number = reader.peek(1);
  if (
    found.kind === Kind.X87 &&
    isPunctuation(reader, "(") &&
    number?.kind === "number" &&
    number.value < 8n
  ) {
    reader.at += 2;
    reader.expect(")");
    return { ...found, number: Number(number.value) };
  }
  return found;
}

function parseSize(reader: TokenReader): number | undefined {
  const token = reader.next;
  const size = token?.kind === "word" ? POINTER_SIZES[token.text.toLowerCase()] : undefined;
  const following = reader.peek(1);
  if (size === undefined || !token) return undefined;
  const hasPointer = following?.kind === "word" && following.text.toLowerCase() === "ptr";
  if (!hasPointer)
    throw new SourceError(
      token.column,
      token.text.length,
      `"${token.text}" is not followed by ptr`,
      `write ${token.text} ptr`,
    );
  reader.at += 2;
  return size;
}

/** A symbol alone is memory; a number, a constant, or a difference of labels is an immediate. */
function isPlainConstant(expression: Expression, isConstant: (name: string) => boolean): boolean {
  if (expression.kind === "symbol") return isConstant(expression.name);
  if (expression.kind === "here") return false;
  if (expression.kind === "unary") return isPlainConstant(expression.of, isConstant);
  if (expression.kind !== "binary") return true;
  if (expression.operator === "-" && !isPlainConstant(expression.left, isConstant))
    return !isPlainConstant(expression.right, isConstant);
  return isPlainConstant(expression.left, isConstant) && isPlainConstant(expression.right, isConstant);
}

/** `disp[base + index*scale + disp]`, brackets repeated; true when there was a bracket. */
function parseAddress(reader: TokenReader, parts: MemoryParts): boolean {
  let bracketed = false;
  if (!isPunctuation(reader, "[")) parts.add(parseExpression(reader));
  while (reader.accept("[")) {
    bracketed = true;
    parseInside(reader, parts);
    reader.expect("]");
    if (reader.accept("+")) parts.add(parseExpression(reader));
    else if (isPunctuation(reader, "-")) parts.add(parseExpression(reader));
  }
  return bracketed;
}

function parseInside(reader: TokenReader, parts: MemoryParts): void {
  let negative = false;
  for (;;) {
    const token = reader.next;
    const column = token?.column ?? reader.endColumn;
    const register =
      token?.kind === "word" && token.text.toLowerCase() === "rip" ? takeRip(reader) : parseRegister(reader);
    if (register) {
      if (register !== "rip" && isPunctuation(reader, ":")) {
        takeSegment(reader, parts, register, column);
        continue;
      }
      if (negative)
        throw new SourceError(
          column,
          token?.text.length ?? 1,
          "a register cannot be subtracted",
          "use neg, or lea with +",
        );
      parts.addRegister(register, parseScale(reader), column);
    } else if (token?.kind === "number" && reader.peek(1)?.text === "*" && registerAt(reader, 2)) {
      reader.at += 2;
      parts.addRegister(parseRegister(reader)!, Number(token.value), column);
    } else {
      // Only products and the like: the sum is taken apart here, since registers may stand between.
      const term = parseExpression(reader, 3);
      parts.add(negative ? { kind: "unary", operator: "-", of: term } : term);
    }
    if (reader.accept("+")) negative = false;
    else if (reader.accept("-")) negative = true;
    else return;
  }
}

function takeRip(reader: TokenReader): "rip" {
  reader.at++;
  return "rip";
}

function registerAt(reader: TokenReader, distance: number): boolean {
  const token = reader.peek(distance);
  return token?.kind === "word" && REGISTERS.has(token.text.toLowerCase());
}

function parseScale(reader: TokenReader): number {
  if (!isPunctuation(reader, "*")) return 0;
  reader.at++;
  const token = reader.take();
  if (token.kind !== "number" || ![1n, 2n, 4n, 8n].includes(token.value)) {
    throw new SourceError(
      token.column,
      token.text.length,
      `a scale of ${token.text}`,
      "the scale is 1, 2, 4 or 8",
    );
  }
  return Number(token.value);
}

/** What has been read of an address so far. */
class MemoryParts {
  base: number = NO_REGISTER;
  index: number = NO_REGISTER;
  scale = 1;
  segment: number = NO_REGISTER;
  displacement: Expression | undefined;
  private addressSize: 32 | 64 | undefined;

  add(term: Expression): void {
    this.displacement = this.displacement
      ? { kind: "binary", operator: "+", left: this.displacement, right: term, column: 1 }
      : term;
  }

  addRegister(register: RegisterName | "rip", scale: number, column: number): void {
    if (register === "rip") {
      if (this.base !== NO_REGISTER || this.index !== NO_REGISTER)
        throw new SourceError(column, 3, "RIP stands alone in an address", "use lea first");
      this.base = RIP_BASE;
      return;
    }
    if (register.kind !== Kind.General || (register.size !== 64 && register.size !== 32)) {
      throw new SourceError(
        column,
        3,
        "an address is made of 64-bit registers",
        suggestion("", [], "use rax, rbx, …, or eax, ebx, … for 32-bit addresses"),
      );
    }
    if (this.base === RIP_BASE || (this.addressSize !== undefined && this.addressSize !== register.size)) {
      throw new SourceError(
        column,
        3,
        "registers of different kinds in one address",
        "use registers of the same size",
      );
    }
    this.addressSize = register.size;
    if (scale === 0 && this.base === NO_REGISTER) this.base = register.number;
    else if (this.index === NO_REGISTER) {
      this.index = register.number;
      this.scale = scale || 1;
    } else if (scale === 0 || this.base !== NO_REGISTER) {
      throw new SourceError(
        column,
        3,
        "an address has at most one base and one index register",
        "use lea for the sum first",
      );
    }
    // RSP cannot be an index; with scale 1 the two may change places.
    if (this.index === 4) {
      if (this.scale !== 1 || this.base === 4)
        throw new SourceError(column, 3, "RSP cannot be an index", "use it as the base");
      [this.base, this.index] = [this.index, this.base];
    }
  }

  finish(size: number, bare: boolean, column: number, length: number): MemoryOperand {
    const { base, index, scale, displacement, segment } = this;
    return {
      kind: "memory",
      size,
      base,
      index,
      scale,
      displacement,
      segment,
      addressSize: this.addressSize ?? 64,
      bare,
      column,
      length,
    };
  }
}
