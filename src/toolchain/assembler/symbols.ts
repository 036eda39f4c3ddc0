/** The names of a source: labels, numeric labels, constants, and names given from outside. */
import { addressCount, type Expression, undefinedSymbol } from "./expression.js";
import { type Folded, fold } from "./known-values.js";
import { SourceError, suggestion } from "./problem.js";
import { REGISTERS } from "./register-names.js";
import type { Label } from "./section.js";
import type { Token } from "./tokens.js";

/** A definition by `.equ` or `=`. */
export interface Definition {
  readonly expression: Expression;
  readonly line: number;
  readonly column: number;
  /** Where it stands, for `.`: an item to come in a section. */
  readonly place: Label;
  /** Its value when that was known where it stands. */
  readonly folded: Folded | undefined;
}

const STRING = /"(?:\\.|[^"\\])*"?/g;
const CONSTANT = /(?:^|[;:])\s*([^\s;:,=]+)\s*=(?!=)|\.(?:equ|set|equiv)\s+([^\s;:,=]+)\s*,/gi;
const COMMON = /\.l?comm\s+([^\s;:,=]+)\s*,/gi;
const LOCAL_LABEL = /^(\d+)([fb])$/;
/** Cannot stand in a source, so that the names of numeric labels meet no others. */
const MARK = "\u0002";
/** How far constants may be defined by others that stand below, before they count as unknown. */
const MOST_DEFINITIONS_DEEP = 10;

export class Symbols {
  readonly labels = new Map<string, Label>();
  readonly definitions = new Map<string, Definition>();
  /** How often each numeric label has been defined so far. */
  private readonly locals = new Map<string, number>();
  private readonly futureLabels = new Set<string>();
  /** Names that are constants further below. */
  private readonly futureConstants = new Map<string, number>();

  constructor(readonly predefined: ReadonlyMap<string, bigint>) {}

  /**
   * Notes the names that a line defines ahead of time: a constant before its definition would be taken for memory, and
   * what is never defined is a misspelt register more often than not.
   */
  foresee(text: string, line: number): void {
    if (!/[:=,]/.test(text)) return;
    const plain = text.replace(STRING, "");
    for (const found of plain.matchAll(CONSTANT)) this.futureConstants.set(found[1] ?? found[2]!, line);
    for (const found of plain.matchAll(COMMON)) this.futureLabels.add(found[1]!);
    // From each colon backwards: a search for names would try every beginning of a long one.
    for (let at = plain.indexOf(":"); at >= 0; at = plain.indexOf(":", at + 1)) {
      const name = nameBefore(plain, at);
      if (name !== "") this.futureLabels.add(name);
    }
  }

  /** Replaces `1f` and `1b` by the names of the labels that they mean. */
  withoutLocals(tokens: readonly Token[]): readonly Token[] {
    if (!tokens.some((token) => token.kind === "word" && LOCAL_LABEL.test(token.text))) return tokens;
    return tokens.map((token) => {
      const found = token.kind === "word" ? LOCAL_LABEL.exec(token.text) : null;
      if (!found) return token;
      const digits = String(BigInt(found[1]!));
      const count = this.locals.get(digits) ?? 0;
      return { ...token, text: localName(digits, found[2] === "f" ? count + 1 : count) };
    });
  }

  /** `1:` at a place. */
  defineLocal(digits: bigint, place: Label): void {
    const name = String(digits);
    const count = (this.locals.get(name) ?? 0) + 1;
    this.locals.set(name, count);
    this.labels.set(localName(name, count), place);
  }

  defineLabel(token: Token, place: Label): void {
    const { text, column } = token;
    if (REGISTERS.has(text.toLowerCase()))
      throw new SourceError(
        column,
        text.length,
        `${text} is a register and cannot be a label`,
        "choose another name",
      );
    const known = this.labels.get(text) ?? this.definitions.get(text);
    if (known)
      throw new SourceError(
        column,
        text.length,
        `${shorten(text)} is already defined in line ${known.line}`,
        "choose another name",
      );
    this.labels.set(text, place);
  }

  define({ text, column }: Token, expression: Expression, place: Label): void {
    const label = this.labels.get(text);
    if (label)
      throw new SourceError(
        column,
        text.length,
        `${shorten(text)} is already a label, in line ${label.line}`,
        "choose another name",
      );
    const folded = this.fold(expression, place);
    // A constant without a value yet keeps its expression, so that ".set n, n + 1" counts only when n is known.
    this.definitions.set(text, { expression, line: place.line, column, place, folded });
  }

  /** What an expression is worth at a place in the source, as far as that is known there. */
  fold(expression: Expression, here: Label): Folded | undefined {
    return fold(expression, { here: placeOf(here), symbol: (name) => this.foldSymbol(name, 0) });
  }

  private foldSymbol(name: string, depth: number): Folded | undefined {
    const label = this.labels.get(name);
    if (label) return placeOf(label);
    const definition = this.definitions.get(name);
    if (definition) {
      if (definition.folded || depth > MOST_DEFINITIONS_DEEP) return definition.folded;
      const here = placeOf(definition.place);
      return fold(definition.expression, { here, symbol: (inner) => this.foldSymbol(inner, depth + 1) });
    }
    const value = this.predefined.get(name);
    return value === undefined ? undefined : { fragment: undefined, value };
  }

  /**
   * How many addresses a symbol stands for: 1 for a label or a name still unknown, 0 for a constant. Throws for a
   * constant without a value yet: GNU as would read it as memory, which nobody means.
   */
  addressesIn(name: string, column: number, depth = 0): number {
    const definition = this.definitions.get(name);
    if (definition && depth < MOST_DEFINITIONS_DEEP) {
      const count = addressCount(definition.expression, (inner) =>
        this.addressesIn(inner, column, depth + 1),
      );
      if (count === 1 || depth > 0) return count;
      throw new SourceError(
        column,
        name.length,
        `the value of ${shorten(name)} is not known yet here, where GNU as would read memory`,
        `write offset ${shorten(name)} for the number, [${shorten(name)}] for memory`,
      );
    }
    const line = this.labels.has(name) ? undefined : this.futureConstants.get(name);
    if (line === undefined) {
      if (this.predefined.has(name)) return 0;
      if (!this.futureLabels.has(name) && !isLocal(name)) throw this.misspelt(undefinedSymbol(name, column));
      return 1;
    }
    throw new SourceError(
      column,
      name.length,
      `${shorten(name)} is a constant that is defined only in line ${line}, and GNU as would read memory here`,
      `define it above, or write offset ${shorten(name)}`,
    );
  }

  /** An undefined symbol with the names beside it that it may stand for. */
  misspelt(error: SourceError): SourceError {
    const { column, length, reason, nextStep, missing = "" } = error;
    return new SourceError(column, length, reason, suggestion(missing, this.names(), nextStep), missing);
  }

  private *names(): Iterable<string> {
    yield* REGISTERS.keys();
    for (const name of this.labels.keys()) if (!isLocal(name)) yield name;
    for (const name of this.futureLabels) if (!this.labels.has(name)) yield name;
    yield* this.definitions.keys();
    yield* this.predefined.keys();
  }
}

/** The word that ends before a place in a line, blanks between not counted. */
function nameBefore(text: string, place: number): string {
  let end = place;
  while (end > 0 && /\s/.test(text[end - 1]!)) end--;
  let start = end;
  while (start > 0 && !/[\s;:,=[\]()]/.test(text[start - 1]!)) start--;
  return text.slice(start, end);
}

export function placeOf(label: Label): Folded {
  return { fragment: label.fragment, value: label.fragmentOffset };
}

const localName = (digits: string, count: number): string => `${digits}${MARK}${count}`;

/** Whether this is the name of a numeric label. */
export function isLocal(name: string): boolean {
  return name.includes(MARK);
}

/** The name as the source has it. */
export function sourceName(name: string): string {
  return name.split(MARK)[0]!;
}

/** Enough of a name for a message. */
export function shorten(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name;
}
