/**
 * The lines of an explanation as they come about: names for results, writes that wait for the end of their block,
 * and copies of registers and flags that change before their last use.
 */
import { ExplainArithmetic } from "./explain-arithmetic.js";
import { numberText } from "./explain-words.js";
import { FLAG, GENERAL_NAMES, type Size } from "./registers.js";

/** What the dry run tells the real one. */
export interface Foreknowledge {
  /** Registers (`r0` …) and flags that change before their last use. */
  copied: Set<string>;
  /** Memory operands that are stored to: checking them first needs no words. */
  stored: Set<string>;
}

const FLAG_NAMES = new Map<number, string>(Object.entries(FLAG).map(([name, mask]) => [mask, name]));

export abstract class ExplainLines extends ExplainArithmetic {
  readonly lines: string[] = [];
  private indent = "";
  private temporaries = 0;
  private readonly names = new Map<string, string>();
  /** Writes that wait for the end of the block: what to print, by what is written. */
  private pending = new Map<string, string>();
  /** Values of registers that wait to be written, by the same keys. */
  protected readonly values = new Map<string, string>();
  protected readonly seen: Foreknowledge = { copied: new Set(), stored: new Set() };
  /** What has been written, with the names under which a line could still mean its old value. */
  private readonly flushed = new Map<string, RegExp>();

  constructor(protected readonly known: Foreknowledge) {
    super();
  }

  /** Prints what waits and returns what was learnt. */
  finish(): Foreknowledge {
    this.flush();
    return this.seen;
  }

  protected effect(text: string): void {
    const reads = text.replace(/^\w+( \w+)* <- /, "");
    for (const [key, names] of this.flushed) if (names.test(reads)) this.seen.copied.add(key);
    this.lines.push(this.indent + text);
  }

  /** Gives the expression a name, one for equal expressions. */
  protected named(expression: string): string {
    const known = this.names.get(expression);
    if (known !== undefined) return known;
    const name = `t${this.temporaries++}`;
    this.names.set(expression, name);
    this.effect(`${name} = ${expression}`);
    return name;
  }

  protected flush(): void {
    for (const [key, line] of this.pending) {
      this.effect(line);
      if (isRegister(key)) this.writtenRegister(Number(key.slice(1).split(":")[0]));
      else
        for (const flag of key === "status" ? line.match(/\b[OSZAPC]F\b/g)! : [key])
          this.written(flag, [flag]);
    }
    this.pending = new Map();
    this.values.clear();
  }

  private writtenRegister(register: number): void {
    this.written(`r${register & 15}`, registerNames(register));
  }

  private written(key: string, names: readonly string[]): void {
    this.flushed.set(key, new RegExp(`\\b(${names.join("|")})\\b`));
  }

  /** The name of a register or flag, or of a copy when the original changes too early. */
  protected current(key: string, name: string): string {
    return this.known.copied.has(key) && !this.flushed.has(key) ? this.named(name) : name;
  }

  /** Flags before registers, so that registers in their lines still have the old values. */
  protected write(key: string, line: string): void {
    if (isRegister(key)) {
      this.pending.delete(key);
      this.pending.set(key, line);
      return;
    }
    const registers = [...this.pending].filter(([other]) => isRegister(other));
    const flags = [...this.pending].filter(([other]) => !isRegister(other));
    this.pending = new Map([...flags, [key, line], ...registers]);
  }

  /** Prints the effects of `body` indented under a heading; false when there are none. */
  protected block(heading: string, body: () => void): boolean {
    const start = this.lines.length;
    const outer = [...this.names];
    this.effect(heading);
    this.indent += "  ";
    body();
    this.flush();
    this.indent = this.indent.slice(2);
    this.names.clear();
    for (const [expression, name] of outer) this.names.set(expression, name);
    if (this.lines.length > start + 1) return true;
    this.lines.length = start;
    return false;
  }

  /** Nothing equal may be taken for `expression` any more. */
  protected forget(expression: string): void {
    this.names.delete(expression);
  }

  /** True when a write of this key waits. */
  protected waits(key: string): boolean {
    return this.pending.has(key);
  }
}

/** Keys of pending writes: `r3:64` a register; a flag's name, "status" or "rip" else. */
const isRegister = (key: string): boolean => /^r\d/.test(key);

/** All names of register n and its parts. */
function registerNames(n: number): string[] {
  const sizes: Size[] = [64, 32, 16, 8];
  return [
    ...sizes.map((size) => GENERAL_NAMES[size][n & 15]!),
    ...(n % 16 < 4 ? [GENERAL_NAMES[8][16 + (n % 16)]!] : []),
  ];
}

export function flagName(flag: number): string {
  return FLAG_NAMES.get(flag) ?? numberText(BigInt(flag), 64);
}
