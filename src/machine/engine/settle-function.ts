/**
 * `(bits, rule, a, b, result) → RFLAGS`: the flags that lazy ones stand for, as generated code asks for them where it
 * cannot know which instruction left them. Each rule and size is written by what translates flags everywhere else.
 */
import { FLAG_RULES } from "../cpu/lazy-flags.js";
import type { FlagRule } from "../isa/ops.js";
import type { Size } from "../isa/registers.js";
import type { CodeBuffer } from "./code-buffer.js";
import { FlagTranslation } from "./flag-translation.js";
import { FunctionBody } from "./function-body.js";
import { as32, binary32, constant32, LOCAL, Node } from "./node.js";
import { CONTROL, OP, TYPE } from "./opcodes.js";

/** The parameters as locals. */
const [BITS, RULE, A, B, RESULT] = [0, 1, 2, 3, 4] as const;
const PARAMETERS = 5;

/** Most frequent first. */
const SIZES: readonly Size[] = [64, 32, 8, 16];

const local = (type: typeof TYPE.I32 | typeof TYPE.I64, n: number): Node =>
  new Node(type, LOCAL, [], BigInt(n));

class SettleFunction extends FlagTranslation {
  constructor() {
    super(new FunctionBody(PARAMETERS));
  }

  write(): CodeBuffer {
    const { body, flagHomes } = this;
    body.get(BITS);
    body.set(flagHomes.bits);
    for (const size of SIZES)
      this.when(binary32(OP.I32_SHR_U, local(TYPE.I32, RULE), constant32(8)), size, () => this.rules(size));
    body.get(BITS);
    return body.whole;
  }

  /** What is written by `write` runs where `node` is `value`. */
  private when(node: Node, value: number, write: () => void): void {
    const { body } = this;
    body.push(binary32(OP.I32_EQ, node, constant32(value)));
    body.open(CONTROL.IF);
    body.enterScope();
    write();
    body.leaveScope();
    body.close();
  }

  private rules(size: Size): void {
    const { body } = this;
    FLAG_RULES.forEach((rule, number) => {
      if (rule === "none") return;
      this.when(binary32(OP.I32_AND, local(TYPE.I32, RULE), constant32(0xff)), number, () => {
        this.readFlags();
        this.follow(rule, size);
        body.push(this.wholeFlags());
        body.code.byte(CONTROL.RETURN);
      });
    });
  }

  private follow(rule: FlagRule | "result", size: Size): void {
    const operand = (n: number) => (size === 64 ? local(TYPE.I64, n) : as32(local(TYPE.I64, n)));
    if (rule === "result") this.resultFlags(size, operand(RESULT));
    else this.flags(rule, size, operand(A), operand(B), operand(RESULT));
  }

  bailIf(): never {
    throw new Error("flags never fail");
  }
}

/** Its body with its locals. */
export const settleFunction = (): CodeBuffer => new SettleFunction().write();
