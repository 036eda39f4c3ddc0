/**
 * An operand's expression taken apart: base, index and scale, displacement, segment, size. Registers may stand
 * anywhere in a sum, inside and outside of brackets.
 */
import type { CodeSize } from "../../machine/isa/insn.js";
import { Kind } from "../../machine/isa/operand.js";
import { RSP } from "../../machine/isa/registers.js";
import type { Expression } from "./expression.js";
import { type MemoryOperand, NO_REGISTER, RIP_BASE } from "./operand.js";
import { SourceError } from "./problem.js";
import type { RegisterName } from "./register-names.js";

type RegisterPart = Extract<Expression, { kind: "register" }>;

const ZERO: Expression = { kind: "number", value: 0n };

export class AddressParts {
  isBracketed = false;
  isOffset = false;
  size = 0;
  segment = NO_REGISTER;
  private base = NO_REGISTER;
  private index = NO_REGISTER;
  private scale = 1;
  private displacement: Expression | undefined;
  private addressSize: CodeSize | undefined;

  constructor(
    private readonly known: (expression: Expression) => bigint | undefined,
    private readonly codeSize: CodeSize,
  ) {}

  get hasRegister(): boolean {
    return this.base !== NO_REGISTER || this.index !== NO_REGISTER;
  }

  /** Everything that is no register. */
  get sum(): Expression {
    return this.displacement ?? ZERO;
  }

  /** Adds a term of the operand. */
  add(term: Expression): void {
    switch (term.kind) {
      case "bracket":
        this.isBracketed = true;
        this.add(term.of);
        break;
      case "sized":
        this.size = term.size;
        this.add(term.of);
        break;
      case "segment":
        this.segment = term.segment;
        this.add(term.of);
        break;
      case "offset":
        this.isOffset = true;
        this.add(term.of);
        break;
      case "register":
        this.addRegister(term, 0);
        break;
      default:
        if (isPlain(term)) this.addNumber(term);
        else this.addMixed(term);
    }
  }

  private addNumber(term: Expression): void {
    const left = this.displacement;
    this.displacement = left ? { kind: "binary", operator: "+", left, right: term, column: 1 } : term;
  }

  private subtractNumber(right: Expression): void {
    this.displacement = { kind: "binary", operator: "-", left: this.sum, right, column: 1 };
  }

  /** A term with registers or brackets inside. */
  private addMixed(term: Expression): void {
    if (term.kind === "binary" && term.operator === "+") {
      this.add(term.left);
      this.add(term.right);
    } else if (term.kind === "binary" && term.operator === "-" && isPlain(withoutBracket(term.right))) {
      this.add(term.left);
      this.isBracketed ||= term.right.kind === "bracket";
      this.subtractNumber(withoutBracket(term.right));
    } else if (term.kind === "unary" && term.operator === "+") this.add(term.of);
    else if (!this.addScaled(term)) {
      throw refusal(
        registerIn(term),
        "a register can only be added, or multiplied by 1, 2, 4 or 8",
        "compute the rest with instructions first",
      );
    }
  }

  /** `rcx*4`, `4*rcx`, `rcx*2*2`. */
  private addScaled(term: Expression): boolean {
    let scale = 1n;
    let rest = term;
    while (rest.kind === "binary" && rest.operator === "*") {
      const [factor, other] = isPlain(rest.right) ? [rest.right, rest.left] : [rest.left, rest.right];
      const value = isPlain(factor) ? this.known(factor) : undefined;
      if (value === undefined) return false;
      scale *= value;
      rest = other;
    }
    if (rest.kind !== "register" || rest === term) return false;
    if (![1n, 2n, 4n, 8n].includes(scale))
      throw refusal(rest, `a scale of ${scale}`, "the scale is 1, 2, 4 or 8");
    this.addRegister(rest, Number(scale));
    return true;
  }

  private addRegister(part: RegisterPart, scale: number): void {
    const { register } = part;
    const isRip = typeof register === "string";
    if ((isRip && (this.hasRegister || scale > 1)) || this.base === RIP_BASE)
      throw refusal(part, "RIP stands alone in an address", "use lea first");
    if (isRip) {
      this.base = RIP_BASE;
      this.addressSize = register === "rip" ? 64 : 32;
      return;
    }
    this.addressSize = this.sizeOf(part, register);
    this.place(register.number, scale, part);
  }

  /** Addresses have the code's own size or the next smaller one; 16-bit code may have larger ones. */
  private sizeOf(part: RegisterPart, { kind, size }: RegisterName): CodeSize {
    const sizes: readonly number[] = this.codeSize === 64 ? [64, 32] : [32, 16];
    if (kind !== Kind.General || !sizes.includes(size))
      throw refusal(
        part,
        `an address is made of ${this.codeSize}-bit registers`,
        this.codeSize === 64
          ? "use rax, rbx, …, or eax, ebx, … for 32-bit addresses"
          : "use eax, ebx, …, or bx, bp, si and di for 16-bit addresses",
      );
    const { addressSize } = this;
    if (addressSize !== undefined && addressSize !== size)
      throw refusal(
        part,
        `registers of ${addressSize} and of ${size} bits in one address`,
        "use registers of the same size",
      );
    return size as CodeSize;
  }

  private place(number: number, scale: number, part: RegisterPart): void {
    if (scale === 0 && this.base === NO_REGISTER) this.base = number;
    else if (this.index === NO_REGISTER) {
      this.index = number;
      this.scale = scale || 1;
    } else
      throw refusal(
        part,
        "an address has at most one base and one index register",
        "use lea for the sum first",
      );
    // RSP cannot be an index; of two unscaled registers it becomes the base.
    if (this.index === RSP) {
      if (scale !== 0 || this.base === RSP)
        throw refusal(part, "RSP cannot be an index", "use it as the base");
      [this.base, this.index] = [this.index, this.base];
    }
  }

  memory(column: number, length: number): MemoryOperand {
    const { size, base, index, scale, displacement, segment, addressSize = this.codeSize } = this;
    const bare = !this.isBracketed && !this.hasRegister && segment === NO_REGISTER;
    const address = { base, index, scale, displacement, segment, addressSize };
    return { kind: "memory", size, ...address, bare, column, length };
  }
}

function refusal(part: RegisterPart | undefined, reason: string, nextStep: string): SourceError {
  return new SourceError(part?.column ?? 1, part?.length ?? 1, reason, nextStep);
}

function withoutBracket(expression: Expression): Expression {
  return expression.kind === "bracket" ? expression.of : expression;
}

/** Made of numbers and symbols only. */
function isPlain(expression: Expression): boolean {
  switch (expression.kind) {
    case "number":
    case "symbol":
    case "here":
      return true;
    case "unary":
      return isPlain(expression.of);
    case "binary":
      return isPlain(expression.left) && isPlain(expression.right);
    default:
      return false;
  }
}

/** The first register in an expression. */
function registerIn(expression: Expression): RegisterPart | undefined {
  if (expression.kind === "register") return expression;
  if (expression.kind === "binary") return registerIn(expression.left) ?? registerIn(expression.right);
  return "of" in expression ? registerIn(expression.of) : undefined;
}
