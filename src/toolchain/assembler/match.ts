/**
 * Which encoding an instruction of the source gets: of all forms that its operands fit the shortest; among equals a
 * sign-extended immediate, then the order of definition decides, as in GNU as.
 */
import type { Form } from "../../machine/isa/instruction.js";
import { Kind } from "../../machine/isa/operand.js";
import { encode } from "./encode.js";
import type { Constant, Encoding } from "./encoding.js";
import { fits, widthOf } from "./fitting.js";
import { findForms, type Wanted } from "./form-names.js";
import { noFit } from "./match-problems.js";
import type { SourceOperand } from "./operand.js";
import { hasOffset, sizesOf } from "./operand-sizes.js";
import { SourceError } from "./problem.js";
import { rewrite, type Written } from "./rewrites.js";

/** The result: bytes, or a branch whose length depends on its distance. */
export type Matched =
  | { readonly kind: "encoding"; readonly encoding: Encoding }
  | { readonly kind: "branch"; readonly short: Encoding; readonly long: Encoding };

interface Candidate {
  readonly form: Form;
  /** Operand size in bits. */
  readonly size: number;
  readonly operands: readonly SourceOperand[];
}

/** Encodes an instruction, or throws the reason why it cannot be. */
export function match(written: Written, constant: Constant): Matched {
  rewrite(written, constant);
  const wanted = findForms(written);
  const candidates = nearFirst(
    orders(wanted).flatMap((operands) => candidatesOf(wanted, operands, constant)),
  );
  if (candidates.length === 0) throw noFit(wanted, wanted.forms, constant);
  if (candidates.every(({ form }) => isRelative(form))) return branch(candidates, wanted, constant);
  refuseAmbiguity(wanted, candidates);
  const absolute = candidates.filter(({ form }) => hasOffset(form));
  return {
    kind: "encoding",
    encoding: shortest(absolute.length > 0 ? absolute : candidates, wanted, constant),
  };
}

/** Memory of unsaid size holds a near target. */
function nearFirst(candidates: readonly Candidate[]): readonly Candidate[] {
  const isSaid = candidates.every(({ operands }) =>
    operands.every((one) => one.kind !== "memory" || one.size > 0),
  );
  const near = isSaid ? [] : candidates.filter(({ form }) => form.isNear);
  return near.length > 0 ? near : candidates;
}

/** Instructions whose two operands may change places. */
const COMMUTATIVE = new Set(["xchg", "test"]);

function orders({ mnemonic, operands }: Wanted): (readonly SourceOperand[])[] {
  return COMMUTATIVE.has(mnemonic) && operands.length === 2
    ? [operands, [...operands].reverse()]
    : [operands];
}

function candidatesOf(wanted: Wanted, operands: readonly SourceOperand[], constant: Constant): Candidate[] {
  const isBranch = operands.some((one) => one.kind === "memory" && one.bare && one.size === 0);
  const toLabel = isBranch && wanted.forms.some(isRelative);
  const candidates: Candidate[] = [];
  for (const form of wanted.forms) {
    if (operands.length > form.operands.length) continue;
    const all = withImpliedOne(form, operands);
    if (all.length !== form.operands.length || (toLabel && !isRelative(form))) continue;
    if (!allowsName(form, wanted, all, constant) || !allowsPrefixes(form, wanted, all)) continue;
    for (const size of sizesOf(form, wanted, all)) {
      const fit = form.operands.every((spec, n) => fits(spec, form, size, all[n]!, constant));
      if (fit && (wanted.codeSize !== 64 || !isHiddenNop(form, size, all)))
        candidates.push({ form, size, operands: all });
    }
  }
  return candidates;
}

/** `shl eax` shifts by one. */
function withImpliedOne(form: Form, operands: readonly SourceOperand[]): readonly SourceOperand[] {
  const last = form.operands.at(-1);
  if (operands.length !== form.operands.length - 1 || operands.length === 0) return operands;
  if (last?.place !== "fixed" || last.kind !== Kind.Immediate) return operands;
  const { column, length } = operands[0]!;
  const value = { kind: "number", value: BigInt(last.fixed) } as const;
  return [...operands, { kind: "immediate", value, size: 0, column, length }];
}

const isRelative = (form: Form): boolean => form.operands.some((spec) => spec.place === "relative");

const LOWEST_DISPLACEMENT = -0x80000000n;

/**
 * `movabs` is for 64-bit immediates and absolute addresses; `mov` takes the latter only when they fit no displacement.
 */
function allowsName(
  form: Form,
  { mnemonic, codeSize }: Wanted,
  operands: readonly SourceOperand[],
  constant: Constant,
): boolean {
  const absolute = form.operands.findIndex((spec) => spec.place === "offset");
  if (codeSize !== 64) return true;
  if (mnemonic === "movabs")
    return absolute >= 0 || form.operands.some((spec) => spec.width === "v" && spec.place === "immediate");
  const operand = operands[absolute];
  if (absolute < 0) return true;
  if (operand?.kind !== "memory" || operand.addressSize === 32 || !operand.displacement) return false;
  const value = constant(operand.displacement);
  return (
    value !== undefined &&
    BigInt.asIntN(64, value) !== BigInt.asIntN(32, value) &&
    value >= LOWEST_DISPLACEMENT
  );
}

const REPEATED_WITHOUT_EFFECT = new Set(["ret", "nop", "bsf", "bsr"]);
const BRANCHES = /^(j\w+|call|ret|loop\w*)$/;

function allowsPrefixes(
  form: Form,
  { mnemonic, prefixes }: Wanted,
  operands: readonly SourceOperand[],
): boolean {
  const { lock, repeat, repeatWord } = prefixes;
  const changesMemory = form.lockable && operands[0]?.kind === "memory";
  if (lock && !changesMemory) return false;
  if (repeat === 0) return true;
  if (repeatWord === "bnd") return BRANCHES.test(mnemonic);
  if (repeatWord.startsWith("x")) return changesMemory || mnemonic === "mov";
  return form.repeatable || REPEATED_WITHOUT_EFFECT.has(mnemonic);
}

/** 90 is NOP, which leaves RAX as it is: XCHG EAX, EAX clears its upper half and needs two bytes. */
function isHiddenNop(form: Form, size: number, operands: readonly SourceOperand[]): boolean {
  if (form.opcode !== 0x90 || form.map !== 0 || !form.registerInOpcode || size !== 32) return false;
  return operands.every((one) => one.kind === "register" && one.register.number === 0);
}

/** Memory whose size nothing tells could be several things: the source must say which. */
function refuseAmbiguity({ mnemonic, operands }: Wanted, candidates: readonly Candidate[]): void {
  const at = operands.findIndex((one) => one.kind === "memory" && one.size === 0);
  const operand = operands[at];
  if (!operand) return;
  const widths = new Set(
    candidates.map((candidate) =>
      widthOf(candidate.form.operands[candidate.operands.indexOf(operand)]!, candidate.size),
    ),
  );
  if (widths.size <= 1) return;
  throw new SourceError(
    operand.column,
    operand.length,
    `${mnemonic} could mean memory of ${[...widths].sort((a, b) => a - b).join(", ")} bits`,
    "write byte ptr, word ptr, dword ptr or qword ptr before it",
  );
}

function shortest(
  candidates: readonly Candidate[],
  { prefixes, codeSize }: Wanted,
  constant: Constant,
): Encoding {
  let best: Encoding | undefined;
  for (const { form, size, operands } of candidates) {
    const encoding = encode(form, size, operands, prefixes, constant, codeSize);
    const gain = best ? best.bytes.length - encoding.bytes.length : 1;
    if (gain > 0 || (gain === 0 && hasSigned(form))) best = encoding;
  }
  return best!;
}

const hasSigned = (form: Form): boolean => form.operands.some((spec) => spec.signed);

function branch(
  candidates: readonly Candidate[],
  { prefixes, codeSize }: Wanted,
  constant: Constant,
): Matched {
  const find = (width: number) =>
    candidates.find(({ form }) =>
      form.operands.some((spec) => spec.place === "relative" && spec.width === width),
    );
  const make = ({ form, size, operands }: Candidate) =>
    encode(form, size, operands, prefixes, constant, codeSize);
  const [short, long] = [find(8), find(32)];
  if (short && long) return { kind: "branch", short: make(short), long: make(long) };
  return { kind: "encoding", encoding: make((short ?? long)!) };
}
