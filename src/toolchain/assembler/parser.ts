/** Source text into sections and symbols: labels, assignments, directives, instructions. */
import { type DirectiveTarget, runDirective } from "./directives.js";
import type { WrittenPrefixes } from "./encode.js";
import {
  addressCount,
  type Expression,
  evaluate,
  parseExpression,
  symbolsOf,
  TokenReader,
} from "./expression.js";
import { MNEMONICS, match } from "./match.js";
import { parseOperand, type SourceOperand } from "./operand.js";
import { type Problem, SourceError } from "./problem.js";
import { REGISTERS } from "./register-names.js";
import type { Item, Label, Section } from "./section.js";
import { type Statement, statementsOf, type Token, withoutComments } from "./tokens.js";

/** More mistakes than this are not listed. */
const MOST_PROBLEMS = 100;

const PREFIXES: Readonly<Record<string, (written: WrittenPrefixes) => void>> = {
  lock: (written) => void (written.lock = true),
  rep: (written) => void (written.repeat = 0xf3),
  repe: (written) => void (written.repeat = 0xf3),
  repz: (written) => void (written.repeat = 0xf3),
  repne: (written) => void (written.repeat = 0xf2),
  repnz: (written) => void (written.repeat = 0xf2),
  data16: (written) => void (written.dataSize = true),
  addr32: (written) => void (written.addressSize = true),
  "rex.w": (written) => void (written.rexW = true),
  ...Object.fromEntries(
    ["es", "cs", "ss", "ds", "fs", "gs"].map((name, n) => [
      name,
      (written: WrittenPrefixes) => void (written.segment = n),
    ]),
  ),
};

const LOCAL_LABEL = /^(\d+)([fb])$/;

/** A definition by `.equ` or `=`. */
export interface Definition {
  readonly expression: Expression;
  readonly line: number;
  readonly column: number;
  /** Where it stands, for `.`: an item to come in a section. */
  readonly place: Label;
}

export class Parser implements DirectiveTarget {
  readonly sections: Section[] = [];
  readonly labels = new Map<string, Label>();
  readonly definitions = new Map<string, Definition>();
  readonly problems: Problem[] = [];
  private section: Section;
  private before: Section;
  private line = 1;
  /** How often each numeric label has been defined so far. */
  private readonly locals = new Map<string, number>();
  /** Names that will be labels anywhere in the source. */
  private readonly futureLabels = new Set<string>();
  private readonly futureConstants = new Set<string>();

  constructor(readonly predefined: ReadonlyMap<string, bigint>) {
    this.section = this.before = this.sectionNamed(".text");
  }

  get isCode(): boolean {
    return this.section.name.startsWith(".text");
  }

  parse(source: string): void {
    const lines = withoutComments(source).split("\n");
    const statements: Statement[] = [];
    lines.forEach((text, n) => {
      if (this.problems.length < MOST_PROBLEMS)
        this.guarded(n + 1, () => statements.push(...statementsOf(text, n + 1)));
    });
    for (const statement of statements) this.foresee(statement);
    for (const statement of statements) {
      if (this.problems.length >= MOST_PROBLEMS) return;
      this.line = statement.line;
      this.guarded(statement.line, () => this.statement(statement));
    }
  }

  /** Notes what the names in a source are, since operands read differently for labels and for constants. */
  private foresee({ tokens }: Statement): void {
    const [first, second, third] = tokens;
    if (first?.kind === "word" && second?.text === ":") this.futureLabels.add(first.text);
    if (first?.kind === "word" && second?.text === "=") this.futureConstants.add(first.text);
    if ((first?.text === ".equ" || first?.text === ".set") && second && third?.text === ",")
      this.futureConstants.add(second.text);
  }

  private guarded(line: number, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      this.report(line, error);
    }
  }

  report(line: number, { column, length, reason, nextStep }: SourceError): void {
    this.problems.push({ line, column, length, reason, nextStep });
  }

  private statement({ tokens }: Statement): void {
    const last = tokens[tokens.length - 1]!;
    const reader = new TokenReader(this.withoutLocals(tokens), last.column + last.text.length);
    this.takeLabels(reader);
    const { next } = reader;
    if (!next) return;
    if (next.kind !== "word")
      throw new SourceError(
        next.column,
        next.text.length,
        `a statement cannot begin with ${next.text.slice(0, 40)}`,
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
        `"${rest.text.slice(0, 40)}" is one thing too many`,
        "begin a new line, or write a comma",
      );
  }

  /** Replaces `1f` and `1b` by the names of the labels that they mean. */
  private withoutLocals(tokens: readonly Token[]): Token[] {
    return tokens.map((token, n) => {
      const found = token.kind === "word" ? LOCAL_LABEL.exec(token.text) : null;
      if (!found || tokens[n + 1]?.text === ":") return token;
      const count = this.locals.get(found[1]!) ?? 0;
      return { ...token, text: localName(found[1]!, found[2] === "f" ? count + 1 : count) };
    });
  }

  private takeLabels(reader: TokenReader): void {
    while (reader.peek(1)?.text === ":" && reader.peek(1)?.kind === "punctuation") {
      const token = reader.next!;
      if (token.kind === "word" && REGISTERS.get(token.text.toLowerCase())?.kind === 6) return;
      reader.at += 2;
      if (token.kind === "number" && /^\d+$/.test(token.text)) {
        const count = (this.locals.get(token.text) ?? 0) + 1;
        this.locals.set(token.text, count);
        this.labels.set(localName(token.text, count), this.here());
      } else if (token.kind === "word") this.label(token);
      else
        throw new SourceError(
          token.column,
          token.text.length,
          `${token.text.slice(0, 40)} cannot be a label`,
          "use letters, digits, _ and .",
        );
    }
  }

  private label(token: Token): void {
    if (REGISTERS.has(token.text.toLowerCase()))
      throw new SourceError(
        token.column,
        token.text.length,
        `${token.text} is a register and cannot be a label`,
        "choose another name",
      );
    const known = this.labels.get(token.text) ?? this.definitions.get(token.text);
    if (known)
      throw new SourceError(
        token.column,
        token.text.length,
        `${token.text} is already defined in line ${known.line}`,
        "choose another name",
      );
    this.labels.set(token.text, this.here());
  }

  private here(): Label {
    return { section: this.section, index: this.section.items.length, line: this.line };
  }

  private instruction(first: Token, reader: TokenReader): void {
    const written: WrittenPrefixes = {
      lock: false,
      repeat: 0,
      dataSize: false,
      addressSize: false,
      rexW: false,
      segment: -1,
    };
    let token = first;
    for (;;) {
      const prefix = PREFIXES[token.text.toLowerCase()];
      if (!prefix) break;
      prefix(written);
      if (!reader.next) {
        this.add({ kind: "bytes", encoding: { bytes: prefixBytes(written), fixups: [] }, isCode: true });
        return;
      }
      token = reader.take();
    }
    const operands: SourceOperand[] = [];
    if (reader.next) {
      do {
        reader.restartCount();
        operands.push(parseOperand(reader, (name) => this.isConstant(name)));
      } while (reader.accept(","));
    }
    const matched = match(token.text.toLowerCase(), token.column, operands, written, (expression) =>
      this.known(expression),
    );
    if (matched.kind === "encoding") this.add({ kind: "bytes", encoding: matched.encoding, isCode: true });
    else this.add({ kind: "branch", short: matched.short, long: matched.long, isLong: false });
  }

  private isConstant(name: string): boolean {
    return (
      !this.futureLabels.has(name) &&
      (this.definitions.has(name) || this.futureConstants.has(name) || this.predefined.has(name))
    );
  }

  /** The value of an expression of numbers and constants defined so far; undefined when an address takes part. */
  private known(expression: Expression): bigint | undefined {
    const isPlain = (one: Expression): boolean =>
      addressCount(one, () => true) === 0 && symbolsOf(one).length === 0;
    if (isPlain(expression)) return evaluate(expression, { here: 0n, value: () => undefined });
    if (containsHere(expression)) return undefined;
    try {
      return evaluate(expression, { here: 0n, value: (name) => this.knownSymbol(name, 0) });
    } catch (error) {
      if (error instanceof SourceError) return undefined;
      throw error;
    }
  }

  private knownSymbol(name: string, depth: number): bigint | undefined {
    const definition = this.definitions.get(name);
    if (!definition) return this.predefined.get(name);
    if (depth > 100 || containsHere(definition.expression)) return undefined;
    return evaluate(definition.expression, {
      here: 0n,
      value: (inner) => this.knownSymbol(inner, depth + 1),
    });
  }

  add(item: Parameters<DirectiveTarget["add"]>[0]): void {
    this.section.items.push({ ...item, line: this.line, size: 0, address: 0n } as Item);
  }

  switchSection(name: string): void {
    this.before = this.section;
    this.section = this.sectionNamed(name);
  }

  previousSection(): void {
    [this.section, this.before] = [this.before, this.section];
  }

  define(name: Token, expression: Expression): void {
    if (this.labels.has(name.text))
      throw new SourceError(
        name.column,
        name.text.length,
        `${name.text} is already a label`,
        "choose another name",
      );
    if (MNEMONICS.has(name.text) && REGISTERS.has(name.text))
      throw new SourceError(
        name.column,
        name.text.length,
        `${name.text} has a meaning already`,
        "choose another name",
      );
    this.definitions.set(name.text, { expression, line: this.line, column: name.column, place: this.here() });
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

  private sectionNamed(name: string): Section {
    let found = this.sections.find((section) => section.name === name);
    if (!found) {
      found = { name, items: [], address: 0n, size: 0 };
      this.sections.push(found);
    }
    return found;
  }
}

function containsHere(expression: Expression): boolean {
  if (expression.kind === "unary") return containsHere(expression.of);
  if (expression.kind === "binary") return containsHere(expression.left) || containsHere(expression.right);
  return expression.kind === "here";
}

const localName = (digits: string, count: number): string => `${digits}\u0002${count}`;

function prefixBytes(written: WrittenPrefixes): number[] {
  const segment = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65][written.segment];
  return [
    ...(segment === undefined ? [] : [segment]),
    ...(written.addressSize ? [0x67] : []),
    ...(written.dataSize ? [0x66] : []),
    ...(written.repeat ? [written.repeat] : []),
    ...(written.lock ? [0xf0] : []),
    ...(written.rexW ? [0x48] : []),
  ];
}
