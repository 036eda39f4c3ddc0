/** Source text into sections and symbols: labels, assignments, directives, instructions. */
import type { CodeSize } from "../../machine/isa/insn.js";
import { Kind } from "../../machine/isa/operand.js";
import type { DirectiveTarget } from "./directive-target.js";
import { runDirective } from "./directives.js";
import type { Expression } from "./expression.js";
import { parseExpression } from "./expression-parser.js";
import { MNEMONICS, requireMnemonic } from "./form-names.js";
import { KnownInstructions } from "./known-instructions.js";
import { match } from "./match.js";
import type { SourceOperand } from "./operand.js";
import { type OperandScope, parseOperand } from "./operand-parser.js";
import { noPrefixes, prefixesAlone, takePrefix } from "./prefix-words.js";
import { type Problem, SourceError } from "./problem.js";
import { REGISTERS } from "./register-names.js";
import type { ItemContent, Label } from "./section.js";
import { SectionList } from "./section-list.js";
import { Symbols, shorten } from "./symbols.js";
import { TokenReader } from "./token-reader.js";
import { type Statement, statementsOf, type Token, withoutComments } from "./tokens.js";

/** More mistakes than this are not listed. */
export const MOST_PROBLEMS = 100;

export class Parser implements DirectiveTarget, OperandScope {
  readonly sections = new SectionList();
  readonly problems: Problem[] = [];
  readonly symbols: Symbols;
  codeSize: CodeSize = 64;
  private readonly repeated = new KnownInstructions();
  private line = 1;
  private ended = false;

  constructor(predefined: ReadonlyMap<string, bigint>) {
    this.symbols = new Symbols(predefined);
  }

  get hasManyProblems(): boolean {
    return this.problems.length >= MOST_PROBLEMS;
  }

  parse(source: string): void {
    const lines = withoutComments(source).split("\n");
    lines.forEach((text, n) => {
      this.symbols.foresee(text, n + 1);
    });
    lines.forEach((text, n) => {
      this.line = n + 1;
      for (const statement of this.statements(text)) {
        if (this.hasManyProblems || this.ended) return;
        this.guarded(this.line, () => this.statement(statement));
      }
    });
  }

  private statements(text: string): Statement[] {
    if (this.hasManyProblems || this.ended) return [];
    let found: Statement[] = [];
    this.guarded(this.line, () => {
      found = statementsOf(text);
    });
    return found;
  }

  private guarded(line: number, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      this.report(line, error);
    }
  }

  /** Adds a mistake to the list, as long as that is not too long to be read. */
  report(line: number, { column, length, reason, nextStep }: SourceError): void {
    if (this.hasManyProblems) return;
    this.problems.push({ line, column, length, reason, nextStep });
  }

  private statement(tokens: Statement): void {
    const last = tokens[tokens.length - 1]!;
    const endColumn = last.column + last.text.length;
    const labels = new TokenReader(tokens, endColumn);
    this.takeLabels(labels);
    // Only now: `1: jmp 1b` means the label that it begins with.
    const reader = new TokenReader(this.symbols.withoutLocals(tokens.slice(labels.at)), endColumn);
    const { next } = reader;
    if (!next) return;
    if (next.kind !== "word")
      throw new SourceError(
        next.column,
        next.text.length,
        `a statement cannot begin with ${shorten(next.text)}`,
        "begin with a label, a directive or an instruction",
      );
    reader.take();
    if (reader.accept("=")) this.define(next, parseExpression(reader));
    else if (next.text.startsWith(".")) runDirective(next, reader, this);
    else this.instruction(next, reader);
    const rest = reader.next;
    if (rest)
      throw new SourceError(
        rest.column,
        rest.text.length,
        `"${shorten(rest.text)}" is one thing too many`,
        "begin a new line, or write a comma",
      );
  }

  private takeLabels(reader: TokenReader): void {
    while (reader.peek(1)?.text === ":" && reader.peek(1)?.kind === "punctuation") {
      const token = reader.next!;
      if (token.kind === "word" && REGISTERS.get(token.text.toLowerCase())?.kind === Kind.Segment) return;
      reader.at += 2;
      if (token.kind === "number" && /^\d+$/.test(token.text))
        this.symbols.defineLocal(BigInt(token.text), this.here());
      else if (token.kind === "word") this.symbols.defineLabel(token, this.here());
      else
        throw new SourceError(
          token.column,
          token.text.length,
          `${shorten(token.text)} cannot be a label`,
          "use letters, digits, _ and .",
        );
    }
  }

  private here(): Label {
    return this.sections.here(this.line);
  }

  private instruction(first: Token, reader: TokenReader): void {
    const key = this.repeated.keyOf(reader.tokens, this.codeSize);
    const encoding = this.repeated.get(key);
    if (encoding) {
      reader.at = reader.tokens.length;
      this.add({ kind: "bytes", encoding, isCode: true });
    } else this.newInstruction(first, reader, key);
  }

  private newInstruction(first: Token, reader: TokenReader, key: string | undefined): void {
    const prefixes = noPrefixes();
    let token = first;
    while (takePrefix(token.text.toLowerCase(), prefixes)) {
      if (!reader.next) {
        this.add({
          kind: "bytes",
          encoding: { bytes: prefixesAlone(prefixes, this.codeSize), fixups: [] },
          isCode: true,
        });
        return;
      }
      token = reader.take();
    }
    const mnemonic = token.text.toLowerCase();
    this.refuseOtherSyntax(token, reader);
    requireMnemonic(mnemonic, token.column);
    const operands: SourceOperand[] = [];
    if (reader.next) {
      do {
        reader.restartCount();
        operands.push(parseOperand(reader, this));
      } while (reader.accept(",") || this.isFarPointer(operands, reader));
    }
    const { column } = token;
    const { codeSize } = this;
    const written = { mnemonic, column, operands, prefixes, codeSize };
    const matched = match(written, (value) => this.known(value));
    if (matched.kind === "encoding") {
      if (!reader.next) this.repeated.keep(key, matched.encoding);
      this.add({ kind: "bytes", encoding: matched.encoding, isCode: true });
    } else this.add({ kind: "branch", short: matched.short, long: matched.long, isLong: false });
  }

  /** `jmp 0x8:start`: the selector is read, and the offset follows. */
  private isFarPointer(operands: readonly SourceOperand[], reader: TokenReader): boolean {
    return operands.length === 1 && operands[0]!.kind === "immediate" && reader.accept(":");
  }

  /** What beginners bring along from other assemblers. */
  private refuseOtherSyntax(token: Token, reader: TokenReader): void {
    const mnemonic = token.text.toLowerCase();
    if (token.kind === "word" && MNEMONICS.has(mnemonic)) {
      const attached = reader.next?.text === "%" || /^\$./.test(reader.next?.text ?? "");
      if (!attached) return;
      const { column } = reader;
      throw new SourceError(
        column,
        1,
        "this is AT&T syntax",
        "write Intel syntax: mov rax, 1 without % and $",
      );
    }
    const directive = OTHER_DIRECTIVES[mnemonic];
    if (directive === undefined || token.kind !== "word") return;
    throw new SourceError(
      token.column,
      token.text.length,
      `${token.text} belongs to another assembler`,
      `write ${directive}`,
    );
  }

  /** The value of an expression as far as it is known here, `offset` bytes into the statement. */
  known(expression: Expression, offset = 0): bigint | undefined {
    const here = this.here();
    const place = { ...here, fragmentOffset: here.fragmentOffset + BigInt(offset) };
    const folded = this.symbols.fold(expression, offset === 0 ? here : place);
    return folded?.fragment === undefined ? folded?.value : undefined;
  }

  addressesIn(name: string, column: number): number {
    return this.symbols.addressesIn(name, column);
  }

  add(content: ItemContent): void {
    this.sections.append(content, this.line, this.certainSize(content));
  }

  /** The size of what cannot change any more. */
  private certainSize(content: ItemContent): bigint | undefined {
    if (content.kind === "bytes") return BigInt(content.encoding.bytes.length);
    if (content.kind !== "space") return undefined;
    const count = this.known(content.count);
    return count === undefined ? undefined : count * BigInt(content.unit);
  }

  define(name: Token, expression: Expression): void {
    if (REGISTERS.has(name.text.toLowerCase()))
      throw new SourceError(
        name.column,
        name.text.length,
        `${name.text} is a register and cannot be a constant`,
        "choose another name",
      );
    if (name.text === ".") {
      const { column } = name;
      this.add({ kind: "origin", target: expression, fill: 0, column });
    } else this.symbols.define(name, expression, this.here());
  }

  constant(expression: Expression, column: number): bigint {
    const value = this.known(expression);
    if (value === undefined)
      throw new SourceError(
        column,
        1,
        "the value must be known here",
        "use numbers and constants defined above",
      );
    return value;
  }

  end(): void {
    this.ended = true;
  }

  label(name: Token): void {
    this.symbols.defineLabel(name, this.here());
  }
}

const OTHER_DIRECTIVES: Readonly<Record<string, string>> = {
  ...{ db: ".byte", dw: ".word", dd: ".long", dq: ".quad", equ: ".equ name, value" },
  ...{ section: ".section", segment: ".section", global: ".globl", extern: "nothing: all symbols are here" },
  ...{ resb: ".skip 1", resw: ".skip 2", resd: ".skip 4", resq: ".skip 8", align: ".align", bits: "nothing" },
};
