/** The finished bytes of sections: numbers filled in, gaps filled up. */
import type { Encoding, Fixup } from "./encoding.js";
import type { Layout } from "./layout.js";
import type { Parser } from "./parser.js";
import { SourceError } from "./problem.js";
import { branchEncoding } from "./relaxation.js";
import type { Item, Section } from "./section.js";

/** The bytes of a section that has been laid out. Mistakes go to the parser's list. */
export function bytesOf(section: Section, layout: Layout, parser: Parser): Uint8Array {
  const bytes = new Uint8Array(section.size);
  for (const item of section.items) {
    if (parser.hasManyProblems) break;
    const at = item.offset;
    if (item.kind === "bytes") emit(item, item.encoding, item.isCode);
    else if (item.kind === "branch") emit(item, branchEncoding(item), true);
    else if (item.kind === "align") fillGap(bytes, at, item.size, item.fill);
    else if (item.kind === "origin") bytes.fill(item.fill, at, at + item.size);
    else repeat(bytes, at, item.size, item.unit, item.value);
    if (section.zero) refuseContent(item);
  }
  return bytes;

  function emit(item: Item, encoding: Encoding, isCode: boolean): void {
    bytes.set(encoding.bytes, item.offset);
    const address = section.address + BigInt(item.offset);
    for (const fixup of encoding.fixups) {
      // In data, "." is the place of the number; in code, that of the instruction.
      const here = isCode ? address : address + BigInt(fixup.offset);
      const value = layout.valueOf(fixup.expression, here, item.line);
      if (value === undefined) continue;
      const number = fixup.relative ? value - (address + BigInt(item.size)) : value;
      const problem = rangeProblem(fixup, number);
      if (problem) parser.report(item.line, problem);
      put(bytes, item.offset + fixup.offset, fixup.size, number);
    }
  }

  function refuseContent(item: Item): void {
    if (bytes.subarray(item.offset, item.offset + item.size).every((byte) => byte === 0)) return;
    const reason = `the section ${section.name} has no bytes of its own: all are zero`;
    parser.report(
      item.line,
      new SourceError(1, 1, reason, "put this into .data, or reserve room with .skip"),
    );
  }
}

function rangeProblem(fixup: Fixup, number: bigint): SourceError | undefined {
  const bits = fixup.size * 8;
  const value = fixup.signed ? BigInt.asIntN(64, number) : number;
  const fits = fixup.signed
    ? BigInt.asIntN(bits, value) === value
    : value >= -(1n << BigInt(bits - 1)) && value < 1n << BigInt(bits);
  if (fits) return undefined;
  const [reason, nextStep] = fixup.relative
    ? [`the target is ${value} bytes away, too far for ${bits} bits`, "use jmp or jcc, or move it nearer"]
    : [
        `${value < 0n ? "-" : ""}0x${(value < 0n ? -value : value).toString(16)} does not fit in ${bits} bits`,
        bits < 64 ? "use a wider field, or movabs" : "use a smaller number",
      ];
  return new SourceError(fixup.column, fixup.length, reason, nextStep);
}

function put(bytes: Uint8Array, at: number, size: number, value: bigint): void {
  let rest = BigInt.asUintN(size * 8, value);
  for (let n = 0; n < size; n++, rest >>= 8n) bytes[at + n] = Number(rest & 0xffn);
}

/** No-operations by length, as GNU as pads with them. Source: Intel SDM Vol. 2B, NOP, table 4-12; gas/tc-i386.c. */
const NOPS: readonly (readonly number[])[] = [
  [],
  [0x90],
  [0x66, 0x90],
  [0x0f, 0x1f, 0x00],
  [0x0f, 0x1f, 0x40, 0x00],
  [0x0f, 0x1f, 0x44, 0x00, 0x00],
  [0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00],
  [0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00],
  [0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
  [0x66, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
  [0x66, 0x2e, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
  [0x66, 0x66, 0x2e, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
];

/** A gap from this size on is jumped over. */
const JUMPED = 88;
const SHORT_JUMP = 2;
const LONG_JUMP = 5;

/** Code is padded with no-operations, data with the fill bytes. */
function fillGap(bytes: Uint8Array, at: number, size: number, fill: readonly number[] | undefined): void {
  if (fill !== undefined) {
    for (let n = 0; n < size; n++) bytes[at + n] = fill[n % fill.length]!;
    return;
  }
  const jump = size < JUMPED ? 0 : size - SHORT_JUMP <= 127 ? SHORT_JUMP : LONG_JUMP;
  if (jump > 0) {
    bytes[at] = jump === SHORT_JUMP ? 0xeb : 0xe9;
    put(bytes, at + 1, jump - 1, BigInt(size - jump));
  }
  for (let done = jump; done < size; ) {
    const nop = NOPS[Math.min(size - done, NOPS.length - 1)]!;
    bytes.set(nop, at + done);
    done += nop.length;
  }
}

function repeat(bytes: Uint8Array, at: number, size: number, unit: number, value: bigint): void {
  if (value === 0n) return;
  const pattern = Array.from({ length: unit }, (_, n) =>
    Number((BigInt.asUintN(64, value) >> BigInt(8 * n)) & 0xffn),
  );
  for (let n = 0; n < size; n++) bytes[at + n] = pattern[n % unit]!;
}
