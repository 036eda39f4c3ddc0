/** Numbers and expressions as the explaining backend writes them. */

/** A number for a reader: small ones decimal, others hexadecimal, small negative ones of its width with a minus. */
export function numberText(n: bigint, size: number): string {
  const signed = BigInt.asIntN(size, n);
  if (signed < 0n && signed >= -4096n) return `-${numberText(-signed, 64)}`;
  return n < 10n ? n.toString() : `0x${n.toString(16)}`;
}

/** The value of a text that `numberText` wrote, or undefined. */
export function asNumber(text: string): bigint | undefined {
  if (!/^-?(\d+|0x[0-9a-f]+)$/.test(text)) return undefined;
  return text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
}

/** Counts and numbers of bits are decimal. */
export function decimal(text: string): string {
  return asNumber(text)?.toString() ?? text;
}

/** An expression as part of a larger one: in parentheses unless it is one word. */
export function operand(text: string): string {
  return /^[\w.:~-]*(\[[^\]]*\]|\([^()]*\))?$/.test(text) ? text : `(${text})`;
}

/** The opposite of a condition. */
export function negated(condition: string): string {
  if (condition === "true" || condition === "false") return String(condition === "false");
  if (condition.startsWith("not ") && !/ (and|or) /.test(condition)) return condition.slice(4);
  const equality = /^([^ ]+|\(.*\)) (==|!=) ([^ ]+)$/.exec(condition);
  if (equality) return `${equality[1]} ${equality[2] === "==" ? "!=" : "=="} ${equality[3]}`;
  return `not ${operand(condition)}`;
}

/** The result of an operation on two numbers, or on something and a number that leaves it as it is. */
export function folded(a: string, sign: string, b: string, size: number): string | undefined {
  const [x, y] = [asNumber(a), asNumber(b)];
  if (y === 0n && ["+", "-", "|", "^", "<<", ">>>"].includes(sign)) return a;
  if (x === 0n && ["+", "|", "^"].includes(sign)) return b;
  if (x === undefined || y === undefined) return undefined;
  const value = compute(x, sign, y);
  return value === undefined ? undefined : numberText(BigInt.asUintN(size, value), size);
}

function compute(x: bigint, sign: string, y: bigint): bigint | undefined {
  switch (sign) {
    case "+":
      return x + y;
    case "-":
      return x - y;
    case "&":
      return x & y;
    case "|":
      return x | y;
    case "^":
      return x ^ y;
    case "<<":
      return x << y;
    case "mod":
      return x % y;
    default:
      return x >= 0n ? x >> y : undefined;
  }
}
