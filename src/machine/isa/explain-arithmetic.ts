/** The arithmetic half of the explaining backend: every value and every condition is the text of an expression. */
import { ExplainVectors } from "./explain-vectors.js";
import { asNumber, decimal, folded, negated, numberText, operand as part } from "./explain-words.js";
import type { Size } from "./registers.js";

export abstract class ExplainArithmetic extends ExplainVectors {
  /** Gives the expression a name, one for equal expressions. */
  protected abstract named(expression: string): string;

  private binary(a: string, sign: string, b: string, size = 64, remark = ""): string {
    return folded(a, sign, b, size) ?? this.named(`${part(a)} ${sign} ${part(b)}${remark}`);
  }

  add(size: Size, a: string, b: string): string {
    return this.binary(a, "+", b, size);
  }

  sub(size: Size, a: string, b: string): string {
    return this.binary(a, "-", b, size);
  }

  mul(_size: Size, a: string, b: string): string {
    return this.named(`low half of ${part(a)} * ${part(b)}`);
  }

  mulHigh(_size: Size, a: string, b: string): string {
    return this.named(`high half of unsigned ${part(a)} * ${part(b)}`);
  }

  mulHighSigned(_size: Size, a: string, b: string): string {
    return this.named(`high half of signed ${part(a)} * ${part(b)}`);
  }

  divide(
    size: Size,
    hi: string,
    lo: string,
    d: string,
  ): { quotient: string; remainder: string; overflow: string } {
    return this.division("unsigned", size, hi, lo, d);
  }

  divideSigned(
    size: Size,
    hi: string,
    lo: string,
    d: string,
  ): { quotient: string; remainder: string; overflow: string } {
    return this.division("signed", size, hi, lo, d);
  }

  private division(kind: string, size: Size, hi: string, lo: string, d: string) {
    const quotient = this.named(`${kind} ${hi}:${lo} / ${part(d)}`);
    const remainder = this.named(`remainder of ${kind} ${hi}:${lo} / ${part(d)}`);
    return { quotient, remainder, overflow: `${quotient} needs more than ${size} bits` };
  }

  and(a: string, b: string): string {
    return this.binary(a, "&", b);
  }

  or(a: string, b: string): string {
    return this.binary(a, "|", b);
  }

  xor(a: string, b: string): string {
    return this.binary(a, "^", b);
  }

  complement(_size: Size, a: string): string {
    return this.named(`~${part(a)}`);
  }

  negate(_size: Size, a: string): string {
    return this.named(`0 - ${part(a)}`);
  }

  shiftLeft(size: Size, a: string, n: string): string {
    return this.binary(a, "<<", decimal(n), size, size < 64 ? ` in ${size} bits` : "");
  }

  shiftRight(size: Size, a: string, n: string): string {
    return this.binary(a, ">>>", decimal(n), size);
  }

  shiftRightSigned(_size: Size, a: string, n: string): string {
    return this.named(`${part(a)} >> ${decimal(n)}`);
  }

  rotateLeft(_size: Size, a: string, n: string): string {
    return this.named(`${part(a)} rotated left by ${decimal(n)}`);
  }

  rotateRight(_size: Size, a: string, n: string): string {
    return this.named(`${part(a)} rotated right by ${decimal(n)}`);
  }

  modulo(n: string, divisor: bigint): string {
    return this.binary(n, "mod", numberText(divisor, 64));
  }

  signExtend(_from: Size, to: Size, v: string): string {
    return this.named(`${part(v)} sign-extended to ${to} bits`);
  }

  truncate(size: Size, v: string): string {
    return size === 64 || asNumber(v) !== undefined || !/[ (]/.test(v)
      ? v
      : this.named(`low ${size} bits of ${part(v)}`);
  }

  swapBytes(_size: Size, v: string): string {
    return this.named(`bytes of ${part(v)} reversed`);
  }

  lowestBit(_size: Size, v: string): string {
    return this.named(`number of the lowest set bit of ${v}`);
  }

  highestBit(_size: Size, v: string): string {
    return this.named(`number of the highest set bit of ${v}`);
  }

  countBits(v: string): string {
    return this.named(`number of set bits of ${v}`);
  }

  isZero(v: string): string {
    const n = asNumber(v);
    return n === undefined ? `${part(v)} == 0` : String(n === 0n);
  }

  equal(a: string, b: string): string {
    return `${part(a)} == ${part(b)}`;
  }

  below(a: string, b: string): string {
    return `${part(a)} < ${part(b)}`;
  }

  bit(v: string, n: string): string {
    return `bit ${decimal(n)} of ${v}`;
  }

  sign(size: Size, v: string): string {
    return `bit ${size - 1} of ${v}`;
  }

  not(b: string): string {
    return negated(b);
  }

  both(a: string, b: string): string {
    return a === "true" ? b : b === "true" ? a : `${a} and ${b}`;
  }

  either(a: string, b: string): string {
    return `${a} or ${b}`;
  }

  differ(a: string, b: string): string {
    return `${part(a)} != ${part(b)}`;
  }

  truth(b: boolean): string {
    return String(b);
  }

  number(b: string): string {
    return b === "true" ? "1" : b === "false" ? "0" : /^\w+$/.test(b) ? b : `${part(b)} ? 1 : 0`;
  }

  select(c: string, yes: string, no: string): string {
    return c === "true" ? yes : c === "false" ? no : `${part(c)} ? ${part(yes)} : ${part(no)}`;
  }

  choose(c: string, yes: string, no: string): string {
    return this.select(c, yes, no);
  }
}
