/** Tokens into the operands of an instruction. Source: GNU as manual, "i386-Variations", "i386-Memory". */
import type { CodeSize } from "../../machine/isa/insn.js";
import { AddressParts } from "./address-parts.js";
import { addressCount, type Expression } from "./expression.js";
import { parseOperandExpression } from "./expression-parser.js";
import { NO_REGISTER, type SourceOperand } from "./operand.js";
import { SourceError } from "./problem.js";
import type { TokenReader } from "./token-reader.js";

/** What the symbols of an operand are. */
export interface OperandScope {
  /** The usual size of addresses. */
  readonly codeSize: CodeSize;
  /** The value of an expression as far as it is known where it stands. */
  known(expression: Expression): bigint | undefined;
  /** How many addresses a symbol stands for: 1 for a label, 0 for a constant. Throws when that is not known yet. */
  addressesIn(name: string, column: number): number;
}

/** Reads one operand. */
export function parseOperand(reader: TokenReader, scope: OperandScope): SourceOperand {
  const { column } = reader;
  const written = parseOperandExpression(reader);
  const length = reader.lengthFrom(column);
  if (written.kind === "register" && typeof written.register !== "string")
    return { kind: "register", register: written.register, column, length };
  const parts = new AddressParts(scope.known.bind(scope), scope.codeSize);
  parts.add(written);
  if (parts.isOffset) {
    if (parts.isBracketed || parts.hasRegister)
      throw new SourceError(
        column,
        length,
        "offset is a number, not memory",
        "leave out offset or the brackets",
      );
    return { kind: "immediate", value: parts.sum, size: 0, column, length };
  }
  if (!parts.isBracketed && !parts.hasRegister && parts.segment === NO_REGISTER && isNumber(parts.sum, scope))
    return { kind: "immediate", value: parts.sum, size: parts.size, column, length };
  return parts.memory(column, length);
}

/** A number, a constant or a difference of labels is an immediate; a label is memory. */
function isNumber(expression: Expression, scope: OperandScope): boolean {
  if (scope.known(expression) !== undefined) return true;
  const columns = symbolColumns(expression);
  return addressCount(expression, (name) => scope.addressesIn(name, columns.get(name) ?? 1)) !== 1;
}

function symbolColumns(expression: Expression, into = new Map<string, number>()): Map<string, number> {
  if (expression.kind === "symbol") into.set(expression.name, expression.column);
  else if (expression.kind === "binary") {
    symbolColumns(expression.left, into);
    symbolColumns(expression.right, into);
  } else if ("of" in expression) symbolColumns(expression.of, into);
  return into;
}
